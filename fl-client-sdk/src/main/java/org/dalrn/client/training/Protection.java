package org.dalrn.client.training;

/** How well an update is protected from its coordinator, weakest first. */
public enum Protection {
    /** The coordinator can read the update. */
    PLAIN
}

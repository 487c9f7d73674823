package org.dalrn.distribution;

import org.dalrn.server.cli.CommandProvider;

/** Adds {@code dalrn node run}. */
public final class NodeCommands implements CommandProvider {

    /** For the service loader. */
    public NodeCommands() {}

    @Override
    public String parent() {
        return "node";
    }

    @Override
    public Object command() {
        return new NodeRunCommand();
    }
}

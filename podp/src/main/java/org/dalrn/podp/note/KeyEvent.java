package org.dalrn.podp.note;

/** An entry of a log that changes which key may sign the log's checkpoints. */
public sealed interface KeyEvent permits KeyRotation, KeyRevocation {

    /** Origin of the log that it belongs to; it means nothing in another. */
    String origin();

    /** Index of its entry in the log; it means nothing at another place. */
    long index();
}

package org.dalrn.ipfs;

/** How the bytes of a block are to be read; the two that Kubo uses for files. Source: the multicodec table. */
public enum Codec {
    /** Nothing but bytes: a chunk of a file. */
    RAW(0x55, "raw"),
    /** A node of a directed acyclic graph, in protocol buffers: links and data. */
    DAG_PB(0x70, "dag-pb");

    private final int code;
    private final String label;

    Codec(int code, String label) {
        this.code = code;
        this.label = label;
    }

    /** Its number in the multicodec table. */
    public int code() {
        return code;
    }

    /** Its name in the multicodec table. */
    public String label() {
        return label;
    }
}

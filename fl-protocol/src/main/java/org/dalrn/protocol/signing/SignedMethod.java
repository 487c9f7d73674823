package org.dalrn.protocol.signing;

/** What a signed request asks for; part of what is signed, so that a signature for one method is worth nothing in another. */
public enum SignedMethod {
    HELLO("Session/Hello"),
    DECLINE("Session/Decline"),
    EVALUATION("Session/Evaluation"),
    DOWNLOAD("Download"),
    UPLOAD("Upload");

    private final String wireName;

    SignedMethod(String wireName) {
        this.wireName = wireName;
    }

    /** The name in the signed bytes. */
    public String wireName() {
        return wireName;
    }
}

package org.dalrn.podp.note;

import org.dalrn.podp.MalformedException;

/** How the signature of a line is made: the signature types of C2SP signed-note that DALRN speaks. */
public enum NoteAlgorithm {
    /** Ed25519 over the text of the note: type {@code 0x01}; 64 bytes. */
    ED25519(0x01, Ed25519PublicKey.SIGNATURE_BYTES),

    /** Ed25519 over a time and the text of a checkpoint, cosignature/v1: type {@code 0x04}; 8 + 64 bytes. */
    COSIGNATURE_V1(0x04, Long.BYTES + Ed25519PublicKey.SIGNATURE_BYTES);

    private final int type;
    private final int signatureBytes;

    NoteAlgorithm(int type, int signatureBytes) {
        this.type = type;
        this.signatureBytes = signatureBytes;
    }

    /** The byte that stands for it in key ids and verifier keys. */
    public int type() {
        return type;
    }

    /** What a line holds after the key id, in bytes. */
    public int signatureBytes() {
        return signatureBytes;
    }

    static NoteAlgorithm ofType(int type) {
        for (NoteAlgorithm algorithm : values()) {
            if (algorithm.type == type) {
                return algorithm;
            }
        }
        throw new MalformedException(
                "signature type " + type + " is not spoken here; 1 (Ed25519) and 4 (cosignature/v1)" + " are");
    }
}

package org.dalrn.podp.verify;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.canonical.Scalar;
import org.dalrn.podp.note.Ed25519PublicKey;
import org.dalrn.podp.note.Ed25519Signature;
import org.dalrn.podp.note.KeyEvent;
import org.dalrn.podp.note.KeyRevocation;
import org.dalrn.podp.note.KeyRotation;
import org.dalrn.podp.receipt.Facts;
import org.dalrn.podp.receipt.Receipt;

/**
 * The two types of receipts by which a log changes its own keys.
 *
 * <p>Source: docs/receipts.md, "Keys".
 */
public final class KeyReceipt {
    /** Type of the receipt by which a key hands over to another. */
    public static final String ROTATED = "dalrn.podp.key-rotated/1";

    /** Type of the receipt by which a key's checkpoints lose their worth. */
    public static final String REVOKED = "dalrn.podp.key-revoked/1";

    private static final Set<String> ROTATED_FIELDS = Set.of("from", "to", "by-from", "by-to");
    private static final Set<String> REVOKED_FIELDS = Set.of("key", "by", "last-size", "signature");

    private KeyReceipt() {}

    /** The facts of a key event; its receipt must have the event's log and place. */
    public static Facts facts(KeyEvent event) {
        SortedMap<String, Object> parameters = new TreeMap<>();
        if (event instanceof KeyRotation rotation) {
            parameters.putAll(Map.of(
                    "from", rotation.from().toString(),
                    "to", rotation.to().toString(),
                    "by-from", rotation.byFrom().toString(),
                    "by-to", rotation.byTo().toString()));
            return new Facts(ROTATED, List.of(), List.of(), parameters);
        }
        KeyRevocation revocation = (KeyRevocation) event;
        parameters.putAll(Map.of(
                "key", revocation.key().toString(),
                "by", revocation.by().toString(),
                "last-size", Scalar.of(revocation.lastSize()),
                "signature", revocation.signature().toString()));
        return new Facts(REVOKED, List.of(), List.of(), parameters);
    }

    /**
     * The key event that a receipt is.
     *
     * @return empty if the receipt is of another type
     * @throws MalformedException if it is of one of the two types, and its fields are not those of the type
     */
    public static Optional<KeyEvent> event(Receipt receipt) {
        Facts facts = receipt.facts();
        boolean rotated = facts.type().equals(ROTATED);
        if (!rotated && !facts.type().equals(REVOKED)) {
            return Optional.empty();
        }
        SortedMap<String, Object> fields = facts.parameters();
        Set<String> names = rotated ? ROTATED_FIELDS : REVOKED_FIELDS;
        if (!fields.keySet().equals(names)
                || !facts.inputs().isEmpty()
                || !facts.outputs().isEmpty()) {
            throw new MalformedException("a receipt of type " + facts.type() + " has the parameters " + names
                    + ", no inputs and no outputs");
        }
        try {
            return Optional.of(
                    rotated
                            ? new KeyRotation(
                                    receipt.log(),
                                    receipt.seq(),
                                    Ed25519PublicKey.parse(text(fields, "from")),
                                    Ed25519PublicKey.parse(text(fields, "to")),
                                    Ed25519Signature.parse(text(fields, "by-from")),
                                    Ed25519Signature.parse(text(fields, "by-to")))
                            : new KeyRevocation(
                                    receipt.log(),
                                    receipt.seq(),
                                    Ed25519PublicKey.parse(text(fields, "key")),
                                    Scalar.toLong(text(fields, "last-size")),
                                    Ed25519PublicKey.parse(text(fields, "by")),
                                    Ed25519Signature.parse(text(fields, "signature"))));
        } catch (IllegalArgumentException notAllowed) {
            throw new MalformedException("a key event is wrong: " + notAllowed.getMessage(), notAllowed);
        }
    }

    private static String text(SortedMap<String, Object> fields, String name) {
        if (fields.get(name) instanceof String text) {
            return text;
        }
        throw new MalformedException("parameter " + name + " of a key event is no string");
    }
}

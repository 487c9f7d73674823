package org.dalrn.core.incentive.bargaining;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.dalrn.core.model.ContentHash;

/**
 * A bid that is fixed before anybody else can read it: first the commitment is handed in, and when all are there, the bid and
 * its nonce are shown.
 *
 * <p>The commitment is {@code SHA-256("dalrn sealed bid 1\n" || length of the claimant's UTF-8 in 4 bytes || that text || bid in 8
 * bytes || nonce)}, numbers big-endian. It hides the bid as long as the nonce is secret and random, and cannot be shown as
 * another bid or as someone else's. Whether a party shows its bid at all is its own choice: rules must say that a bid not shown
 * loses.
 *
 * @param claimant whose bid it is, 1 to {@value Claim#LONGEST_NAME} characters
 * @param commitment what is handed in first
 */
public record SealedBid(String claimant, ContentHash commitment) {

    /** A nonce has this many random bytes, used once. */
    public static final int NONCE_BYTES = 32;

    private static final byte[] DOMAIN = "dalrn sealed bid 1\n".getBytes(StandardCharsets.US_ASCII);

    /**
     * Checks the name.
     *
     * @throws IllegalArgumentException if it is empty or too long
     */
    public SealedBid {
        Claim.requireName(claimant);
        requireNonNull(commitment, "commitment");
    }

    /**
     * Seals a bid.
     *
     * @param bid 0 or more
     * @param nonce {@value #NONCE_BYTES} random bytes from a secure source, kept secret until the bid is shown
     * @throws IllegalArgumentException if the bid is negative or the nonce has another length
     */
    public static SealedBid seal(String claimant, long bid, byte[] nonce) {
        Claim.requireName(claimant);
        Claim.requireNotNegative(claimant, "bid", bid);
        return new SealedBid(claimant, hash(claimant, bid, nonce));
    }

    /**
     * True if this bid and nonce are those that were sealed.
     *
     * @throws IllegalArgumentException if the nonce has not {@value #NONCE_BYTES} bytes
     */
    public boolean opensAs(long bid, byte[] nonce) {
        return bid >= 0 && commitment.equals(hash(claimant, bid, nonce));
    }

    private static ContentHash hash(String claimant, long bid, byte[] nonce) {
        if (nonce.length != NONCE_BYTES) {
            throw new IllegalArgumentException(
                    "a nonce has " + NONCE_BYTES + " bytes, not " + nonce.length + "; draw them at random");
        }
        byte[] name = claimant.getBytes(StandardCharsets.UTF_8);
        ByteBuffer numbers = ByteBuffer.allocate(Integer.BYTES).putInt(name.length);
        ByteBuffer amount = ByteBuffer.allocate(Long.BYTES).putLong(bid);
        return ContentHash.sha256(DOMAIN, numbers.array(), name, amount.array(), nonce);
    }
}

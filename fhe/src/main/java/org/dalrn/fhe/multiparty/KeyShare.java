package org.dalrn.fhe.multiparty;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Objects;
import org.dalrn.fhe.ErasableSecret;
import org.dalrn.fhe.committee.Hpke;
import org.dalrn.fhe.committee.HpkePrivateKey;
import org.dalrn.fhe.committee.HpkePublicKey;
import org.dalrn.fhe.ring.NttPolynomial;
import org.dalrn.fhe.ring.RnsBasis;
import org.dalrn.fhe.rlwe.KeyId;

/**
 * What one party decrypts with: a secret polynomial over all primes.
 *
 * <p>The noise of its answers is derived from a hash of the share and of the request, as in RFC 6979: asked the same again, it
 * answers with the same bytes, even if its memory was lost; two noises for one question would give away half of it each time.
 *
 * <p>It never prints its value and is not serialisable. Thread-safe, except that destroying it during a use makes that use
 * worthless.
 */
public abstract sealed class KeyShare extends ErasableSecret permits SecretKeyShare, ThresholdKeyShare {
    private final KeyCeremony ceremony;
    private final KeyId keyId;
    private final int party;
    private final NttPolynomial polynomial;
    private final byte[] noiseSeed;

    KeyShare(KeyCeremony ceremony, KeyId keyId, int party, NttPolynomial polynomial) {
        this.ceremony = Objects.requireNonNull(ceremony, "ceremony");
        this.keyId = Objects.requireNonNull(keyId, "keyId");
        this.party = ceremony.requireParty(party);
        this.polynomial = Objects.requireNonNull(polynomial, "polynomial");
        if (!polynomial.basis().equals(ceremony.context().keyBasis())) {
            throw new IllegalArgumentException(
                    "a key share over " + polynomial.basis() + " given for " + ceremony.context());
        }
        noiseSeed = Transcript.of("noise seed")
                .bytes(ceremony.rawDigest())
                .text(keyId.value())
                .number(party)
                .polynomial(polynomial)
                .digest();
    }

    /** The generation it came from. */
    public final KeyCeremony ceremony() {
        return ceremony;
    }

    /** The name of the collective key. */
    public final KeyId keyId() {
        return keyId;
    }

    /** Whose it is. */
    public final int party() {
        return party;
    }

    final NttPolynomial polynomial() {
        requireAlive();
        return polynomial;
    }

    final byte[] noiseSeed() {
        requireAlive();
        return noiseSeed;
    }

    private void requireAlive() {
        if (isDestroyed()) {
            throw new IllegalStateException("the key share of party " + party + " was destroyed");
        }
    }

    /** What the share belongs to, as the byte form names it. */
    abstract byte[] owner();

    /**
     * The share in bytes that only the holder of a private key reads: to keep it on disk. Whoever restores it must go on with the same
     * journal of answers.
     *
     * @param to whose key opens it
     * @param random the source of the seal
     */
    public final byte[] wrappedFor(HpkePublicKey to, SecureRandom random) {
        requireAlive();
        byte[] plaintext = ShareBytes.body(polynomial);
        try {
            byte[] sealed = Hpke.seal(to, wrapping(), aad(owner(), party), plaintext, random);
            ByteBuffer out = ShareBytes.begin(ShareBytes.Kind.KEY_SHARE, owner(), party, 0, sealed.length);
            out.put(sealed);
            return ShareBytes.finished(out);
        } finally {
            Arrays.fill(plaintext, (byte) 0);
        }
    }

    private static byte[] wrapping() {
        return "org.dalrn.fhe.multiparty/1 wrapped key share".getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] aad(byte[] owner, int party) {
        return Transcript.of("wrapped key share").bytes(owner).number(party).digest();
    }

    /** A party and its polynomial, read from what {@link #wrappedFor} gave. */
    record Unwrapped(int party, NttPolynomial polynomial) {
        static Unwrapped of(KeyCeremony ceremony, byte[] owner, HpkePrivateKey key, byte[] bytes) {
            RnsBasis basis = ceremony.context().keyBasis();
            ShareBytes.Kind kind = ShareBytes.Kind.KEY_SHARE;
            int size = ShareBytes.polynomialBytes(basis);
            ByteBuffer in = ByteBuffer.wrap(bytes);
            ShareBytes.Header header =
                    ShareBytes.header(kind, owner, "key", ceremony.parties(), size + Hpke.OVERHEAD_BYTES, in);
            ShareBytes.requireNoNumber(kind, header);
            byte[] sealed = new byte[size + Hpke.OVERHEAD_BYTES];
            in.get(sealed);
            byte[] plaintext;
            try {
                plaintext = Hpke.open(key, wrapping(), aad(owner, header.party()), sealed);
            } catch (GeneralSecurityException e) {
                throw new MultipartyException(
                        "a wrapped key share of party " + header.party()
                                + " does not open with the given key; give the one it was wrapped for",
                        e);
            }
            try {
                return new Unwrapped(header.party(), ShareBytes.get(ByteBuffer.wrap(plaintext), basis, kind));
            } finally {
                Arrays.fill(plaintext, (byte) 0);
            }
        }
    }

    /** Whether both are the same share of the same key; takes the same time wherever they differ. */
    @Override
    public final boolean equals(Object other) {
        return other instanceof KeyShare that
                && getClass() == that.getClass()
                && party == that.party
                && keyId.equals(that.keyId)
                && polynomial.equalInConstantTime(that.polynomial);
    }

    /** Of party and key only. */
    @Override
    public final int hashCode() {
        return Objects.hash(party, keyId);
    }

    @Override
    protected final void erase() {
        polynomial.destroy();
        Arrays.fill(noiseSeed, (byte) 0);
    }

    /** Party, key and size; never the value. */
    @Override
    public final String toString() {
        return getClass().getSimpleName() + "[party " + party + ", key " + keyId + ", "
                + polynomial.basis().size() + " primes, N=" + polynomial.basis().ringDegree() + "]";
    }
}

package org.dalrn.fhe.multiparty;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.dalrn.fhe.ErasableSecret;
import org.dalrn.fhe.ring.AesCtrStream;
import org.dalrn.fhe.ring.NttPolynomial;
import org.dalrn.fhe.rlwe.PublicKey;

/**
 * One party's private part in a {@link KeyCeremony}: its ternary secret {@code s_i} and everything it says about it.
 *
 * <p>All randomness comes from one 32-byte seed drawn at the beginning, each message's under a purpose of its own. So asking for a
 * message again gives the same bytes, and never a second error on the same secret, which would give a little of it away each
 * time. The second round of the relinearization key, whose input others choose, is to be had once only: see
 * {@link RelinearizationRoundOne}.
 *
 * <p>It lives in memory only: a party that restarts during a ceremony begins a new one, with a new common seed. Not thread-safe.
 */
public final class PartyKeyGeneration extends ErasableSecret {
    private final KeyCeremony ceremony;
    private final int party;
    private final byte[] seed;
    private final NttPolynomial secret;
    private boolean relinearizationBegun;

    private PartyKeyGeneration(KeyCeremony ceremony, int party, byte[] seed) {
        this.ceremony = ceremony;
        this.party = ceremony.requireParty(party);
        this.seed = seed;
        try (SmallSecrets draws = draws("secret")) {
            secret = draws.ternary();
        }
    }

    static PartyKeyGeneration begin(KeyCeremony ceremony, int party, SecureRandom random) {
        ceremony.requireParty(party);
        byte[] seed = new byte[AesCtrStream.SEED_BYTES];
        Objects.requireNonNull(random, "random").nextBytes(seed);
        return new PartyKeyGeneration(ceremony, party, seed);
    }

    private SmallSecrets draws(String purpose) {
        return new SmallSecrets(
                ceremony.context().keyBasis(), AesCtrStream.of(seed, "dalrn.fhe.multiparty.secret." + purpose));
    }

    /** Its number in the ceremony. */
    public int party() {
        return party;
    }

    /** Its summand of the public key; the same at every call. */
    public PublicKeyShare publicKeyShare() {
        requireAlive();
        try (SmallSecrets draws = draws("public key error")) {
            NttPolynomial masked = maskedError(ceremony.uniform("public key"), draws);
            return new PublicKeyShare(ceremony, party, masked);
        }
    }

    /**
     * Its summands of one rotation key; the same at every call.
     *
     * @param element one of the ceremony's Galois elements
     */
    public RotationKeyShare rotationKeyShare(int element) {
        requireAlive();
        ceremony.requireRotation(element);
        List<NttPolynomial> a = ceremony.uniformDigits("rotation " + element);
        List<NttPolynomial> digits = new ArrayList<>();
        NttPolynomial image = secret.automorphism(element);
        try (SmallSecrets draws = draws("rotation error " + element)) {
            for (int j = 0; j < a.size(); j++) {
                NttPolynomial message = image.multiply(ceremony.gadget(j));
                digits.add(maskedError(a.get(j), draws).add(message));
                message.destroy();
            }
        }
        image.destroy();
        return new RotationKeyShare(ceremony, party, element, digits);
    }

    /** {@code -(a s_i + e)}. */
    private NttPolynomial maskedError(NttPolynomial a, SmallSecrets draws) {
        NttPolynomial error = draws.error();
        NttPolynomial product = a.multiply(secret);
        NttPolynomial sum = product.add(error);
        NttPolynomial masked = sum.negate();
        error.destroy();
        product.destroy();
        return masked;
    }

    /**
     * Begins the two rounds of the relinearization key.
     *
     * @throws IllegalStateException if they were begun before, or the chain has no special prime
     */
    public RelinearizationRoundOne relinearization() {
        requireAlive();
        ceremony.context().requireKeySwitching();
        if (relinearizationBegun) {
            throw new IllegalStateException(
                    "party " + party + " has begun the relinearization key of this ceremony before;"
                            + " go on with that object, or begin a new ceremony");
        }
        relinearizationBegun = true;
        return RelinearizationRoundOne.begin(ceremony, party, secret, this::draws);
    }

    /**
     * What this party decrypts with, once the collective public key is known.
     *
     * @param key the collective public key
     * @return a copy of the share, equal at every call; it outlives this object
     */
    public SecretKeyShare secretKeyShare(PublicKey key) {
        requireAlive();
        ceremony.requireContext(key);
        NttPolynomial copy = secret.add(NttPolynomial.zero(secret.basis()));
        return SecretKeyShare.of(ceremony, key.id(), party, copy);
    }

    private void requireAlive() {
        if (isDestroyed()) {
            throw new IllegalStateException(
                    "the key generation of party " + party + " was destroyed; begin a new ceremony");
        }
    }

    @Override
    protected void erase() {
        Arrays.fill(seed, (byte) 0);
        secret.destroy();
    }

    /** Number and ceremony; never the secret. */
    @Override
    public String toString() {
        return "PartyKeyGeneration[party " + party + ", " + ceremony + "]";
    }
}

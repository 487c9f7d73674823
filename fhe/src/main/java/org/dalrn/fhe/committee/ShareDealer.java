package org.dalrn.fhe.committee;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A dealer of one round: shares one secret vector among the members, once. Thread-safe.
 *
 * <p>Cost for N coordinates, m members and threshold t: m key agreements, m encryptions of bN/8 bytes, one
 * signature and {@code N m t} multiplications; b is {@link CommitteePlan#shareBits}.
 */
public final class ShareDealer {
    private final CommitteePlan plan;
    private final int dealer;
    private final SigningKey key;
    private final SecureRandom random;
    private final AtomicBoolean dealt = new AtomicBoolean();

    private ShareDealer(CommitteePlan plan, int dealer, SigningKey key, SecureRandom random) {
        this.plan = plan;
        this.dealer = dealer;
        this.key = key;
        this.random = random;
    }

    /**
     * A dealer that takes part in this plan.
     *
     * @param plan the plan, usually received
     * @param policy what this dealer demands of it
     * @param dealer its id in the plan
     * @param key its private key
     * @param random source of the polynomials' and seals' keys
     * @return the dealer, able to deal once
     * @throws CommitteeException if the policy refuses the plan or the plan has no such dealer
     * @throws IllegalArgumentException if the key is not the one in the plan
     */
    public static ShareDealer of(
            CommitteePlan plan, PlanPolicy policy, int dealer, SigningKey key, SecureRandom random) {
        Objects.requireNonNull(plan, "plan");
        Objects.requireNonNull(policy, "policy").require(plan);
        Objects.requireNonNull(key, "key");
        if (!plan.dealerKey(dealer).equals(key.verifyingKey())) {
            throw new IllegalArgumentException("the plan knows dealer " + dealer + " by " + plan.dealerKey(dealer)
                    + ", the given key is " + key.verifyingKey() + "; give the key that was enrolled");
        }
        return new ShareDealer(plan, dealer, key, Objects.requireNonNull(random, "random"));
    }

    /**
     * Shares the secret and seals a share to each member.
     *
     * @param secret as many coordinates as the plan says, each at most its bound in absolute value; left as it is
     * @param upload digest of what the secret opens
     * @return the dealing, to be sent with the upload
     * @throws IllegalArgumentException if the length or a coordinate is out of range; nothing has been dealt then
     * @throws IllegalStateException if this dealer has dealt before: a second secret would need a second round
     */
    public DealtShares deal(int[] secret, Digest upload) {
        Objects.requireNonNull(secret, "secret");
        Objects.requireNonNull(upload, "upload");
        requireInRange(secret);
        if (dealt.getAndSet(true)) {
            throw new IllegalStateException(
                    "dealer " + dealer + " has dealt in round " + plan.round() + "; take a new round for a new secret");
        }
        int members = plan.members().size();
        int[][] shares;
        ShareField field = plan.field();
        int[] residues = new int[secret.length];
        for (int i = 0; i < secret.length; i++) {
            residues[i] = field.fromCentred(secret[i]);
        }
        try (UniformResidues uniform = new UniformResidues(field, random)) {
            shares = ShamirPolynomials.share(residues, plan.threshold(), members, uniform);
        } finally {
            Arrays.fill(residues, 0);
        }
        byte[][] payloads = new byte[members][];
        List<Digest> digests = new ArrayList<>(members);
        for (int i = 0; i < members; i++) {
            payloads[i] = seal(i + 1, shares[i], upload);
            digests.add(Dealing.payloadDigest(payloads[i]));
        }
        return DealtShares.wrap(Dealing.sign(plan, dealer, upload, digests, key), payloads);
    }

    /**
     * As {@link #deal}, and overwrites the secret with zeros, also if it fails.
     *
     * @param secret as many coordinates as the plan says, each at most its bound in absolute value; zeros afterwards
     * @param upload digest of what the secret opens
     * @return the dealing, to be sent with the upload
     * @throws IllegalArgumentException if the length or a coordinate is out of range; nothing has been dealt then
     * @throws IllegalStateException if this dealer has dealt before
     */
    public DealtShares dealAndErase(int[] secret, Digest upload) {
        try {
            return deal(secret, upload);
        } finally {
            Arrays.fill(secret, 0);
        }
    }

    private byte[] seal(int member, int[] share, Digest upload) {
        byte[] plaintext = Residues.toBytes(plan.field(), share);
        Arrays.fill(share, 0);
        try {
            return Hpke.seal(
                    plan.member(member).sealingKey(),
                    Dealing.info(plan.digest()),
                    Dealing.associatedData(plan.digest(), dealer, member, upload),
                    plaintext,
                    random);
        } finally {
            Arrays.fill(plaintext, (byte) 0);
        }
    }

    private void requireInRange(int[] secret) {
        if (secret.length != plan.vectorLength()) {
            throw new IllegalArgumentException(
                    "secret has " + secret.length + " coordinates; the plan says " + plan.vectorLength());
        }
        long outside = 0;
        for (int value : secret) {
            // Negative exactly if the value is beyond the bound; no branch on a secret.
            outside |= (plan.bound() - (long) value) | (plan.bound() + (long) value);
        }
        if (outside < 0) {
            throw new IllegalArgumentException(
                    "a coordinate of the secret is beyond the plan's bound of " + plan.bound() + " in absolute value");
        }
    }

    /** Dealer and round. */
    @Override
    public String toString() {
        return "ShareDealer(dealer " + dealer + ", round " + plan.round() + ")";
    }
}

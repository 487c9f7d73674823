package org.dalrn.fhe.multiparty;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.dalrn.fhe.committee.Digest;
import org.dalrn.fhe.committee.SigningKey;
import org.dalrn.fhe.committee.VerifyingKey;
import org.dalrn.fhe.ring.Modulus;
import org.dalrn.fhe.ring.RnsBasis;
import org.dalrn.fhe.rlwe.KeyId;
import org.dalrn.fhe.rlwe.PublicKey;

/**
 * The parties that hold one collective key, and the rules by which they decrypt: how many are needed, how much noise they add, how
 * often they answer.
 *
 * <p>All parties must have the same group; they compare {@link #digest}. Party i of the ceremony is member i of the list, and its
 * Shamir point is the number i. Immutable, thread-safe.
 */
public final class KeyGroup {
    private final KeyCeremony ceremony;
    private final KeyId keyId;
    private final List<GroupMember> members;
    private final int threshold;
    private final ActiveSetRule rule;
    private final Smudging smudging;
    private final byte[] digest;

    private KeyGroup(
            KeyCeremony ceremony,
            PublicKey key,
            List<GroupMember> members,
            int threshold,
            ActiveSetRule rule,
            Smudging smudging) {
        this.ceremony = Objects.requireNonNull(ceremony, "ceremony");
        keyId = key.id();
        this.members = List.copyOf(members);
        this.threshold = threshold;
        this.rule = Objects.requireNonNull(rule, "rule");
        this.smudging = Objects.requireNonNull(smudging, "smudging");
        if (!key.context().equals(ceremony.context())) {
            throw new IllegalArgumentException(
                    "a public key over " + key.context() + " given for a ceremony over " + ceremony.context());
        }
        if (members.size() != ceremony.parties()) {
            throw new IllegalArgumentException(members.size() + " members given for a ceremony of " + ceremony.parties()
                    + " parties; give one for each, in their order");
        }
        Set<VerifyingKey> identities = new HashSet<>();
        members.forEach(member -> identities.add(member.identity()));
        if (identities.size() != members.size()) {
            throw new IllegalArgumentException("two members have the same identity; each signs with a key of its own");
        }
        Transcript transcript = Transcript.of("group")
                .bytes(ceremony.rawDigest())
                .text(keyId.value())
                .number(threshold)
                .text(rule.name())
                .number(smudging.statisticalBits())
                .text(smudging.scope().name())
                .number(Double.doubleToLongBits(smudging.ciphertextNoiseStdDev()))
                .number(smudging.maxRequests())
                .number(smudging.maxPolynomials());
        for (GroupMember member : members) {
            transcript
                    .bytes(member.identity().toBytes())
                    .bytes(member.sealingKey().toBytes());
        }
        digest = transcript.digest();
    }

    /**
     * A group in which all parties are needed for every decryption.
     *
     * @param ceremony the key's
     * @param key the collective public key
     * @param members one for each party, in their order
     * @param smudging the noise and how often the key is used
     */
    public static KeyGroup allOf(KeyCeremony ceremony, PublicKey key, List<GroupMember> members, Smudging smudging) {
        return new KeyGroup(ceremony, key, members, members.size(), ActiveSetRule.ONE_SET_PER_KEY, smudging);
    }

    /**
     * A group in which some of the parties suffice.
     *
     * @param threshold t, 2 to n - 1
     * @param ceremony the key's
     * @param key the collective public key
     * @param members one for each party, in their order
     * @param rule for how long an answer binds its giver to a set
     * @param smudging the noise and how often the key is used
     */
    public static KeyGroup thresholdOf(
            int threshold,
            KeyCeremony ceremony,
            PublicKey key,
            List<GroupMember> members,
            ActiveSetRule rule,
            Smudging smudging) {
        if (threshold < 2 || threshold >= members.size()) {
            throw new IllegalArgumentException("a threshold of " + threshold + " of " + members.size()
                    + " parties; it is at least 2 and below their number, or all of them are needed: allOf");
        }
        return new KeyGroup(ceremony, key, members, threshold, rule, smudging);
    }

    /** The key's ceremony. */
    public KeyCeremony ceremony() {
        return ceremony;
    }

    /** The name of the collective key. */
    public KeyId keyId() {
        return keyId;
    }

    /** All members; party i is at index i - 1. */
    public List<GroupMember> members() {
        return members;
    }

    /**
     * One member.
     *
     * @param party 1 to n
     */
    public GroupMember member(int party) {
        return members.get(ceremony.requireParty(party) - 1);
    }

    /** How many parties a decryption takes, exactly. */
    public int threshold() {
        return threshold;
    }

    /** Whether the parties hold Shamir shares rather than summands of the key. */
    public boolean isThreshold() {
        return threshold < members.size();
    }

    /** For how long an answer binds its giver to a set. */
    public ActiveSetRule rule() {
        return rule;
    }

    /** The noise and how often the key is used. */
    public Smudging smudging() {
        return smudging;
    }

    /** SHA-256 of all facts. */
    public Digest digest() {
        return Digest.of(digest);
    }

    byte[] rawDigest() {
        return digest;
    }

    /** Standard deviation of the noise in each answer. */
    double noiseStdDev() {
        return smudging.stdDev(ceremony.context().ringDegree(), threshold, members.size());
    }

    void requireFractionBits(RnsBasis basis, double scale, int fractionBits) {
        smudging.requireFractionBits(basis, threshold, members.size(), scale, fractionBits);
    }

    void requireGuardBits(RnsBasis basis, int guardBits) {
        smudging.requireGuardBits(basis, threshold, members.size(), guardBits);
    }

    void requireOwn(KeyShare share) {
        if (!share.keyId().equals(keyId) || !share.ceremony().equals(ceremony)) {
            throw new IllegalArgumentException(share + " given for " + this + "; give the share of this key");
        }
    }

    void requireIdentity(int party, SigningKey signingKey) {
        if (!member(party).identity().equals(signingKey.verifyingKey())) {
            throw new IllegalArgumentException("the signing key is not the identity of party " + party);
        }
    }

    SortedSet<Integer> requireActive(Collection<Integer> parties) {
        SortedSet<Integer> active = new TreeSet<>(parties);
        if (active.size() != threshold
                || parties.size() != threshold
                || active.first() < 1
                || active.last() > members.size()) {
            throw new IllegalArgumentException(
                    "active set " + parties + " is not " + threshold + " different parties of 1 to " + members.size());
        }
        return Collections.unmodifiableSortedSet(active);
    }

    /**
     * Lagrange's coefficient at zero of one party in a set, for each prime: what its share is multiplied with before noise is
     * added. All 1 where the shares are summands.
     */
    long[] weights(RnsBasis basis, int party, SortedSet<Integer> active) {
        long[] weights = new long[basis.size()];
        for (int j = 0; j < weights.length; j++) {
            Modulus modulus = basis.modulus(j);
            long weight = 1;
            if (isThreshold()) {
                for (int other : active) {
                    if (other != party) {
                        long inverse = modulus.inverse(modulus.reduce((long) other - party));
                        weight = modulus.multiply(weight, modulus.multiply(other, inverse));
                    }
                }
            }
            weights[j] = weight;
        }
        return weights;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyGroup that && Arrays.equals(digest, that.digest);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(digest);
    }

    @Override
    public String toString() {
        return "KeyGroup[" + threshold + " of " + members.size() + ", key " + keyId + ", "
                + HexFormat.of().formatHex(digest, 0, 8) + "]";
    }
}

package org.dalrn.fhe.multiparty;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.dalrn.fhe.ring.AesCtrStream;
import org.dalrn.fhe.ring.Modulus;
import org.dalrn.fhe.ring.NttPolynomial;
import org.dalrn.fhe.ring.RnsBasis;
import org.dalrn.fhe.rlwe.GaloisKeys;
import org.dalrn.fhe.rlwe.KeyId;
import org.dalrn.fhe.rlwe.KeySwitchKey;
import org.dalrn.fhe.rlwe.PublicKey;
import org.dalrn.fhe.rlwe.RelinearizationKey;
import org.dalrn.fhe.rlwe.RlweContext;
import org.dalrn.fhe.rlwe.SecurityStandard;

/**
 * The public facts of one generation of keys by several parties: ring, number of parties, the seed common to all, and which
 * rotations there will be. It expands the uniform polynomials of all keys and puts the parties' shares together.
 *
 * <p>No party ever knows the secret key {@code s = s_1 + … + s_n}. What a party does is {@link PartyKeyGeneration}. The uniform
 * polynomials come from SHA-256 of all these facts, each key's under a purpose of its own, so no two errors ever hide under the
 * same one.
 *
 * <p>Shares are added as they are, without proofs: one party that lies spoils the keys, and one that speaks last can bias them.
 * Noise of what is encrypted under the collective key, in each coefficient: variance {@code 10.5 (4 n N / 3 + 1)}.
 *
 * <p>Immutable, thread-safe. Source: Mouchet, Troncoso-Pastoriza, Bossuat and Hubaux, "Multiparty Homomorphic Encryption from
 * Ring-Learning-With-Errors", ePrint 2020/304, section 4.
 */
public final class KeyCeremony {
    /** Bytes of the common seed. */
    public static final int SEED_BYTES = AesCtrStream.SEED_BYTES;
    /** The most parties. */
    public static final int MAX_PARTIES = 1024;

    private final RlweContext context;
    private final int parties;
    private final SortedSet<Integer> rotations;
    private final byte[] digest;

    private KeyCeremony(RlweContext context, int parties, byte[] commonSeed, Collection<Integer> rotations) {
        this.context = Objects.requireNonNull(context, "context");
        this.parties = parties;
        this.rotations = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(rotations));
        if (parties < 2 || parties > MAX_PARTIES) {
            throw new IllegalArgumentException("a ceremony of " + parties + " parties; it has 2 to " + MAX_PARTIES);
        }
        for (int j = 0; j < context.keyBasis().size(); j++) {
            if (context.keyBasis().modulus(j).value() <= parties) {
                throw new IllegalArgumentException("prime " + context.keyBasis().modulus(j)
                        + " is not above the number of " + parties + " parties; take larger primes");
            }
        }
        if (commonSeed.length != SEED_BYTES) {
            throw new IllegalArgumentException("a common seed of " + commonSeed.length + " bytes; give 32");
        }
        if (!this.rotations.isEmpty()) {
            context.requireKeySwitching();
        }
        Transcript transcript = Transcript.of("ceremony").number(context.ringDegree());
        RnsBasis basis = context.keyBasis();
        transcript.number(basis.size());
        for (int j = 0; j < basis.size(); j++) {
            transcript.number(basis.modulus(j).value());
        }
        transcript.number(parties).bytes(commonSeed).number(this.rotations.size());
        for (int element : this.rotations) {
            if (element < 3 || element >= 2 * context.ringDegree() || element % 2 == 0) {
                throw new IllegalArgumentException("Galois element " + element + " is not an odd number in [3, "
                        + 2 * context.ringDegree() + "); take GaloisKeys.elementOfRotation");
            }
            transcript.number(element);
        }
        digest = transcript.digest();
    }

    /**
     * A ceremony that a published table holds for 128-bit secure.
     *
     * @param context ring and chain of primes
     * @param standard the table that must allow them
     * @param parties n, 2 to {@value #MAX_PARTIES}; they are called 1 to n
     * @param commonSeed 32 bytes, fresh for each ceremony, the same for all; see {@link #commonSeed}
     * @param rotations the Galois elements of the rotations there will be keys for; may be empty
     * @throws IllegalArgumentException if the parameters are below 128-bit security
     */
    public static KeyCeremony of(
            RlweContext context,
            SecurityStandard standard,
            int parties,
            byte[] commonSeed,
            Collection<Integer> rotations) {
        Objects.requireNonNull(standard, "standard")
                .require(context.ringDegree(), context.keyBasis().product());
        return new KeyCeremony(context, parties, commonSeed, rotations);
    }

    /**
     * A ceremony over a ring of any size: for tests and teaching.
     *
     * @param context ring and chain of primes
     * @param parties 2 to {@value #MAX_PARTIES}
     * @param commonSeed 32 bytes
     * @param rotations Galois elements
     */
    public static KeyCeremony insecureForTesting(
            RlweContext context, int parties, byte[] commonSeed, Collection<Integer> rotations) {
        return new KeyCeremony(context, parties, commonSeed, rotations);
    }

    /**
     * A seed to which every party contributed, so that it is fresh if one of them is honest: the hash of the contributions.
     *
     * @param contributions 32 random bytes of each party, in the order of the parties
     */
    public static byte[] commonSeed(List<byte[]> contributions) {
        Transcript transcript = Transcript.of("common seed").number(contributions.size());
        for (byte[] contribution : contributions) {
            if (contribution.length != SEED_BYTES) {
                throw new IllegalArgumentException(
                        "a contribution of " + contribution.length + " bytes to the common seed; give 32 random ones");
            }
            transcript.bytes(contribution);
        }
        return transcript.digest();
    }

    /** Ring and chain of primes. */
    public RlweContext context() {
        return context;
    }

    /** n; the parties are called 1 to n. */
    public int parties() {
        return parties;
    }

    /** The Galois elements of the rotations. */
    public SortedSet<Integer> rotations() {
        return rotations;
    }

    /** SHA-256 of all facts: what the parties compare before they begin. */
    public byte[] digest() {
        return digest.clone();
    }

    byte[] rawDigest() {
        return digest;
    }

    /** How many polynomials a key switch has: one for each data prime. */
    int digits() {
        return context.maxLevel() + 1;
    }

    int requireParty(int party) {
        if (party < 1 || party > parties) {
            throw new IllegalArgumentException("party " + party + " of a ceremony with the parties 1 to " + parties);
        }
        return party;
    }

    void requireRotation(int element) {
        if (!rotations.contains(element)) {
            throw new IllegalArgumentException(
                    "Galois element " + element + " is not of the ceremony, which has " + rotations);
        }
    }

    /** Begins a party's own part; its secrets come from the given source. */
    public PartyKeyGeneration begin(int party, SecureRandom random) {
        return PartyKeyGeneration.begin(this, party, random);
    }

    /** The collective public key: {@code (sum of b_i, a)}. */
    public PublicKey publicKey(Iterable<PublicKeyShare> shares) {
        Contributors contributors = new Contributors("public key");
        NttPolynomial b = null;
        for (PublicKeyShare share : shares) {
            contributors.add(share.ceremony(), share.party());
            b = b == null ? share.b() : b.add(share.b());
        }
        contributors.requireAll();
        byte[] name = Transcript.of("key id")
                .bytes(digest)
                .polynomial(Objects.requireNonNull(b, "b"))
                .digest();
        return PublicKey.of(new KeyId(HexFormat.of().formatHex(name, 0, 16)), context, b, uniform("public key"));
    }

    /**
     * The collective relinearization key.
     *
     * @param key the collective public key
     * @param sum the sum of the first round, which everybody has computed
     * @param shares the second round, one of each party
     * @throws MultipartyException if a share is missing, is there twice, is of another ceremony or answers another first round
     */
    public RelinearizationKey relinearizationKey(
            PublicKey key, RelinearizationSum sum, Iterable<RelinearizationSecondShare> shares) {
        requireContext(key);
        sum.requireOf(this);
        Contributors contributors = new Contributors("relinearization key");
        NttPolynomial[] b = new NttPolynomial[digits()];
        for (RelinearizationSecondShare share : shares) {
            contributors.add(share.ceremony(), share.party());
            if (!Arrays.equals(share.rawFirstRound(), sum.rawDigest())) {
                throw new MultipartyException(
                        "party " + share.party() + " answered another first round than the one given;"
                                + " begin a new ceremony, and show all parties the same shares");
            }
            addTo(b, share.digits());
        }
        contributors.requireAll();
        return new RelinearizationKey(key.id(), context, KeySwitchKey.of(context, List.of(b), sum.h1()));
    }

    /**
     * The collective rotation keys.
     *
     * @param key the collective public key
     * @param shares one of each party for each rotation of this ceremony, in any order; read once
     * @throws MultipartyException if a share is missing, is there twice or is of another ceremony
     */
    public GaloisKeys rotationKeys(PublicKey key, Iterable<RotationKeyShare> shares) {
        requireContext(key);
        Map<Integer, Contributors> contributors = new TreeMap<>();
        Map<Integer, NttPolynomial[]> sums = new TreeMap<>();
        for (int element : rotations) {
            contributors.put(element, new Contributors("key of Galois element " + element));
            sums.put(element, new NttPolynomial[digits()]);
        }
        for (RotationKeyShare share : shares) {
            Contributors seen = contributors.get(share.element());
            if (seen == null) {
                throw new MultipartyException(
                        "a share for Galois element " + share.element() + " in a ceremony for " + rotations);
            }
            seen.add(share.ceremony(), share.party());
            NttPolynomial[] b = Objects.requireNonNull(sums.get(share.element()), "sums");
            addTo(b, share.digits());
        }
        Map<Integer, KeySwitchKey> keys = new TreeMap<>();
        for (Map.Entry<Integer, NttPolynomial[]> entry : sums.entrySet()) {
            int element = entry.getKey();
            Objects.requireNonNull(contributors.get(element), "contributors").requireAll();
            keys.put(
                    element, KeySwitchKey.of(context, List.of(entry.getValue()), uniformDigits("rotation " + element)));
        }
        return GaloisKeys.of(key.id(), context, keys);
    }

    /** Adds one polynomial for each digit to the sums, which begin as nulls. */
    static void addTo(NttPolynomial[] sums, List<NttPolynomial> digits) {
        for (int j = 0; j < sums.length; j++) {
            sums[j] = sums[j] == null ? digits.get(j) : sums[j].add(digits.get(j));
        }
    }

    void requireContext(PublicKey key) {
        if (!key.context().equals(context)) {
            throw new MultipartyException(
                    "a public key over " + key.context() + " given for a ceremony over " + context);
        }
    }

    /** The uniform polynomial of one purpose, over all primes. */
    NttPolynomial uniform(String purpose) {
        try (AesCtrStream stream = AesCtrStream.of(digest, "dalrn.fhe.multiparty.uniform." + purpose)) {
            return NttPolynomial.uniform(context.keyBasis(), stream);
        }
    }

    /** The uniform polynomials of one key switch: one for each data prime. */
    List<NttPolynomial> uniformDigits(String purpose) {
        try (AesCtrStream stream = AesCtrStream.of(digest, "dalrn.fhe.multiparty.uniform." + purpose)) {
            return java.util.stream.IntStream.range(0, digits())
                    .mapToObj(j -> NttPolynomial.uniform(context.keyBasis(), stream))
                    .toList();
        }
    }

    /** {@code P} modulo the prime of that data limb, zero in the others: what the secret is multiplied with in digit j. */
    long[] gadget(int digit) {
        Modulus modulus = context.keyBasis().modulus(digit);
        long[] factors = new long[context.keyBasis().size()];
        factors[digit] = modulus.reduce(context.specialPrime().value());
        return factors;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyCeremony that && Arrays.equals(digest, that.digest);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(digest);
    }

    @Override
    public String toString() {
        return "KeyCeremony[" + parties + " parties, " + context + ", " + rotations.size() + " rotations, "
                + HexFormat.of().formatHex(digest, 0, 8) + "]";
    }

    /** Counts the parties whose shares were added: each exactly once. */
    final class Contributors {
        private final String what;
        private final boolean[] seen = new boolean[parties + 1];

        Contributors(String what) {
            this.what = what;
        }

        void add(KeyCeremony of, int party) {
            if (!KeyCeremony.this.equals(of)) {
                throw new MultipartyException("the share of party " + party + " of the " + what
                        + " is of another ceremony; ask for that of this one");
            }
            if (seen[party]) {
                throw new MultipartyException(
                        "two shares of party " + party + " of the " + what + "; give one of each");
            }
            seen[party] = true;
        }

        void requireAll() {
            for (int party = 1; party <= parties; party++) {
                if (!seen[party]) {
                    throw new MultipartyException("the share of party " + party + " of the " + what
                            + " is missing; all " + parties + " are needed");
                }
            }
        }
    }
}

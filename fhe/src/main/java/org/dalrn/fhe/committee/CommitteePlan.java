package org.dalrn.fhe.committee;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.dalrn.fhe.committee.CommitteeException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Everything the parties of one round must agree on: its name, the members and how many of them open, the dealers and
 * how few of them may be summed, what a secret looks like, and who receives the answers. Immutable, thread-safe.
 *
 * <p>Its {@link #digest} goes into every signature and every sealed payload of the round, so parties who were shown
 * different plans cannot open each other's bytes. Whether the plan is a good one is not checked here but by {@link
 * PlanPolicy}, against what a party knows on its own.
 */
public final class CommitteePlan {
    /** Most members. */
    public static final int MAX_MEMBERS = 255;
    /** Most dealers. */
    public static final int MAX_DEALERS = 1 << 16;
    /** Most coordinates of a secret. */
    public static final int MAX_VECTOR_LENGTH = 1 << 16;

    private static final int OFFER_BYTES = MemberOffer.SIZE_BYTES - WireWriter.HEADER_BYTES;
    private static final int DEALER_BYTES = Integer.BYTES + VerifyingKey.SIZE_BYTES;

    private final RoundName round;
    private final List<MemberOffer> members;
    private final int threshold;
    private final SortedMap<Integer, VerifyingKey> dealers;
    private final int leastSetSize;
    private final int vectorLength;
    private final int bound;
    private final HpkePublicKey receiver;
    private final ShareField field;
    private final Digest digest;

    private CommitteePlan(Builder from) {
        round = Objects.requireNonNull(from.round);
        members = List.copyOf(from.members);
        threshold = from.threshold;
        dealers = Collections.unmodifiableSortedMap(new TreeMap<>(from.dealers));
        leastSetSize = from.leastSetSize;
        vectorLength = from.vectorLength;
        bound = from.bound;
        receiver = Objects.requireNonNull(from.receiver);
        requireValid();
        field = ShareField.of(dealers.size(), bound);
        digest = Domain.PLAN.digest(toBytes());
    }

    private void requireValid() {
        int count = members.size();
        require(count >= 2 && count <= MAX_MEMBERS, "members", count, "[2, " + MAX_MEMBERS + "]");
        require(2 * threshold > count && threshold <= count, "threshold", threshold, "(m/2, m] with m = " + count);
        require(dealers.size() <= MAX_DEALERS, "number of dealers", dealers.size(), "[2, " + MAX_DEALERS + "]");
        require(
                leastSetSize >= 2 && leastSetSize <= dealers.size(),
                "least set size",
                leastSetSize,
                "[2, " + dealers.size() + "], as a sum of one is a secret itself and there are " + dealers.size()
                        + " dealers");
        requireVectorLength(vectorLength);
        int largest = ShareField.LARGEST_HALF / dealers.size();
        require(
                bound >= 1 && bound <= largest,
                "bound",
                bound,
                "[1, " + largest + "], as sums of " + dealers.size() + " must stay below half of the prime 2^31 - 1");
        Set<Object> keys = new HashSet<>();
        for (MemberOffer member : members) {
            member.requireSignedFor(round);
            if (!keys.add(member.identity()) || !keys.add(member.sealingKey())) {
                throw new IllegalArgumentException(
                        "members share a key of " + member.identity() + "; each member needs its own two");
            }
        }
        if (keys.contains(receiver)) {
            throw new IllegalArgumentException("receiver's key is also a member's; give the receiver its own");
        }
        Set<VerifyingKey> dealerKeys = new HashSet<>();
        dealers.forEach((id, key) -> {
            require(id >= 1, "dealer id", id, "[1, 2^31 - 1]");
            if (!dealerKeys.add(key)) {
                throw new IllegalArgumentException("dealer " + id + " has the key " + key
                        + " of another dealer; each dealer needs its own, or one would count as two");
            }
        });
    }

    private static void requireVectorLength(int length) {
        require(length >= 1 && length <= MAX_VECTOR_LENGTH, "vector length", length, "[1, " + MAX_VECTOR_LENGTH + "]");
    }

    private static void require(boolean valid, String what, int value, String allowed) {
        if (!valid) {
            throw new IllegalArgumentException(what + " " + value + " is not in " + allowed);
        }
    }

    /**
     * Begins a plan.
     *
     * @return an empty builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Reads a plan; verifies every member's offer. Give it to a {@link PlanPolicy} before use: well-formed is not yet
     * trustworthy.
     *
     * @param bytes what {@link #toBytes} gave
     * @return the plan
     * @throws CommitteeException if the bytes are malformed, the plan is not valid or an offer is not signed
     */
    public static CommitteePlan parse(byte[] bytes) {
        WireReader in = new WireReader(WireKind.PLAN, bytes);
        Builder plan = builder().round(RoundName.of(in.take(RoundName.SIZE_BYTES)));
        plan.threshold(in.uint8()).leastSetSize(in.int32()).vectorLength(in.int32());
        plan.bound(in.int32()).receiver(MemberOffer.readKey(in));
        int members = in.uint8();
        int dealers = in.int32();
        if (dealers < 2 || dealers > MAX_DEALERS) {
            throw in.malformed("it announces " + dealers + " dealers, allowed are 2 to " + MAX_DEALERS);
        }
        in.exactly((long) members * OFFER_BYTES + (long) dealers * DEALER_BYTES);
        for (int i = 0; i < members; i++) {
            plan.member(MemberOffer.readUnverified(in));
        }
        int last = 0;
        for (int i = 0; i < dealers; i++) {
            int id = in.int32();
            if (id <= last) {
                throw in.malformed("dealer " + id + " follows dealer " + last + ", ids must ascend from 1");
            }
            last = id;
            plan.dealer(id, VerifyingKey.of(in.take(VerifyingKey.SIZE_BYTES)));
        }
        in.end();
        try {
            return plan.build();
        } catch (IllegalArgumentException e) {
            throw new CommitteeException(Reason.MALFORMED, "not a valid committee plan: " + e.getMessage(), e);
        }
    }

    /**
     * The canonical bytes: equal plans give equal bytes.
     *
     * @return a new array
     */
    public byte[] toBytes() {
        int fixed = RoundName.SIZE_BYTES + 1 + 3 * Integer.BYTES + HpkePublicKey.SIZE_BYTES + 1 + Integer.BYTES;
        WireWriter out =
                new WireWriter(WireKind.PLAN, fixed + members.size() * OFFER_BYTES + dealers.size() * DEALER_BYTES);
        out.put(round.bytes()).uint8(threshold).int32(leastSetSize).int32(vectorLength);
        out.int32(bound).put(receiver.bytes()).uint8(members.size()).int32(dealers.size());
        for (MemberOffer member : members) {
            member.writeTo(out);
        }
        dealers.forEach((id, key) -> out.int32(id).put(key.bytes()));
        return out.finish();
    }

    /**
     * SHA-256 over a prefix and {@link #toBytes}.
     *
     * @return the digest that every object of the round carries
     */
    public Digest digest() {
        return digest;
    }

    /**
     * The round's name.
     *
     * @return 32 bytes that are used once
     */
    public RoundName round() {
        return round;
    }

    /**
     * The members; the one at index i has id i + 1.
     *
     * @return an immutable list of 2 to 255
     */
    public List<MemberOffer> members() {
        return members;
    }

    /**
     * How many members open a sum.
     *
     * @return t, more than half of the members
     */
    public int threshold() {
        return threshold;
    }

    /**
     * The fewest members that, if they join whoever runs the round, can have two different sets opened and so learn
     * the difference of two sums: 2t - m. It never exceeds t, the number that learns every secret at once.
     *
     * @return 2t - m, at least 1
     */
    public int colludersToOpenTwoSets() {
        return 2 * threshold - members.size();
    }

    /**
     * The dealers by id.
     *
     * @return an immutable map, ids ascending from at least 1
     */
    public SortedMap<Integer, VerifyingKey> dealers() {
        return dealers;
    }

    /**
     * The fewest dealers whose secrets may be summed.
     *
     * @return k, at least 2
     */
    public int leastSetSize() {
        return leastSetSize;
    }

    /**
     * The number of coordinates of every secret.
     *
     * @return 1 to 65,536
     */
    public int vectorLength() {
        return vectorLength;
    }

    /**
     * The largest absolute value of a secret's coordinate.
     *
     * @return at least 1; times the number of dealers below half of the prime 2^31 - 1
     */
    public int bound() {
        return bound;
    }

    /**
     * The key to which members seal their answers: that of the server, or of a cohort that keeps sums to itself.
     *
     * @return its public half
     */
    public HpkePublicKey receiver() {
        return receiver;
    }

    /**
     * The bits of a coordinate of a share or an answer: the smallest b of 13, 17, 19 and 31 for which
     * {@code 2 * dealers * bound < 2^b - 1}, the prime modulo which secrets are shared. It follows from the other
     * fields, so the plan's bytes do not hold it.
     *
     * @return b
     */
    public int shareBits() {
        return field.bits();
    }

    /**
     * How long a dealing will be on the wire, for who has to choose a vector length before there is a plan.
     *
     * @param members 1 to 255
     * @param dealers in the plan, at least 1
     * @param vectorLength 1 to 65,536
     * @param bound of a coordinate, at least 1
     * @return length of {@link DealtShares#toBytes}
     * @throws IllegalArgumentException if a number is out of range or sums would pass half of the prime 2^31 - 1
     */
    public static int dealtBytes(int members, int dealers, int vectorLength, int bound) {
        require(members >= 1 && members <= MAX_MEMBERS, "members", members, "[1, " + MAX_MEMBERS + "]");
        require(dealers >= 1, "number of dealers", dealers, "[1, 2^31 - 1]");
        requireVectorLength(vectorLength);
        require(bound >= 1, "bound", bound, "[1, 2^31 - 1]");
        return DealtShares.sizeBytes(members, payloadBytes(ShareField.of(dealers, bound), vectorLength));
    }

    /** In which the secrets of this plan are shared. */
    ShareField field() {
        return field;
    }

    VerifyingKey dealerKey(int dealer) {
        VerifyingKey key = dealers.get(dealer);
        if (key == null) {
            throw new CommitteeException(
                    Reason.UNKNOWN_PARTY, "dealer " + dealer + " is not in the plan's roster of " + dealers.size());
        }
        return key;
    }

    MemberOffer member(int member) {
        if (member < 1 || member > members.size()) {
            throw new CommitteeException(
                    Reason.UNKNOWN_PARTY, "member " + member + " is not in the plan; it has 1 to " + members.size());
        }
        return members.get(member - 1);
    }

    /** Refuses an object made under another plan. */
    void requireSame(Digest other, String what) {
        if (!digest.equals(other)) {
            throw new CommitteeException(
                    Reason.OTHER_PLAN,
                    what + " belongs to plan " + other + ", not to " + digest + "; it is of no use in this round");
        }
    }

    /** Length of a sealed vector of residues in bytes. */
    int payloadBytes() {
        return payloadBytes(field, vectorLength);
    }

    private static int payloadBytes(ShareField field, int vectorLength) {
        return Hpke.OVERHEAD_BYTES + Residues.bytes(field, vectorLength);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CommitteePlan that && digest.equals(that.digest);
    }

    @Override
    public int hashCode() {
        return digest.hashCode();
    }

    /** The sizes and the round. */
    @Override
    public String toString() {
        return "CommitteePlan(" + threshold + " of " + members.size() + " members, at least " + leastSetSize + " of "
                + dealers.size() + " dealers, " + vectorLength + " coordinates up to " + bound + ", round " + round
                + ")";
    }

    /** Collects the fields of a plan; none has a default. Confined to one thread. */
    public static final class Builder {
        private @Nullable RoundName round;
        private final List<MemberOffer> members = new ArrayList<>();
        private int threshold;
        private final SortedMap<Integer, VerifyingKey> dealers = new TreeMap<>();
        private int leastSetSize;
        private int vectorLength;
        private int bound;
        private @Nullable HpkePublicKey receiver;

        private Builder() {}

        /**
         * Names the round.
         *
         * @param value a name never used before
         * @return this
         */
        public Builder round(RoundName value) {
            round = Objects.requireNonNull(value, "round");
            return this;
        }

        /**
         * Adds the member with the next id; the first has id 1.
         *
         * @param offer signed for this round
         * @return this
         */
        public Builder member(MemberOffer offer) {
            members.add(Objects.requireNonNull(offer, "offer"));
            return this;
        }

        /**
         * Sets how many members open a sum.
         *
         * @param value t, with m/2 &lt; t &le; m; for resistance to f dishonest members take t &gt; (m + f)/2
         * @return this
         */
        public Builder threshold(int value) {
            threshold = value;
            return this;
        }

        /**
         * Adds a dealer.
         *
         * @param id at least 1
         * @param key its lasting key
         * @return this
         * @throws IllegalArgumentException if the id is there already
         */
        public Builder dealer(int id, VerifyingKey key) {
            if (dealers.putIfAbsent(id, Objects.requireNonNull(key, "key")) != null) {
                throw new IllegalArgumentException("dealer " + id + " is given twice; each id stands for one dealer");
            }
            return this;
        }

        /**
         * Adds dealers.
         *
         * @param more ids and lasting keys
         * @return this
         * @throws IllegalArgumentException if an id is there already
         */
        public Builder dealers(Map<Integer, VerifyingKey> more) {
            more.forEach(this::dealer);
            return this;
        }

        /**
         * Sets the fewest dealers whose secrets may be summed.
         *
         * @param value k, at least 2
         * @return this
         */
        public Builder leastSetSize(int value) {
            leastSetSize = value;
            return this;
        }

        /**
         * Sets the number of coordinates of every secret.
         *
         * @param value 1 to 65,536
         * @return this
         */
        public Builder vectorLength(int value) {
            vectorLength = value;
            return this;
        }

        /**
         * Sets the largest absolute value of a coordinate.
         *
         * @param value at least 1
         * @return this
         */
        public Builder bound(int value) {
            bound = value;
            return this;
        }

        /**
         * Sets the key to which members seal their answers.
         *
         * @param value the public half
         * @return this
         */
        public Builder receiver(HpkePublicKey value) {
            receiver = Objects.requireNonNull(value, "receiver");
            return this;
        }

        /**
         * Checks and makes the plan.
         *
         * @return the plan
         * @throws IllegalArgumentException if a field is missing or out of range, or parties share a key
         * @throws CommitteeException if a member's offer is for another round
         */
        public CommitteePlan build() {
            List<String> missing = new ArrayList<>();
            missingIf(round == null, "round", missing);
            missingIf(members.isEmpty(), "member", missing);
            missingIf(threshold == 0, "threshold", missing);
            missingIf(dealers.isEmpty(), "dealer", missing);
            missingIf(leastSetSize == 0, "leastSetSize", missing);
            missingIf(vectorLength == 0, "vectorLength", missing);
            missingIf(bound == 0, "bound", missing);
            missingIf(receiver == null, "receiver", missing);
            if (!missing.isEmpty()) {
                throw new IllegalArgumentException("plan lacks " + String.join(", ", missing) + "; set all of them");
            }
            return new CommitteePlan(this);
        }

        private static void missingIf(boolean isMissing, String field, List<String> missing) {
            if (isMissing) {
                missing.add(field);
            }
        }
    }
}

package org.dalrn.fhe.committee;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.dalrn.fhe.committee.CommitteeException.Reason;

/**
 * The dealers whose uploads are to be summed, proposed by whoever runs the round. Immutable; an instance holds only
 * dealers of its plan, each once, ids ascending, and no fewer than the plan demands.
 */
public final class AcceptedSet {
    private final Digest plan;
    private final List<AcceptedDealing> dealings;
    private final Digest digest;

    private AcceptedSet(CommitteePlan plan, List<AcceptedDealing> ascending) {
        this.plan = plan.digest();
        dealings = List.copyOf(ascending);
        int last = 0;
        for (AcceptedDealing dealing : dealings) {
            plan.dealerKey(dealing.dealer());
            if (dealing.dealer() <= last) {
                throw new CommitteeException(
                        Reason.MALFORMED,
                        "dealer " + dealing.dealer()
                                + " is in the set twice or out of order; list each once, ascending");
            }
            last = dealing.dealer();
        }
        if (dealings.size() < plan.leastSetSize()) {
            throw new CommitteeException(
                    Reason.TOO_FEW,
                    "set has " + dealings.size() + " dealers, the plan demands at least " + plan.leastSetSize()
                            + "; wait for more or give the round up");
        }
        digest = Domain.SET.digest(toBytes());
    }

    /**
     * A proposal.
     *
     * @param plan the round's plan
     * @param dealings the {@link DealtShares#accepted} of each dealer, in any order
     * @return the set
     * @throws CommitteeException if a dealer is unknown or given twice, or there are too few
     */
    public static AcceptedSet of(CommitteePlan plan, Collection<AcceptedDealing> dealings) {
        Objects.requireNonNull(plan, "plan");
        List<AcceptedDealing> ascending = new ArrayList<>(dealings);
        ascending.sort(Comparator.comparingInt(AcceptedDealing::dealer));
        return new AcceptedSet(plan, ascending);
    }

    /**
     * Reads a proposal.
     *
     * @param plan the plan it must belong to
     * @param bytes what {@link #toBytes} gave
     * @return the set
     * @throws CommitteeException if the bytes are malformed, of another plan, or the set is not one of the plan
     */
    public static AcceptedSet parse(CommitteePlan plan, byte[] bytes) {
        Objects.requireNonNull(plan, "plan");
        WireReader in = new WireReader(WireKind.ACCEPTED_SET, bytes);
        plan.requireSame(in.digest(), "set");
        int count = in.int32();
        if (count < 0 || count > plan.dealers().size()) {
            throw in.malformed("it announces " + count + " dealers, the plan has "
                    + plan.dealers().size());
        }
        in.exactly((long) count * AcceptedDealing.SIZE_BYTES);
        List<AcceptedDealing> dealings = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int dealer = in.int32();
            if (dealer < 1) {
                throw in.malformed("dealer id " + dealer + " is below 1");
            }
            dealings.add(new AcceptedDealing(dealer, in.digest(), in.digest()));
        }
        in.end();
        return new AcceptedSet(plan, dealings);
    }

    /**
     * The canonical bytes.
     *
     * @return a new array
     */
    public byte[] toBytes() {
        WireWriter out = new WireWriter(WireKind.ACCEPTED_SET, sizeBytes() - WireWriter.HEADER_BYTES);
        out.put(plan).int32(dealings.size());
        for (AcceptedDealing dealing : dealings) {
            out.int32(dealing.dealer()).put(dealing.upload()).put(dealing.dealing());
        }
        return out.finish();
    }

    int sizeBytes() {
        return WireWriter.HEADER_BYTES
                + Digest.SIZE_BYTES
                + Integer.BYTES
                + dealings.size() * AcceptedDealing.SIZE_BYTES;
    }

    /** What a member signs to endorse this set. */
    byte[] endorsementMessage(int member) {
        return Domain.ENDORSEMENT.message(plan.bytes(), digest.bytes(), Domain.int32(member));
    }

    /**
     * The digest of the plan.
     *
     * @return the plan's digest
     */
    public Digest plan() {
        return plan;
    }

    /**
     * SHA-256 over a prefix and {@link #toBytes}.
     *
     * @return the digest that members endorse
     */
    public Digest digest() {
        return digest;
    }

    /**
     * The entries.
     *
     * @return an immutable list, dealer ids ascending
     */
    public List<AcceptedDealing> dealings() {
        return dealings;
    }

    /**
     * How many dealers there are.
     *
     * @return at least the plan's least set size
     */
    public int size() {
        return dealings.size();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AcceptedSet that && digest.equals(that.digest);
    }

    @Override
    public int hashCode() {
        return digest.hashCode();
    }

    /** Size and digest. */
    @Override
    public String toString() {
        return "AcceptedSet(" + dealings.size() + " dealers, " + digest + ")";
    }
}

package org.dalrn.fhe.aggregation;

import java.util.Arrays;
import java.util.Objects;

/**
 * One sum to be made: a plan and a name that no other sum has.
 *
 * <p>The masks of one-time keys are expanded from the name, so it must be fresh, unpredictable until the keys are drawn, and the
 * same for all; the server draws 32 random bytes and the committee signs them. Immutable, thread-safe.
 */
public final class SumRound {
    /** Bytes of a round's name. */
    public static final int ID_BYTES = 32;

    private final SumPlan plan;
    private final byte[] id;
    private final byte[] maskSeed;

    private SumRound(SumPlan plan, byte[] id) {
        this.plan = plan;
        this.id = id;
        maskSeed = SumPlan.sha256("dalrn.fhe.sum.round.v1", plan.rawDigest(), id);
    }

    /**
     * The round of that name.
     *
     * @param plan of all its updates
     * @param id 32 bytes, fresh for each round
     */
    public static SumRound of(SumPlan plan, byte[] id) {
        Objects.requireNonNull(plan, "plan");
        if (id.length != ID_BYTES) {
            throw new IllegalArgumentException("a round id of " + id.length + " bytes; give 32 random ones");
        }
        return new SumRound(plan, id.clone());
    }

    /** The plan of all its updates. */
    public SumPlan plan() {
        return plan;
    }

    /** Its name, 32 bytes. */
    public byte[] id() {
        return id.clone();
    }

    byte[] rawId() {
        return id;
    }

    /** The seed of the masks that all one-time keys of the round share. */
    byte[] maskSeed() {
        return maskSeed;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SumRound that && plan.equals(that.plan) && Arrays.equals(id, that.id);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(id);
    }

    @Override
    public String toString() {
        return "SumRound[" + SumPlan.hex(id, 8) + "..., " + plan + "]";
    }
}

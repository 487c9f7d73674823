package org.dalrn.fhe.committee;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The receiver's end of a round: opens sealed answers for one agreed set and interpolates their sum at 0. Thread-safe.
 *
 * <p>From exactly t answers nothing can be checked but the range of the sum. Every answer beyond t is compared with the
 * others: of t + k answers up to {@code e = k / 2} false ones (rounded down) are named and up to {@code k - e} are never
 * accepted (Berlekamp and Welch), in every field. More liars than that can make a false sum agree on purpose, and honest
 * members be named; by chance a coordinate agrees with probability {@code C(t + k, e) p^-(k - e)}.
 *
 * <p>The range check refuses a sum beyond {@code count * bound} in any coordinate. A coordinate that an inconsistent
 * dealing or a false answer has made random stays within with probability {@code (2 count bound + 1) / p}: half for 100
 * of 100 dealers with coordinates up to 21, up to 1 where the dealers' sum just fits the field. So it finds rubbish in
 * many coordinates, if the sum does not fill the field, and never a careful lie; what it misses, the caller's decoding
 * must find.
 */
public final class ShareCombiner {
    private final CommitteePlan plan;
    private final AcceptedSet set;
    private final HpkePrivateKey receiver;

    private ShareCombiner(CommitteePlan plan, AcceptedSet set, HpkePrivateKey receiver) {
        this.plan = plan;
        this.set = set;
        this.receiver = receiver;
    }

    /**
     * A combiner for one agreed set.
     *
     * @param plan the round's plan
     * @param agreed the set
     * @param receiver the private half of {@link CommitteePlan#receiver}
     * @return the combiner
     * @throws CommitteeException if the set is of another plan
     * @throws IllegalArgumentException if the key is not the plan's receiver's
     */
    public static ShareCombiner of(CommitteePlan plan, AgreedSet agreed, HpkePrivateKey receiver) {
        Objects.requireNonNull(plan, "plan");
        plan.requireSame(agreed.set().plan(), "agreed set");
        if (!plan.receiver().equals(receiver.publicKey())) {
            throw new IllegalArgumentException("the plan's receiver is " + plan.receiver() + ", the given key is of "
                    + receiver.publicKey() + "; give the receiver's key");
        }
        return new ShareCombiner(plan, agreed.set(), receiver);
    }

    /**
     * Opens and combines answers. May be called again with more of them.
     *
     * @param answers answers of distinct members; the same answer given twice counts once
     * @return the sum, or what is lacking
     * @throws CommitteeException if an answer is of another plan
     */
    public Combination combine(Collection<SealedAnswer> answers) {
        SortedSet<Integer> liars = new TreeSet<>();
        SortedMap<Integer, SealedAnswer> distinct = new TreeMap<>();
        for (SealedAnswer answer : answers) {
            plan.requireSame(answer.plan(), "answer of member " + answer.member());
            SealedAnswer before = distinct.putIfAbsent(answer.member(), answer);
            // Members sign their answers, so a second one, or one for another set, is the member's own doing.
            if (!answer.set().equals(set.digest()) || (before != null && !before.isSameAs(answer))) {
                liars.add(answer.member());
            }
        }
        distinct.keySet().removeAll(liars);
        SortedMap<Integer, int[]> rows = new TreeMap<>();
        distinct.forEach((member, answer) -> {
            int[] row = answer.open(plan, receiver);
            if (row == null) {
                liars.add(member);
            } else {
                rows.put(member, row);
            }
        });
        try {
            return combine(rows, liars);
        } finally {
            rows.values().forEach(row -> Arrays.fill(row, 0));
        }
    }

    private Combination combine(SortedMap<Integer, int[]> rows, SortedSet<Integer> liars) {
        if (rows.size() < plan.threshold()) {
            return new Combination.TooFew(rows.size(), plan.threshold(), liars);
        }
        SortedSet<Integer> wrong = wrongRows(rows);
        if (wrong == null) {
            return new Combination.Refused("the answers of members " + rows.keySet() + " contradict each other, and "
                    + rows.size() + " answers with a threshold of " + plan.threshold() + " name at most "
                    + (rows.size() - plan.threshold()) / 2 + " liars; ask further members, or give the round up");
        }
        SortedMap<Integer, int[]> honest = new TreeMap<>(rows);
        honest.keySet().removeAll(wrong);
        int[][] chosen = honest.values().stream().limit(plan.threshold()).toArray(int[][]::new);
        int[] sum = ShamirPolynomials.interpolate(plan.field(), 0, firstIds(honest), chosen);
        long largest = (long) set.size() * plan.bound();
        boolean inRange = true;
        ShareField field = plan.field();
        for (int i = 0; i < sum.length; i++) {
            sum[i] = field.toCentred(sum[i]);
            inRange &= Math.abs(sum[i]) <= largest;
        }
        if (!inRange) {
            Arrays.fill(sum, 0);
            return new Combination.Refused("the sum of " + set.size() + " secrets is beyond their bound of "
                    + plan.bound() + " each: a member or dealer lied; ask further members, or give the round up");
        }
        liars.addAll(wrong);
        return new Combination.Opened(AgreedSum.wrap(plan, set, sum), liars);
    }

    /** The members whose rows are off the others' polynomials; null if they cannot be told. */
    private @Nullable SortedSet<Integer> wrongRows(SortedMap<Integer, int[]> rows) {
        int capacity = (rows.size() - plan.threshold()) / 2;
        SortedSet<Integer> wrong = new TreeSet<>();
        SortedMap<Integer, int[]> rest = new TreeMap<>(rows);
        while (true) {
            int coordinate = firstContradiction(rest);
            if (coordinate < 0) {
                return wrong;
            }
            int[] ids = rest.keySet().stream().mapToInt(Integer::intValue).toArray();
            int[] values =
                    rest.values().stream().mapToInt(row -> row[coordinate]).toArray();
            boolean[] located = ErrorLocator.locate(plan.field(), ids, values, plan.threshold());
            if (located == null) {
                return null;
            }
            for (int i = 0; i < ids.length; i++) {
                if (located[i]) {
                    wrong.add(ids[i]);
                    rest.remove(ids[i]);
                }
            }
            if (wrong.size() > capacity) {
                return null;
            }
        }
    }

    /** The first coordinate in which some row is off the polynomial of the first t rows; -1 if there is none. */
    private int firstContradiction(SortedMap<Integer, int[]> rows) {
        int[] ids = firstIds(rows);
        List<int[]> all = new ArrayList<>(rows.values());
        int[][] first = all.subList(0, plan.threshold()).toArray(int[][]::new);
        int lowest = Integer.MAX_VALUE;
        int index = 0;
        for (int member : rows.keySet()) {
            if (index++ >= plan.threshold()) {
                int mismatch = Arrays.mismatch(
                        ShamirPolynomials.interpolate(plan.field(), member, ids, first), rows.get(member));
                lowest = mismatch < 0 ? lowest : Math.min(lowest, mismatch);
            }
        }
        return lowest == Integer.MAX_VALUE ? -1 : lowest;
    }

    private int[] firstIds(SortedMap<Integer, int[]> rows) {
        return rows.keySet().stream()
                .limit(plan.threshold())
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** Round and set. */
    @Override
    public String toString() {
        return "ShareCombiner(round " + plan.round() + ", " + set + ")";
    }
}

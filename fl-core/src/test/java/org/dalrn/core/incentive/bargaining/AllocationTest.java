package org.dalrn.core.incentive.bargaining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.dalrn.core.incentive.exact.Fraction;
import org.dalrn.core.model.ContentHash;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AllocationTest {

    private static final ContentHash SALT = ContentHash.of(new byte[] {1, 2, 3});
    private static final List<Claim> CLAIMS =
            List.of(new Claim("a", 3, 10, 20), new Claim("b", 2, 0, 1_000), new Claim("c", 5, 7, 1_000));
    /** Theta is 73/7: a 20, b 20.86, c 59.14. */
    private static final Allocation RIGHT = (Allocation) NashBargaining.allocate(100, CLAIMS, SALT);

    private static Allocation changed(int from, int to, long units) {
        List<Share> shares = new ArrayList<>(RIGHT.shares());
        shares.set(from, new Share(shares.get(from).claim(), shares.get(from).amount() - units));
        shares.set(to, new Share(shares.get(to).claim(), shares.get(to).amount() + units));
        return new Allocation(RIGHT.budget(), RIGHT.theta(), shares, RIGHT.undistributed());
    }

    private static Allocation withTheta(Allocation allocation, Fraction theta) {
        return new Allocation(allocation.budget(), theta, allocation.shares(), allocation.undistributed());
    }

    @Test
    void right_hasNoFaults() {
        assertThat(RIGHT.theta()).isEqualTo(Fraction.of(73, 7));
        assertThat(RIGHT.shares()).extracting(Share::amount).containsExactly(20L, 21L, 59L);
        assertThat(RIGHT.faults(SALT)).isEmpty();
    }

    @Test
    void unitsMoved_areFound() {
        assertThat(changed(2, 1, 5).faults(SALT))
                .contains("'b' got 26; theta 73/7 tells 20 or 21", "'c' got 54; theta 73/7 tells 59 or 60");
    }

    @Test
    void unitGivenToASmallerRemainder_isFound() {
        assertThat(changed(1, 2, 1).faults(SALT))
                .containsExactly("a remainder of 1 was rounded up, and a larger one of 6 was not");
    }

    @Test
    void unitTakenFromACap_isFound() {
        assertThat(changed(0, 2, 1).faults(SALT)).contains("'a' got 19; theta 73/7 tells 20");
    }

    @Test
    void unitLost_isFound() {
        assertThat(new Allocation(101, RIGHT.theta(), RIGHT.shares(), 0).faults(SALT))
                .contains("the amounts and the 0 undistributed sum to 100, not to the budget 101");
        assertThat(new Allocation(101, RIGHT.theta(), RIGHT.shares(), 1).faults(SALT))
                .containsExactly(
                        "1 are undistributed, but not all caps are reached",
                        "theta 73/7 does not give out the budget 101 exactly");
    }

    @Test
    void thetaNearby_isFound() {
        assertThat(withTheta(RIGHT, Fraction.of(1043, 100)).faults(SALT))
                .contains("theta 1043/100 does not give out the budget 100 exactly");
        assertThat(withTheta(RIGHT, Fraction.of(-1, 2)).faults(SALT))
                .containsExactly("theta is -1/2, which no division has");
        assertThat(withTheta(RIGHT, Fraction.of(2).times(Fraction.of(Long.MAX_VALUE)))
                        .faults(SALT))
                .containsExactly("theta is 18446744073709551614, which no division has");
    }

    @Test
    void thetaAboveTheLastCap_isFound() {
        Allocation full = (Allocation)
                NashBargaining.allocate(100, List.of(new Claim("a", 2, 0, 3), new Claim("b", 1, 1, 4)), SALT);
        assertThat(full.faults(SALT)).isEmpty();
        assertThat(withTheta(full, Fraction.of(4)).faults(SALT)).containsExactly("theta 4 is larger than needed");
    }

    @Test
    void lotsAgainstTheirOrder_areFound() {
        List<Claim> twins = List.of(new Claim("a", 1, 0, 10), new Claim("b", 1, 0, 10));
        Allocation right = (Allocation) NashBargaining.allocate(7, twins, SALT);
        Allocation turned = new Allocation(
                7,
                right.theta(),
                List.of(
                        new Share(twins.get(0), right.shares().get(1).amount()),
                        new Share(twins.get(1), right.shares().get(0).amount())),
                0);
        assertThat(right.faults(SALT)).isEmpty();
        assertThat(turned.faults(SALT))
                .singleElement()
                .asString()
                .startsWith("of equal remainders, the lots ")
                .endsWith(" lost, against their order");
    }

    @Test
    void claimsThatNoDivisionTakes_areFound() {
        Share share = new Share(new Claim("a", 1, 60, 100), 60);
        assertThat(new Allocation(100, Fraction.ZERO, List.of(share, share), 0).faults(SALT))
                .containsExactly("'a' claims twice; add its claims up or name them apart");
        assertThat(new Allocation(50, Fraction.ZERO, List.of(share), 0).faults(SALT))
                .containsExactly("the reservations sum to more than the budget 50, so there is nothing to allocate");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Allocation(5, Fraction.ZERO, List.of(), -1))
                .withMessage("of a budget of 5 are -1 undistributed; both must be 0 or more");
    }

    @Test
    void manyFaults_areCutOff() {
        List<Share> shares = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            shares.add(new Share(new Claim("c" + i, 1, 0, 10), -5));
        }
        assertThat(new Allocation(500, Fraction.of(5), shares, 0).faults(SALT)).hasSize(20);
    }

    /** Whatever single number of a right division is changed, the check sees it. */
    @ParameterizedTest
    @EnumSource(AllocationRule.class)
    void anyChange_isFound(AllocationRule rule) {
        SplittableRandom random = new SplittableRandom(11);
        int changes = 0;
        while (changes < 3_000) {
            RandomClaims input = RandomClaims.small(random);
            if (!(rule.allocate(input.budget(), input.claims(), SALT) instanceof Allocation right)
                    || right.shares().size() < 2) {
                continue;
            }
            int from = random.nextInt(right.shares().size());
            int to = random.nextInt(right.shares().size());
            long units = random.nextInt(1, 4);
            List<Share> shares = new ArrayList<>(right.shares());
            Allocation wrong;
            switch (random.nextInt(3)) {
                case 0 -> {
                    if (from == to) {
                        continue;
                    }
                    shares.set(
                            from,
                            new Share(shares.get(from).claim(), shares.get(from).amount() - units));
                    shares.set(
                            to, new Share(shares.get(to).claim(), shares.get(to).amount() + units));
                    wrong = new Allocation(right.budget(), right.theta(), shares, right.undistributed());
                }
                case 1 -> {
                    shares.set(
                            from,
                            new Share(shares.get(from).claim(), shares.get(from).amount() - units));
                    wrong = new Allocation(right.budget(), right.theta(), shares, right.undistributed() + units);
                }
                default -> wrong = withTheta(right, right.theta().plus(Fraction.of(1, random.nextInt(1, 1_000))));
            }
            changes++;
            assertThat(wrong.faults(rule, SALT))
                    .as("%s instead of %s", wrong, right)
                    .isNotEmpty();
        }
    }
}

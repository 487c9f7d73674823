package org.dalrn.fhe.committee;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.dalrn.fhe.committee.CommitteeException.Reason;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Oracle: the secrets added one by one. */
class ShareCombinerTest {
    private static final long SEED = 20261123;
    private static final TestRound ROUND = TestRound.of(7, 4, 5, 64, 21);
    private static final ShareField FIELD = ROUND.plan.field();
    private static final Integer[] DEALERS = {10, 30, 40, 50};
    private static final AgreedSet AGREED = ROUND.agreed(DEALERS);

    @Nested
    class HonestAnswers {
        @Test
        void ofAnyThresholdMembers_openTheSumOfExactlyTheSet() {
            int[] expected = ROUND.sumOfSecrets(DEALERS);
            for (int[] members : new int[][] {{1, 2, 3, 4}, {4, 5, 6, 7}, {1, 3, 5, 7}, {7, 2, 6, 1, 5}}) {
                Combination.Opened opened = opened(answers(members));

                assertThat(opened.sum().toArray())
                        .as("members %s", Arrays.toString(members))
                        .isEqualTo(expected);
                assertThat(opened.liars()).isEmpty();
                assertThat(opened.sum().count()).isEqualTo(4);
                assertThat(opened.sum().length()).isEqualTo(64);
                assertThat(opened.sum().set()).isEqualTo(AGREED.set());
                assertThat(opened.sum().plan()).isEqualTo(ROUND.plan);
            }
        }

        @Test
        void acrossTheWire_openTheSameSum() {
            List<SealedAnswer> received = answers(1, 2, 3, 4).stream()
                    .map(answer -> SealedAnswer.parse(ROUND.plan, answer.toBytes()))
                    .toList();

            assertThat(opened(received).sum().toArray()).isEqualTo(ROUND.sumOfSecrets(DEALERS));
        }

        /** The largest bound that each field holds for three dealers. */
        @ParameterizedTest
        @CsvSource({"1194, 13", "19114, 17", "76458, 19", "357913941, 31"})
        void atTheExtremesOfTheBound_openExactly(int bound, int bits) {
            TestRound extremes = TestRound.of(2, 2, 3, 4, bound);
            assertThat(extremes.plan.shareBits()).isEqualTo(bits);
            extremes.secret(10, new int[] {bound, -bound, bound, 0});
            extremes.secret(20, new int[] {bound, -bound, -bound, 0});
            extremes.secret(30, new int[] {bound, -bound, bound, 1});
            AgreedSet agreed = extremes.agreed(10, 20, 30);

            Combination result = extremes.combine(
                    agreed, List.of(extremes.answer(1, agreed, 10, 20, 30), extremes.answer(2, agreed, 10, 20, 30)));

            assertThat(result)
                    .isInstanceOfSatisfying(
                            Combination.Opened.class,
                            opened -> assertThat(opened.sum().toArray())
                                    .containsExactly(3 * bound, -3 * bound, bound, 1));
        }

        @Test
        void fewerThanTheThreshold_areTooFew() {
            assertThat(combine(answers(1, 2, 3))).isEqualTo(new Combination.TooFew(3, 4, new TreeSet<>()));
            assertThat(combine(List.of())).isEqualTo(new Combination.TooFew(0, 4, new TreeSet<>()));
        }

        @Test
        void ofOneMemberManyTimes_countOnce() {
            assertThat(combine(answers(1, 2, 3, 3, 3))).isEqualTo(new Combination.TooFew(3, 4, new TreeSet<>()));
        }
    }

    @Nested
    class Liars {
        @Test
        void withinTheRadius_areNamedAndTheSumIsRight() {
            int[] lie = new Random(SEED).ints(64, 0, FIELD.prime()).toArray();
            List<SealedAnswer> answers = answers(1, 2, 4, 5, 6);
            answers.add(ROUND.forged(3, AGREED, lie));

            Combination.Opened opened = opened(answers);

            assertThat(opened.liars()).containsExactly(3);
            assertThat(opened.sum().toArray()).isEqualTo(ROUND.sumOfSecrets(DEALERS));
        }

        @Test
        void thatLieInOneCoordinateByOne_areNamed() {
            int[] honest = honestSum(6);
            honest[63] = FIELD.reduce(honest[63] + 1L);
            List<SealedAnswer> answers = answers(1, 2, 3, 4, 5);
            answers.add(ROUND.forged(6, AGREED, honest));

            assertThat(opened(answers).liars()).containsExactly(6);
        }

        @Test
        void thatLieInDifferentCoordinates_areAllNamed() {
            TestRound nine = TestRound.of(9, 5, 2, 8, 21);
            AgreedSet agreed = nine.agreed(10, 20);
            List<SealedAnswer> answers = new ArrayList<>();
            for (int member = 1; member <= 9; member++) {
                int[] row = honestSum(nine, member, 10, 20);
                if (member == 2 || member == 8) {
                    row[member - 1] = FIELD.reduce(row[member - 1] + 5L);
                }
                answers.add(nine.forged(member, agreed, row));
            }

            assertThat(nine.combine(agreed, answers)).isInstanceOfSatisfying(Combination.Opened.class, opened -> {
                assertThat(opened.liars()).containsExactly(2, 8);
                assertThat(opened.sum().toArray()).isEqualTo(nine.sumOfSecrets(10, 20));
            });
        }

        /** Two liars, each alone within the radius of its own coordinate: together they are more than 7 answers can name. */
        @Test
        void beyondTheRadiusInDifferentCoordinates_areNotNamed() {
            List<SealedAnswer> answers = answers(1, 2, 3, 4, 5);
            for (int member = 6; member <= 7; member++) {
                int[] row = honestSum(member);
                row[member] = FIELD.reduce(row[member] + 1L);
                answers.add(ROUND.forged(member, AGREED, row));
            }

            assertThat(combine(answers))
                    .isInstanceOfSatisfying(
                            Combination.Refused.class,
                            refused -> assertThat(refused.why()).contains("name at most 1 liars"));
        }

        @Test
        void oneAmongThresholdPlusOne_isNoticedButNotNamed() {
            List<SealedAnswer> answers = answers(1, 2, 3, 4);
            answers.add(ROUND.forged(5, AGREED, new int[64]));

            assertThat(combine(answers))
                    .isInstanceOfSatisfying(
                            Combination.Refused.class,
                            refused -> assertThat(refused.why())
                                    .contains("members [1, 2, 3, 4, 5] contradict each other")
                                    .contains("name at most 0 liars"));
            answers.add(answers(6).get(0));
            assertThat(opened(answers).liars()).containsExactly(5);
        }

        @Test
        void oneAmongExactlyThreshold_isNoticedByTheRange() {
            List<SealedAnswer> answers = answers(1, 2, 3);
            answers.add(ROUND.forged(5, AGREED, new int[64]));

            assertThat(combine(answers))
                    .isInstanceOfSatisfying(
                            Combination.Refused.class,
                            refused -> assertThat(refused.why())
                                    .contains("the sum of 4 secrets is beyond their bound of 21 each"));
        }

        @Test
        void whoseAnswersDoNotOpenOrAreOutsideTheField_areNamed() {
            int[] outside = new int[64];
            outside[10] = FIELD.prime();
            List<SealedAnswer> answers = answers(1, 2, 4, 5);
            answers.add(ROUND.forged(3, AGREED, outside));

            assertThat(opened(answers).liars()).containsExactly(3);
            assertThat(combine(answers.subList(1, 5)))
                    .isEqualTo(new Combination.TooFew(3, 4, new TreeSet<>(List.of(3))));
        }

        @Test
        void whoSignTwoAnswersOrOneForAnotherSet_areNamed() {
            AgreedSet other = ROUND.agreed(10, 20);
            List<SealedAnswer> answers = answers(1, 2, 3, 4, 5);
            answers.add(ROUND.forged(2, AGREED, new int[64]));
            answers.add(ROUND.forged(6, other, honestSum(6)));

            Combination.Opened opened = opened(answers);

            assertThat(opened.liars()).containsExactly(2, 6);
            assertThat(opened.sum().toArray()).isEqualTo(ROUND.sumOfSecrets(DEALERS));
        }
    }

    /** What t - 1 members, a server and two sets can and cannot do. */
    @Nested
    class Collusion {
        /**
         * Null hypothesis: what t - 1 members interpolate has nothing to do with the sum. Each of 64 coordinates would be
         * within the honest range with probability 169 / 8191, so 1.3 of them are, and 20 once in 10^16 runs.
         */
        @Test
        void ofFewerThanThreshold_interpolatesToNothing() {
            int[] ids = {1, 2, 3};
            int[][] rows = {honestSum(1), honestSum(2), honestSum(3)};

            int[] guess = ShamirPolynomials.interpolate(FIELD, 0, ids, rows);

            assertThat(Arrays.stream(guess).map(FIELD::toCentred).filter(value -> Math.abs(value) <= 4 * 21))
                    .hasSizeLessThan(20);
        }

        /** The least number of the package's documentation is exact: 2t - m dishonest members suffice for two sets. */
        @Test
        void ofTwoThresholdLessMembers_canAgreeOnTwoSets_andOfOneFewerCannot() {
            TestRound round = TestRound.of(5, 4, 3, 2, 21);
            assertThat(round.plan.colludersToOpenTwoSets()).isEqualTo(3);
            AcceptedSet one = round.set(10, 20);
            AcceptedSet two = round.set(10, 20, 30);

            assertThat(agreedByDishonest(round, one, two, 3)).isEqualTo(2);
            assertThat(agreedByDishonest(round, one, two, 2)).isEqualTo(1);
        }

        /** How many of two sets become agreed if this many members endorse both and the others are split at best. */
        private int agreedByDishonest(TestRound round, AcceptedSet one, AcceptedSet two, int dishonest) {
            List<SetEndorsement> forOne = new ArrayList<>();
            List<SetEndorsement> forTwo = new ArrayList<>();
            for (int id = 1; id <= dishonest; id++) {
                forOne.add(round.member(id, new MemoryAnswerJournal()).endorse(one));
                forTwo.add(round.member(id, new MemoryAnswerJournal()).endorse(two));
            }
            for (int id = dishonest + 1; id <= round.plan.members().size(); id++) {
                CommitteeMember honest = round.member(id, new MemoryAnswerJournal());
                boolean first = forOne.size() < round.plan.threshold();
                (first ? forOne : forTwo).add(honest.endorse(first ? one : two));
                assertThatThrownBy(() -> honest.endorse(first ? two : one)).isInstanceOf(CommitteeException.class);
            }
            int agreed = 0;
            for (List<SetEndorsement> endorsements : List.of(forOne, forTwo)) {
                try {
                    AgreedSet.of(round.plan, agreed == 0 ? one : two, endorsements);
                    agreed++;
                } catch (CommitteeException e) {
                    assertThat(e.reason()).isEqualTo(Reason.TOO_FEW);
                }
            }
            return agreed;
        }
    }

    /** A dealer whose shares are of no polynomial: the round fails closed. */
    @Nested
    class InconsistentDealer {
        @Test
        void answersOfAll_contradictEachOtherAndAreRefused() {
            TestRound round = TestRound.of(5, 3, 2, 16, 21);
            AgreedSet agreed = round.agreed(10, 20);
            List<SealedAnswer> answers = new ArrayList<>();
            Random random = new Random(SEED);
            for (int member = 1; member <= 5; member++) {
                // Every member adds an unrelated share instead of that of dealer 20.
                int[] row = honestSum(round, member, 10);
                for (int i = 0; i < row.length; i++) {
                    row[i] = round.plan
                            .field()
                            .reduce((long) row[i]
                                    + random.nextInt(round.plan.field().prime()));
                }
                answers.add(round.forged(member, agreed, row));
            }

            assertThat(round.combine(agreed, answers)).isInstanceOf(Combination.Refused.class);
            assertThat(round.combine(agreed, answers.subList(0, 3))).isInstanceOf(Combination.Refused.class);
        }
    }

    @Test
    void match_callsTheFunctionOfTheCase() {
        assertThat(names(combine(answers(1, 2, 3, 4)))).isEqualTo("opened");
        assertThat(names(combine(List.of()))).isEqualTo("too few");
        assertThat(names(new Combination.Refused("why"))).isEqualTo("refused");
    }

    private static String names(Combination combination) {
        return combination.match(opened -> "opened", tooFew -> "too few", refused -> "refused");
    }

    @Test
    void of_anotherKeyOrPlan_isRefused() {
        CommitteePlan other = ROUND.changed(plan -> plan.bound(20));

        assertThatThrownBy(() -> ShareCombiner.of(ROUND.plan, AGREED, HpkePrivateKey.generate(TestRound.RANDOM)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("give the receiver's key");
        assertThatThrownBy(() -> ShareCombiner.of(other, AGREED, ROUND.receiver))
                .isInstanceOf(CommitteeException.class)
                .hasMessageContaining("agreed set belongs to plan");
    }

    @Test
    void parse_ofAnAnswerRelabelled_isRefused() {
        byte[] answer = answers(1).get(0).toBytes();
        answer[2 + 64] = 2;

        assertThatThrownBy(() -> SealedAnswer.parse(ROUND.plan, answer))
                .isInstanceOfSatisfying(
                        CommitteeException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BAD_SIGNATURE))
                .hasMessageContaining("the answer of member 2 is not signed by it");
    }

    @Test
    void destroy_ofASum_endsItsUseAndToStringShowsNothing() {
        AgreedSum sum = opened(answers(1, 2, 3, 4)).sum();
        assertThat(sum.toString()).isEqualTo("AgreedSum(4 dealers, 64 coordinates)");

        sum.destroy();

        assertThat(sum.isDestroyed()).isTrue();
        assertThatThrownBy(sum::toArray)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("destroyed");
    }

    private static List<SealedAnswer> answers(int... members) {
        List<SealedAnswer> answers = new ArrayList<>();
        for (int member : members) {
            answers.add(ROUND.answer(member, AGREED, DEALERS));
        }
        return answers;
    }

    private static int[] honestSum(int member) {
        return honestSum(ROUND, member, DEALERS);
    }

    private static int[] honestSum(TestRound round, int member, Integer... dealers) {
        int[] sum = new int[round.plan.vectorLength()];
        for (SealedShare share : round.shares(member, dealers)) {
            int[] residues = share.open(round.plan, member, round.sealingKeys.get(member - 1));
            IntStream.range(0, sum.length)
                    .forEach(i -> sum[i] = round.plan.field().reduce((long) sum[i] + residues[i]));
        }
        return sum;
    }

    private static Combination combine(List<SealedAnswer> answers) {
        return ROUND.combine(AGREED, answers);
    }

    private static Combination.Opened opened(List<SealedAnswer> answers) {
        Combination result = combine(answers);
        assertThat(result).isInstanceOf(Combination.Opened.class);
        return (Combination.Opened) result;
    }
}

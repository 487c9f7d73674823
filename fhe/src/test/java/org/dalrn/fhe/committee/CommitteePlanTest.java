package org.dalrn.fhe.committee;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Set;
import java.util.function.Consumer;
import org.dalrn.fhe.committee.CommitteeException.Reason;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class CommitteePlanTest {
    private static final TestRound ROUND = TestRound.of(3, 3, 4, 5, 21);
    private static final CommitteePlan PLAN = ROUND.plan;

    @Test
    void parse_ofItsBytes_givesAnEqualPlan() {
        CommitteePlan again = CommitteePlan.parse(PLAN.toBytes());

        assertThat(again).isEqualTo(PLAN).hasSameHashCodeAs(PLAN);
        assertThat(again.digest()).isEqualTo(PLAN.digest());
        assertThat(again.toBytes()).isEqualTo(PLAN.toBytes());
        assertThat(again.dealers()).isEqualTo(PLAN.dealers());
        assertThat(again.threshold()).isEqualTo(3);
        assertThat(again.leastSetSize()).isEqualTo(2);
        assertThat(again.vectorLength()).isEqualTo(5);
        assertThat(again.bound()).isEqualTo(21);
        assertThat(again.receiver()).isEqualTo(ROUND.receiver.publicKey());
        assertThat(again.members()).hasSize(3);
        assertThat(again.shareBits()).isEqualTo(PLAN.shareBits()).isEqualTo(13);
    }

    /** Both ways to pass 7/8 of 2^13 - 1, 7167: 2 * 170 * 21 = 7140 and 2 * 4 * 895 = 7160 stay below it. */
    @Test
    void shareBits_followFromDealersAndBound_alsoAfterTheWire() {
        assertThat(bitsAfterTheWire(TestRound.of(2, 2, 170, 1, 21).plan)).isEqualTo(13);
        assertThat(bitsAfterTheWire(TestRound.of(2, 2, 171, 1, 21).plan)).isEqualTo(17);
        assertThat(bitsAfterTheWire(ROUND.changed(plan -> plan.bound(895)))).isEqualTo(13);
        assertThat(bitsAfterTheWire(ROUND.changed(plan -> plan.bound(896)))).isEqualTo(17);
        assertThat(bitsAfterTheWire(ROUND.changed(plan -> plan.bound(16_384)))).isEqualTo(19);
        assertThat(bitsAfterTheWire(ROUND.changed(plan -> plan.bound(268_435_455))))
                .isEqualTo(31);
    }

    private static int bitsAfterTheWire(CommitteePlan plan) {
        int bits = CommitteePlan.parse(plan.toBytes()).shareBits();
        assertThat(bits).isEqualTo(plan.shareBits());
        return bits;
    }

    @Test
    void dealtBytes_isTheLengthOfADealing() {
        for (int bound : new int[] {21, 1024, 16_384, 268_435_455}) {
            TestRound round = TestRound.of(3, 2, 4, 7, bound);
            assertThat(CommitteePlan.dealtBytes(3, 4, 7, bound))
                    .isEqualTo(round.dealt(10).toBytes().length);
        }
        // The head, 16 seals of 48 bytes and 4096 coordinates of 13 bits each.
        assertThat(CommitteePlan.dealtBytes(16, 100, 4096, 21)).isEqualTo(134 + 16 * (48 + 6656));
    }

    @Test
    void dealtBytes_ofAPlanThatCannotBe_isRefused() {
        assertThatThrownBy(() -> CommitteePlan.dealtBytes(256, 4, 7, 21)).hasMessageContaining("members 256");
        assertThatThrownBy(() -> CommitteePlan.dealtBytes(3, 0, 7, 21)).hasMessageContaining("dealers 0");
        assertThatThrownBy(() -> CommitteePlan.dealtBytes(3, 4, 65_537, 21)).hasMessageContaining("65537");
        assertThatThrownBy(() -> CommitteePlan.dealtBytes(3, 4, 7, 0)).hasMessageContaining("bound 0");
        assertThatThrownBy(() -> CommitteePlan.dealtBytes(3, 4, 7, 268_435_456))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2^31 - 1");
    }

    @Test
    void digest_afterAnyChangeOfAField_isAnother() {
        assertThat(digestAfter(plan -> {})).isEqualTo(PLAN.digest());
        assertThat(digestAfter(plan -> plan.threshold(2))).isNotEqualTo(PLAN.digest());
        assertThat(digestAfter(plan -> plan.leastSetSize(3))).isNotEqualTo(PLAN.digest());
        assertThat(digestAfter(plan -> plan.vectorLength(6))).isNotEqualTo(PLAN.digest());
        assertThat(digestAfter(plan -> plan.bound(20))).isNotEqualTo(PLAN.digest());
        assertThat(digestAfter(plan -> plan.dealer(41, newKey()))).isNotEqualTo(PLAN.digest());
        assertThat(digestAfter(plan ->
                        plan.receiver(HpkePrivateKey.generate(TestRound.RANDOM).publicKey())))
                .isNotEqualTo(PLAN.digest());
        assertThat(digestAfter(plan -> plan.member(newOffer(PLAN.round())))).isNotEqualTo(PLAN.digest());
    }

    @Test
    void colludersToOpenTwoSets_isTwiceTheThresholdLessTheMembers() {
        assertThat(TestRound.of(3, 2, 2, 1, 1).plan.colludersToOpenTwoSets()).isEqualTo(1);
        assertThat(TestRound.of(4, 3, 2, 1, 1).plan.colludersToOpenTwoSets()).isEqualTo(2);
        assertThat(PLAN.colludersToOpenTwoSets()).isEqualTo(3);
    }

    @Nested
    class Build {
        @Test
        void ofNothing_namesEveryMissingField() {
            assertThatThrownBy(() -> CommitteePlan.builder().build())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "plan lacks round, member, threshold, dealer, leastSetSize, vectorLength, bound, receiver;"
                                    + " set all of them");
        }

        @Test
        void outOfRange_saysTheValueAndTheRange() {
            refused(plan -> plan.threshold(1), "threshold 1 is not in (m/2, m] with m = 3");
            refused(plan -> plan.threshold(4), "threshold 4 is not in (m/2, m] with m = 3");
            refused(plan -> plan.leastSetSize(1), "least set size 1 is not in [2, 4], as a sum of one is a secret");
            refused(plan -> plan.leastSetSize(5), "least set size 5 is not in [2, 4]");
            refused(plan -> plan.vectorLength(-1), "vector length -1 is not in [1, 65536]");
            refused(plan -> plan.vectorLength(65_537), "vector length 65537 is not in [1, 65536]");
            refused(plan -> plan.bound(-1), "bound -1 is not in [1, 268435455]");
            refused(plan -> plan.bound(268_435_456), "bound 268435456 is not in [1, 268435455], as sums of 4");
            refused(plan -> plan.dealer(0, newKey()), "dealer id 0 is not in [1, 2^31 - 1]");
        }

        @Test
        void largestBound_keepsTheSumBelowHalfOfThePrime() {
            CommitteePlan plan = ROUND.changed(builder -> builder.bound(268_435_455));

            assertThat(4L * plan.bound()).isLessThan(Integer.MAX_VALUE / 2 + 1L);
        }

        @Test
        void oneMember_isRefused() {
            assertThatThrownBy(() -> TestRound.of(1, 1, 2, 1, 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("members 1 is not in [2, 255]");
        }

        @Test
        void sharedKeys_areRefused() {
            refused(plan -> plan.member(PLAN.members().get(0)), "members share a key");
            refused(
                    plan -> plan.member(MemberOffer.sign(
                            PLAN.round(),
                            SigningKey.generate(TestRound.RANDOM),
                            PLAN.members().get(0).sealingKey())),
                    "members share a key");
            refused(plan -> plan.receiver(PLAN.members().get(1).sealingKey()), "receiver's key is also a member's");
            refused(plan -> plan.dealer(99, PLAN.dealerKey(10)), "dealer 99 has the key");
            refused(plan -> plan.dealer(10, newKey()), "dealer 10 is given twice");
        }

        @Test
        void anOfferForAnotherRound_isRefused() {
            assertThatThrownBy(() -> ROUND.changed(plan -> plan.member(newOffer(TestRound.roundName(1)))))
                    .isInstanceOfSatisfying(
                            CommitteeException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.BAD_SIGNATURE))
                    .hasMessageContaining("is not signed by it for round");
        }
    }

    @Nested
    class Parse {
        @Test
        void anInvalidPlan_isMalformed() {
            byte[] bytes = PLAN.toBytes();
            bytes[2 + RoundName.SIZE_BYTES] = 1;

            assertThatThrownBy(() -> CommitteePlan.parse(bytes))
                    .isInstanceOfSatisfying(
                            CommitteeException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.MALFORMED))
                    .hasMessageContaining("threshold 1");
        }

        @Test
        void aCountBeyondTheBytes_isRefusedBeforeAnythingIsAllocated() {
            byte[] bytes = PLAN.toBytes();
            int dealers = 2 + RoundName.SIZE_BYTES + 1 + 3 * Integer.BYTES + HpkePublicKey.SIZE_BYTES + 1;
            bytes[dealers + 2] = (byte) 0xff;

            assertThatThrownBy(() -> CommitteePlan.parse(bytes))
                    .isInstanceOf(CommitteeException.class)
                    .hasMessageContaining("bytes after its head instead of");
            bytes[dealers] = 0x7f;
            assertThatThrownBy(() -> CommitteePlan.parse(bytes))
                    .isInstanceOf(CommitteeException.class)
                    .hasMessageContaining("allowed are 2 to 65536");
        }

        @Test
        void otherKindsAndVersions_areRefused() {
            byte[] version = PLAN.toBytes();
            version[0] = 2;
            byte[] kind = PLAN.toBytes();
            kind[1] = 5;

            assertThatThrownBy(() -> CommitteePlan.parse(version))
                    .isInstanceOf(CommitteeException.class)
                    .hasMessageContaining("its version is 2; this release reads 1");
            assertThatThrownBy(() -> CommitteePlan.parse(kind))
                    .isInstanceOf(CommitteeException.class)
                    .hasMessageContaining("its kind is 5 instead of 1");
            assertThatThrownBy(() -> CommitteePlan.parse(new byte[1]))
                    .isInstanceOf(CommitteeException.class)
                    .hasMessageContaining("it ends after 1 bytes");
        }

        @Test
        void aSealingKeyOfSmallOrder_isRefused() {
            byte[] bytes = PLAN.toBytes();
            int receiver = 2 + RoundName.SIZE_BYTES + 1 + 3 * Integer.BYTES;
            Arrays.fill(bytes, receiver, receiver + HpkePublicKey.SIZE_BYTES, (byte) 0);

            assertThatThrownBy(() -> CommitteePlan.parse(bytes))
                    .isInstanceOf(CommitteeException.class)
                    .hasMessageContaining("small order");
        }
    }

    @Nested
    class Offers {
        @Test
        void parse_ofItsBytes_givesTheOffer() {
            MemberOffer offer = newOffer(PLAN.round());

            MemberOffer again = MemberOffer.parse(PLAN.round(), offer.toBytes());

            assertThat(again.identity()).isEqualTo(offer.identity());
            assertThat(again.sealingKey()).isEqualTo(offer.sealingKey());
            assertThat(again.toBytes()).isEqualTo(offer.toBytes()).hasSize(130);
        }

        @Test
        void parse_forAnotherRound_isRefused() {
            byte[] bytes = newOffer(PLAN.round()).toBytes();

            assertThatThrownBy(() -> MemberOffer.parse(TestRound.roundName(1), bytes))
                    .isInstanceOfSatisfying(
                            CommitteeException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.BAD_SIGNATURE));
        }
    }

    @Nested
    class Policy {
        @Test
        void require_aPlanThatMeetsIt_passes() {
            new PlanPolicy(
                            key -> PLAN.members().stream()
                                    .anyMatch(member -> member.identity().equals(key)),
                            Set.copyOf(PLAN.dealers().values())::contains,
                            ROUND.receiver.publicKey()::equals,
                            2,
                            3)
                    .require(PLAN);
        }

        @Test
        void require_aWeakerOrStrangerPlan_refusesAndSaysWhy() {
            refusedBy(
                    new PlanPolicy(key -> true, key -> true, key -> true, 3, 1),
                    "least set size 2 is below the demanded 3");
            refusedBy(
                    new PlanPolicy(key -> true, key -> true, key -> true, 2, 4),
                    "3 of 3 members resist 2 dishonest ones, demanded are 3");
            refusedBy(new PlanPolicy(key -> false, key -> true, key -> true, 2, 1), "is not a known one");
            VerifyingKey stranger = PLAN.dealerKey(30);
            refusedBy(
                    new PlanPolicy(key -> true, key -> !key.equals(stranger), key -> true, 2, 1),
                    "its dealer 30 with key " + stranger + " is not a known one");
            refusedBy(new PlanPolicy(key -> true, key -> true, key -> false, 2, 1), "its receiver");
        }

        @Test
        void of_numbersBelowTheirLeast_isRefused() {
            assertThatThrownBy(() -> new PlanPolicy(key -> true, key -> true, key -> true, 1, 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("least set size 1 is below 2");
            assertThatThrownBy(() -> new PlanPolicy(key -> true, key -> true, key -> true, 2, 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("least colluders 0 is not in [1, 255]");
        }

        private void refusedBy(PlanPolicy policy, String why) {
            assertThatThrownBy(() -> policy.require(PLAN))
                    .isInstanceOfSatisfying(
                            CommitteeException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.PLAN_REFUSED))
                    .hasMessageContaining(why);
        }
    }

    private static Digest digestAfter(Consumer<CommitteePlan.Builder> change) {
        return ROUND.changed(change).digest();
    }

    private static void refused(Consumer<CommitteePlan.Builder> change, String message) {
        assertThatThrownBy(() -> ROUND.changed(change))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    private static VerifyingKey newKey() {
        return SigningKey.generate(TestRound.RANDOM).verifyingKey();
    }

    private static MemberOffer newOffer(RoundName round) {
        return MemberOffer.sign(
                round,
                SigningKey.generate(TestRound.RANDOM),
                HpkePrivateKey.generate(TestRound.RANDOM).publicKey());
    }
}

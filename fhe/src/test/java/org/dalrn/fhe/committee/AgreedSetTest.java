package org.dalrn.fhe.committee;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.dalrn.fhe.committee.CommitteeException.Reason;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class AgreedSetTest {
    private static final TestRound ROUND = TestRound.of(4, 3, 4, 3, 21);

    @Nested
    class Accepted {
        @Test
        void of_dealersInAnyOrder_isTheSameSet() {
            assertThat(ROUND.set(30, 10, 20)).isEqualTo(ROUND.set(10, 20, 30));
            assertThat(ROUND.set(30, 10, 20).toBytes())
                    .isEqualTo(ROUND.set(10, 20, 30).toBytes());
            assertThat(ROUND.set(30, 10, 20).dealings())
                    .extracting(AcceptedDealing::dealer)
                    .containsExactly(10, 20, 30);
        }

        @Test
        void parse_ofItsBytes_givesTheSameSet() {
            AcceptedSet set = ROUND.set(10, 40);

            assertThat(AcceptedSet.parse(ROUND.plan, set.toBytes())).isEqualTo(set);
        }

        @Test
        void of_tooFewUnknownOrRepeatedDealers_isRefused() {
            refused(() -> ROUND.set(10), Reason.TOO_FEW, "set has 1 dealers, the plan demands at least 2");
            refused(() -> ROUND.set(10, 10), Reason.MALFORMED, "dealer 10 is in the set twice");
            AcceptedDealing known = ROUND.dealt(10).accepted();
            AcceptedDealing stranger = new AcceptedDealing(11, known.upload(), known.dealing());
            refused(
                    () -> AcceptedSet.of(ROUND.plan, List.of(known, stranger)),
                    Reason.UNKNOWN_PARTY,
                    "dealer 11 is not in the plan's roster");
        }

        @Test
        void digest_ofAnotherDealingOfTheSameUpload_isAnother() {
            AcceptedDealing again = ROUND.dealer(20)
                    .deal(ROUND.secret(20), TestRound.digest(20))
                    .accepted();
            AcceptedSet other =
                    AcceptedSet.of(ROUND.plan, List.of(ROUND.dealt(10).accepted(), again));

            assertThat(again.upload()).isEqualTo(ROUND.dealt(20).accepted().upload());
            assertThat(other.digest()).isNotEqualTo(ROUND.set(10, 20).digest());
        }
    }

    @Nested
    class Agreement {
        private final AcceptedSet set = ROUND.set(10, 20);

        @Test
        void of_thresholdEndorsements_isAgreed() {
            AgreedSet agreed = AgreedSet.of(ROUND.plan, set, endorsements(set, 1, 2, 4));

            assertThat(agreed.set()).isEqualTo(set);
            assertThat(agreed.endorsements()).extracting(SetEndorsement::member).containsExactly(1, 2, 4);
        }

        @Test
        void parse_ofItsBytes_isTheSame() {
            AgreedSet agreed = AgreedSet.of(ROUND.plan, set, endorsements(set, 4, 3, 2, 1));

            AgreedSet again = AgreedSet.parse(ROUND.plan, agreed.toBytes());

            assertThat(again.set()).isEqualTo(set);
            assertThat(again.endorsements()).hasSize(4);
            assertThat(again.toBytes()).isEqualTo(agreed.toBytes());
        }

        @Test
        void of_oneMemberManyTimes_isNotAgreed() {
            List<SetEndorsement> repeated = endorsements(set, 1, 2);
            repeated.addAll(endorsements(set, 1, 2, 1));

            refused(
                    () -> AgreedSet.of(ROUND.plan, set, repeated),
                    Reason.TOO_FEW,
                    "valid endorsements of 2 members [1, 2], needed are 3");
        }

        @Test
        void of_endorsementsOfAnotherSet_isNotAgreed() {
            List<SetEndorsement> mixed = endorsements(set, 1, 2);
            mixed.addAll(endorsements(ROUND.set(10, 20, 30), 3, 4));

            refused(() -> AgreedSet.of(ROUND.plan, set, mixed), Reason.TOO_FEW, "members [1, 2]");
        }

        @Test
        void of_forgedEndorsements_isNotAgreed() {
            SetEndorsement genuine = endorsements(set, 1).get(0);
            byte[] asMemberThree = genuine.toBytes();
            asMemberThree[2 + 64] = 3;
            byte[] asMemberNine = genuine.toBytes();
            asMemberNine[2 + 64] = 9;
            List<SetEndorsement> forged = endorsements(set, 1, 2);
            forged.add(SetEndorsement.parse(asMemberThree));
            forged.add(SetEndorsement.parse(asMemberNine));

            refused(() -> AgreedSet.of(ROUND.plan, set, forged), Reason.TOO_FEW, "members [1, 2]");
        }

        /** A dishonest member must not be able to stop a round by sending rubbish. */
        @Test
        void of_rubbishBesideEnoughValidOnes_isAgreed() {
            byte[] rubbish = endorsements(set, 3).get(0).toBytes();
            rubbish[rubbish.length - 40] ^= 1;
            List<SetEndorsement> all = new ArrayList<>(List.of(SetEndorsement.parse(rubbish)));
            all.addAll(endorsements(set, 1, 2, 3));

            assertThat(AgreedSet.of(ROUND.plan, set, all).endorsements())
                    .extracting(SetEndorsement::member)
                    .containsExactly(1, 2, 3);
        }

        @Test
        void of_endorsementsUnderAnotherPlan_isNotAgreed() {
            CommitteePlan other = ROUND.changed(plan -> plan.bound(20));
            AcceptedSet sameDealers = AcceptedSet.of(other, set.dealings());

            refused(
                    () -> AgreedSet.of(other, sameDealers, endorsements(set, 1, 2, 3)),
                    Reason.TOO_FEW,
                    "endorsements of 0 members");
            refused(() -> AgreedSet.of(other, set, endorsements(set, 1, 2, 3)), Reason.OTHER_PLAN, "set belongs");
        }

        @Test
        void parse_withOneInvalidEndorsement_isRefused() {
            byte[] bytes =
                    AgreedSet.of(ROUND.plan, set, endorsements(set, 1, 2, 3, 4)).toBytes();
            bytes[bytes.length - 40] ^= 1;

            refused(
                    () -> AgreedSet.parse(ROUND.plan, bytes),
                    Reason.BAD_SIGNATURE,
                    "1 of 4 endorsements are not valid");
        }
    }

    private static List<SetEndorsement> endorsements(AcceptedSet set, int... members) {
        List<SetEndorsement> endorsements = new ArrayList<>();
        for (int member : members) {
            endorsements.add(ROUND.member(member, new MemoryAnswerJournal()).endorse(set));
        }
        return endorsements;
    }

    private static void refused(Runnable act, Reason reason, String message) {
        assertThatThrownBy(act::run)
                .isInstanceOfSatisfying(
                        CommitteeException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContaining(message);
    }
}

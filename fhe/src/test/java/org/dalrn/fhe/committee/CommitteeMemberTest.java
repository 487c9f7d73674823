package org.dalrn.fhe.committee;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.dalrn.fhe.committee.AnswerJournal.Step;
import org.dalrn.fhe.committee.CommitteeException.Reason;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommitteeMemberTest {
    private static final TestRound ROUND = TestRound.of(3, 2, 4, 3, 21);
    private static final AgreedSet TWO = ROUND.agreed(10, 20);
    private static final AgreedSet THREE = ROUND.agreed(10, 20, 30);

    @TempDir
    Path folder;

    @Nested
    class Endorse {
        @Test
        void aSet_recordsItFirst() {
            MemoryAnswerJournal journal = new MemoryAnswerJournal();

            SetEndorsement endorsement = ROUND.member(1, journal).endorse(TWO.set());

            assertThat(journal.steps).containsExactly(Step.ENDORSED);
            assertThat(endorsement.isFor(ROUND.plan, TWO.set())).isTrue();
        }

        @Test
        void theSameSetAgain_givesTheSameBytes() {
            CommitteeMember member = ROUND.member(1, new MemoryAnswerJournal());

            assertThat(member.endorse(TWO.set()).toBytes())
                    .isEqualTo(member.endorse(TWO.set()).toBytes());
        }

        @Test
        void aSecondSet_isRefusedForEver() {
            CommitteeMember member = ROUND.member(1, new MemoryAnswerJournal());
            member.endorse(TWO.set());

            for (int attempt = 0; attempt < 3; attempt++) {
                otherSet(() -> member.endorse(THREE.set()));
                otherSet(() -> member.answer(THREE, ROUND.shares(1, 10, 20, 30)));
            }
            assertThat(member.answer(TWO, ROUND.shares(1, 10, 20)).member()).isEqualTo(1);
        }

        @Test
        void ofASecondPlanOfTheSameRound_isRefused() {
            AnswerJournal journal = new MemoryAnswerJournal();
            CommitteePlan other = ROUND.changed(plan -> plan.bound(20));
            ROUND.member(1, journal).endorse(TWO.set());

            otherSet(() -> ROUND.member(other, 1, journal)
                    .endorse(AcceptedSet.of(other, TWO.set().dealings())));
        }

        @Test
        void aSetOfAnotherPlan_isRefusedWithoutCommitting() {
            CommitteePlan other = ROUND.changed(plan -> plan.bound(20));
            MemoryAnswerJournal journal = new MemoryAnswerJournal();

            refused(() -> ROUND.member(other, 1, journal).endorse(TWO.set()), Reason.OTHER_PLAN, "set belongs to plan");
            assertThat(journal.steps).isEmpty();
        }

        @Test
        void withAJournalThatFails_signsNothing() {
            AnswerJournal broken = (wanted, step) -> {
                throw new CommitteeException(Reason.JOURNAL, "the disk is full");
            };

            refused(() -> ROUND.member(1, broken).endorse(TWO.set()), Reason.JOURNAL, "the disk is full");
            refused(
                    () -> ROUND.member(1, broken).answer(TWO, ROUND.shares(1, 10, 20)),
                    Reason.JOURNAL,
                    "the disk is full");
        }
    }

    @Nested
    class Answer {
        @Test
        void withoutEndorsingBefore_recordsBothSteps() {
            MemoryAnswerJournal journal = new MemoryAnswerJournal();

            ROUND.member(3, journal).answer(TWO, ROUND.shares(3, 10, 20));

            assertThat(journal.steps).containsExactly(Step.ENDORSED, Step.ANSWERED);
        }

        @Test
        void again_hasTheSameBytesAfterARestartToo() {
            Path file = folder.resolve("journal");
            byte[] first;
            try (FileAnswerJournal journal = FileAnswerJournal.open(file)) {
                first = ROUND.member(1, journal)
                        .answer(TWO, ROUND.shares(1, 10, 20))
                        .toBytes();
            }
            try (FileAnswerJournal journal = FileAnswerJournal.open(file)) {
                List<SealedShare> otherOrder = new ArrayList<>(ROUND.shares(1, 10, 20));
                Collections.reverse(otherOrder);

                assertThat(ROUND.member(1, journal).answer(TWO, otherOrder).toBytes())
                        .isEqualTo(first);
            }
        }

        /** The retry attack: the same round once more with a dealer less, after a restart. */
        @Test
        void anotherSetAfterARestart_isRefusedForEver() {
            Path file = folder.resolve("journal");
            try (FileAnswerJournal journal = FileAnswerJournal.open(file)) {
                ROUND.member(1, journal).answer(THREE, ROUND.shares(1, 10, 20, 30));
            }
            for (int restart = 0; restart < 3; restart++) {
                try (FileAnswerJournal journal = FileAnswerJournal.open(file)) {
                    CommitteeMember member = ROUND.member(1, journal);
                    otherSet(() -> member.answer(TWO, ROUND.shares(1, 10, 20)));
                    otherSet(() -> member.endorse(TWO.set()));
                }
            }
        }

        /** Having endorsed counts, though the answer was never asked for. */
        @Test
        void anAgreedSetOtherThanTheEndorsedOne_isRefused() {
            CommitteeMember member = ROUND.member(3, new MemoryAnswerJournal());
            member.endorse(THREE.set());

            otherSet(() -> member.answer(TWO, ROUND.shares(3, 10, 20)));
        }

        @Test
        void withMissingSurplusRepeatedOrForeignShares_isRefused() {
            CommitteeMember member = ROUND.member(1, new MemoryAnswerJournal());

            badShares(
                    member,
                    ROUND.shares(1, 10),
                    "the shares of 1 of 2 dealers are missing, among them that of dealer 20");
            badShares(member, ROUND.shares(1, 10, 20, 30), "the share of dealer 30");
            badShares(member, ROUND.shares(1, 10, 10), "the share of dealer 10 is given twice");
            badShares(member, ROUND.shares(2, 10, 20), "is for member 2, not for 1");
        }

        /** The set fixes the dealing, so a dealer cannot give a member a second version of its share. */
        @Test
        void withAShareOfASecondDealing_isRefused() {
            DealtShares second = ROUND.dealer(20).deal(ROUND.secret(20), TestRound.digest(20));

            badShares(
                    ROUND.member(1, new MemoryAnswerJournal()),
                    List.of(ROUND.dealt(10).shareFor(1), second.shareFor(1)),
                    "not of the dealing in the set");
        }

        @Test
        void withAShareThatDoesNotOpen_isRefusedAndOpensSaysSoBefore() {
            byte[][] payloads = new byte[3][ROUND.plan.payloadBytes()];
            List<Digest> digests = new ArrayList<>();
            for (byte[] payload : payloads) {
                digests.add(Dealing.payloadDigest(payload));
            }
            DealtShares rubbish = DealtShares.wrap(
                    Dealing.sign(ROUND.plan, 30, TestRound.digest(30), digests, ROUND.dealerKeys.get(30)), payloads);
            AcceptedSet set = AcceptedSet.of(ROUND.plan, List.of(ROUND.dealt(10).accepted(), rubbish.accepted()));
            List<SetEndorsement> endorsements = new ArrayList<>();
            for (int id = 1; id <= 2; id++) {
                endorsements.add(ROUND.member(id, new MemoryAnswerJournal()).endorse(set));
            }
            AgreedSet agreed = AgreedSet.of(ROUND.plan, set, endorsements);
            CommitteeMember member = ROUND.member(1, new MemoryAnswerJournal());

            assertThat(member.opens(rubbish.shareFor(1))).isFalse();
            assertThat(member.opens(ROUND.dealt(10).shareFor(1))).isTrue();
            refused(
                    () -> member.answer(agreed, List.of(ROUND.dealt(10).shareFor(1), rubbish.shareFor(1))),
                    Reason.BAD_SHARE,
                    "the share of dealer 30 does not open");
        }

        private void badShares(CommitteeMember member, List<SealedShare> shares, String message) {
            refused(() -> member.answer(TWO, shares), Reason.BAD_SHARE, message);
        }
    }

    @Nested
    class Creation {
        @Test
        void of_aStrangerOrAnotherSealingKey_isRefused() {
            SigningKey stranger = SigningKey.generate(TestRound.RANDOM);

            refused(
                    () -> CommitteeMember.of(
                            ROUND.plan,
                            TestRound.ACCEPT,
                            stranger,
                            ROUND.sealingKeys.get(0),
                            new MemoryAnswerJournal()),
                    Reason.UNKNOWN_PARTY,
                    "the plan has no member " + stranger.verifyingKey());
            assertThatThrownBy(() -> CommitteeMember.of(
                            ROUND.plan,
                            TestRound.ACCEPT,
                            ROUND.identities.get(0),
                            ROUND.sealingKeys.get(1),
                            new MemoryAnswerJournal()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("give the key offered for this round");
        }

        /** A server that invents dealers to surround one real one. */
        @Test
        void of_aPlanWithUnknownDealers_isRefused() {
            VerifyingKey real = ROUND.plan.dealerKey(10);
            PlanPolicy knowsOne = new PlanPolicy(key -> true, real::equals, key -> true, 2, 1);

            refused(
                    () -> CommitteeMember.of(
                            ROUND.plan,
                            knowsOne,
                            ROUND.identities.get(0),
                            ROUND.sealingKeys.get(0),
                            new MemoryAnswerJournal()),
                    Reason.PLAN_REFUSED,
                    "its dealer 20");
        }

        @Test
        void id_isThePlaceInThePlan() {
            assertThat(ROUND.member(3, new MemoryAnswerJournal()).id()).isEqualTo(3);
        }
    }

    private static void otherSet(Runnable act) {
        refused(act, Reason.OTHER_SET, "begin a new round with new secrets");
    }

    private static void refused(Runnable act, Reason reason, String message) {
        assertThatThrownBy(act::run)
                .isInstanceOfSatisfying(
                        CommitteeException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContaining(message);
    }
}

package org.dalrn.fhe.committee;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.dalrn.fhe.committee.CommitteeException.Reason;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ShareDealerTest {
    private static final TestRound ROUND = TestRound.of(3, 2, 3, 5, 21);

    @Nested
    class Deal {
        @Test
        void aSecret_givesSharesThatInterpolateToIt() {
            DealtShares dealt = ROUND.dealt(10);
            int[] first = dealt.shareFor(1).open(ROUND.plan, 1, ROUND.sealingKeys.get(0));
            int[] third = dealt.shareFor(3).open(ROUND.plan, 3, ROUND.sealingKeys.get(2));

            ShareField field = ROUND.plan.field();
            int[] opened = ShamirPolynomials.interpolate(field, 0, new int[] {1, 3}, new int[][] {first, third});

            assertThat(Arrays.stream(opened).map(field::toCentred)).containsExactly(box(ROUND.secret(10)));
        }

        @Test
        void again_isRefused() {
            ShareDealer dealer = ROUND.dealer(10);
            dealer.deal(new int[5], TestRound.digest(1));

            assertThatThrownBy(() -> dealer.deal(new int[5], TestRound.digest(2)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("dealer 10 has dealt");
        }

        @Test
        void outOfRange_isRefusedWithoutTheValueAndCanBeRepaired() {
            ShareDealer dealer = ROUND.dealer(10);
            for (int beyond : new int[] {22, -22, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
                assertThatThrownBy(() -> dealer.deal(new int[] {0, 0, beyond, 0, 0}, TestRound.digest(1)))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("a coordinate of the secret is beyond the plan's bound of 21 in absolute value");
            }
            assertThatThrownBy(() -> dealer.deal(new int[6], TestRound.digest(1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("secret has 6 coordinates; the plan says 5");

            assertThat(dealer.deal(new int[] {21, -21, 0, 1, -1}, TestRound.digest(1))
                            .dealer())
                    .isEqualTo(10);
        }

        @Test
        void leavesTheSecretAndDealAndErase_overwritesIt() {
            int[] kept = {1, 2, 3, 4, 5};
            int[] erased = {1, 2, 3, 4, 5};
            int[] refused = {1, 2, 3, 4, 500};

            ROUND.dealer(10).deal(kept, TestRound.digest(1));
            ROUND.dealer(10).dealAndErase(erased, TestRound.digest(1));
            assertThatThrownBy(() -> ROUND.dealer(10).dealAndErase(refused, TestRound.digest(1)))
                    .isInstanceOf(IllegalArgumentException.class);

            assertThat(kept).containsExactly(1, 2, 3, 4, 5);
            assertThat(erased).containsOnly(0);
            assertThat(refused).containsOnly(0);
        }

        @Test
        void byAStrangerOrWithAnotherKey_isRefused() {
            SigningKey own = ROUND.dealerKeys.get(10);

            assertThatThrownBy(() -> ShareDealer.of(ROUND.plan, TestRound.ACCEPT, 11, own, TestRound.RANDOM))
                    .isInstanceOf(CommitteeException.class)
                    .hasMessageContaining("dealer 11 is not in the plan's roster of 3");
            assertThatThrownBy(() -> ShareDealer.of(ROUND.plan, TestRound.ACCEPT, 20, own, TestRound.RANDOM))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("give the key that was enrolled");
        }

        @Test
        void underAPlanThatItsPolicyRefuses_isImpossible() {
            PlanPolicy knowsNoMember = new PlanPolicy(key -> false, key -> true, key -> true, 2, 1);

            assertThatThrownBy(() ->
                            ShareDealer.of(ROUND.plan, knowsNoMember, 10, ROUND.dealerKeys.get(10), TestRound.RANDOM))
                    .isInstanceOfSatisfying(
                            CommitteeException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.PLAN_REFUSED));
        }
    }

    @Nested
    class Shares {
        @Test
        void parse_ofTheirBytes_giveTheSame() {
            DealtShares dealt = DealtShares.parse(ROUND.plan, ROUND.dealt(20).toBytes());
            SealedShare share = SealedShare.parse(ROUND.plan, dealt.shareFor(2).toBytes());

            assertThat(dealt.accepted()).isEqualTo(ROUND.dealt(20).accepted());
            assertThat(dealt.toBytes()).isEqualTo(ROUND.dealt(20).toBytes());
            assertThat(share.dealer()).isEqualTo(20);
            assertThat(share.member()).isEqualTo(2);
            assertThat(share.entry()).isEqualTo(dealt.accepted());
            assertThat(ROUND.member(2).opens(share)).isTrue();
        }

        @Test
        void open_byAnotherMemberOrKey_isRefused() {
            SealedShare share = ROUND.dealt(10).shareFor(2);

            assertThat(ROUND.member(1).opens(share)).isFalse();
            refused(() -> share.open(ROUND.plan, 1, ROUND.sealingKeys.get(1)), Reason.BAD_SHARE, "is for member 2");
            refused(() -> share.open(ROUND.plan, 2, ROUND.sealingKeys.get(0)), Reason.BAD_SHARE, "does not open");
        }

        /** A server that relabels what it stored: same members, same dealer, another round or roster. */
        @Test
        void parse_underAnotherPlan_isRefused() {
            CommitteePlan other = ROUND.changed(plan -> plan.leastSetSize(3));
            byte[] dealt = ROUND.dealt(10).toBytes();
            byte[] relabelled = dealt.clone();
            System.arraycopy(other.digest().bytes(), 0, relabelled, 2, Digest.SIZE_BYTES);

            refused(() -> DealtShares.parse(other, dealt), Reason.OTHER_PLAN, "belongs to plan " + ROUND.plan.digest());
            refused(() -> DealtShares.parse(other, relabelled), Reason.BAD_SIGNATURE, "not signed by its key");
            refused(
                    () -> ROUND.dealt(10).shareFor(1).open(other, 1, ROUND.sealingKeys.get(0)),
                    Reason.OTHER_PLAN,
                    "share of dealer 10");
        }

        /** A dishonest dealer can sign anything; the seal still holds the payload to its plan, dealer and upload. */
        @Test
        void open_ofAPayloadSealedForAnotherPurpose_isRefused() {
            HpkePublicKey to = ROUND.plan.member(1).sealingKey();
            byte[] plaintext = new byte[9];
            Digest plan = ROUND.plan.digest();
            Digest upload = TestRound.digest(7);

            assertThat(opensWhenSealed(to, Dealing.associatedData(plan, 10, 1, upload), plaintext))
                    .isTrue();
            assertThat(opensWhenSealed(to, Dealing.associatedData(TestRound.digest(1), 10, 1, upload), plaintext))
                    .isFalse();
            assertThat(opensWhenSealed(to, Dealing.associatedData(plan, 20, 1, upload), plaintext))
                    .isFalse();
            assertThat(opensWhenSealed(to, Dealing.associatedData(plan, 10, 2, upload), plaintext))
                    .isFalse();
            assertThat(opensWhenSealed(to, Dealing.associatedData(plan, 10, 1, TestRound.digest(8)), plaintext))
                    .isFalse();
        }

        @Test
        void open_ofValuesOutsideTheField_isRefused() {
            HpkePublicKey to = ROUND.plan.member(1).sealingKey();
            byte[] context = Dealing.associatedData(ROUND.plan.digest(), 10, 1, TestRound.digest(7));

            assertThat(opensWhenSealed(to, context, packed(0, 1, 2, 3, 8190))).isTrue();
            assertThat(opensWhenSealed(to, context, packed(0, 1, 2, 3, 8191))).isFalse();
            assertThat(opensWhenSealed(to, context, packed(8191, 1, 2, 3, 4))).isFalse();
            // 65 bits: seven of the last byte are padding.
            for (int bit = 1; bit < 8; bit++) {
                byte[] padded = packed(0, 1, 2, 3, 4);
                padded[8] = (byte) (padded[8] | 1 << bit);
                assertThat(opensWhenSealed(to, context, padded))
                        .as("bit %d", bit)
                        .isFalse();
            }
            assertThat(opensWhenSealed(to, context, new byte[8])).isFalse();
            assertThat(opensWhenSealed(to, context, new byte[10])).isFalse();
        }

        private byte[] packed(int... residues) {
            return Residues.toBytes(ROUND.plan.field(), residues);
        }

        private boolean opensWhenSealed(HpkePublicKey to, byte[] context, byte[] plaintext) {
            byte[] payload = Hpke.seal(
                    to,
                    HpkePrivateKey.generate(TestRound.RANDOM),
                    Dealing.info(ROUND.plan.digest()),
                    context,
                    plaintext);
            Digest digest = Dealing.payloadDigest(payload);
            Dealing dealing = Dealing.sign(
                    ROUND.plan, 10, TestRound.digest(7), List.of(digest, digest, digest), ROUND.dealerKeys.get(10));
            return ROUND.member(1).opens(SealedShare.wrap(dealing, 1, payload));
        }

        @Test
        void parse_aPartOfASecondDealing_isRefused() {
            DealtShares second = ROUND.dealer(10).deal(ROUND.secret(10), TestRound.digest(10));
            byte[] mixed = ROUND.dealt(10).shareFor(1).toBytes();
            byte[] other = second.shareFor(1).toBytes();
            int payload = ROUND.plan.payloadBytes();
            System.arraycopy(other, other.length - payload, mixed, mixed.length - payload, payload);

            refused(() -> SealedShare.parse(ROUND.plan, mixed), Reason.BAD_SIGNATURE, "is not the one that dealer 10");
        }

        @Test
        void shareFor_noMember_isRefused() {
            assertThatThrownBy(() -> ROUND.dealt(10).shareFor(4))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("member 4 is not in [1, 3]");
        }

        @Test
        void toString_showsNoPayload() {
            assertThat(ROUND.dealt(10).toString()).isEqualTo("DealtShares(dealer 10, 3 members, 57 bytes each)");
            assertThat(ROUND.dealt(10).shareFor(2).toString()).isEqualTo("SealedShare(dealer 10, member 2, 57 bytes)");
        }

        private void refused(Runnable act, Reason reason, String message) {
            assertThatThrownBy(act::run)
                    .isInstanceOfSatisfying(
                            CommitteeException.class,
                            e -> assertThat(e.reason()).isEqualTo(reason))
                    .hasMessageContaining(message);
        }
    }

    private static Integer[] box(int[] values) {
        return Arrays.stream(values).boxed().toArray(Integer[]::new);
    }
}

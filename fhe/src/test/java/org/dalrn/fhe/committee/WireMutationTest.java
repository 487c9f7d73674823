package org.dalrn.fhe.committee;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.Arrays;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * Every parser against every byte changed, every truncation and random bytes. What is signed must be refused; what is not
 * may be read only as what the bytes say: written again, it gives the same bytes.
 */
class WireMutationTest {
    private static final long SEED = 20261123;
    private static final TestRound ROUND = TestRound.of(2, 2, 2, plan -> plan.vectorLength(2));
    private static final AgreedSet AGREED = ROUND.agreed(10, 20);

    @Test
    void parse_ofAMutatedPlan_isRefusedOrCanonical() {
        unsigned(ROUND.plan.toBytes(), CommitteePlan::parse, CommitteePlan::toBytes);
    }

    @Test
    void parse_ofAMutatedOffer_isRefused() {
        signed(ROUND.plan.members().get(0).toBytes(), bytes -> MemberOffer.parse(ROUND.plan.round(), bytes));
    }

    @Test
    void parse_ofMutatedDealtShares_isRefused() {
        signed(ROUND.dealt(10).toBytes(), bytes -> DealtShares.parse(ROUND.plan, bytes));
    }

    @Test
    void parse_ofAMutatedSealedShare_isRefused() {
        signed(ROUND.dealt(10).shareFor(2).toBytes(), bytes -> SealedShare.parse(ROUND.plan, bytes));
    }

    @Test
    void parse_ofAMutatedAcceptedSet_isRefusedOrCanonicalAndAnotherSet() {
        AcceptedSet set = AGREED.set();
        unsigned(
                set.toBytes(),
                bytes -> {
                    AcceptedSet read = AcceptedSet.parse(ROUND.plan, bytes);
                    assertThat(read.digest()).isNotEqualTo(set.digest());
                    return read;
                },
                AcceptedSet::toBytes);
    }

    @Test
    void parse_ofAMutatedEndorsement_isRefusedOrCanonicalAndInvalid() {
        unsigned(
                AGREED.endorsements().get(0).toBytes(),
                bytes -> {
                    SetEndorsement read = SetEndorsement.parse(bytes);
                    assertThat(read.isFor(ROUND.plan, AGREED.set())).isFalse();
                    return read;
                },
                SetEndorsement::toBytes);
    }

    @Test
    void parse_ofAMutatedAgreedSet_isRefused() {
        signed(AGREED.toBytes(), bytes -> AgreedSet.parse(ROUND.plan, bytes));
    }

    @Test
    void parse_ofAMutatedAnswer_isRefused() {
        signed(ROUND.answer(1, AGREED, 10, 20).toBytes(), bytes -> SealedAnswer.parse(ROUND.plan, bytes));
    }

    private static void signed(byte[] genuine, Function<byte[], ?> parse) {
        forEachMutation(genuine, (bytes, what) -> {
            Object read;
            try {
                read = parse.apply(bytes);
            } catch (CommitteeException e) {
                return;
            }
            fail(read + " was accepted after " + what);
        });
    }

    private static <T> void unsigned(byte[] genuine, Function<byte[], T> parse, Function<T, byte[]> write) {
        forEachMutation(genuine, (bytes, what) -> {
            T read;
            try {
                read = parse.apply(bytes);
            } catch (CommitteeException e) {
                return;
            }
            assertThat(write.apply(read)).as(what).isEqualTo(bytes);
        });
    }

    private interface Check {
        void accept(byte[] bytes, String what);
    }

    private static void forEachMutation(byte[] genuine, Check check) {
        Random random = new Random(SEED);
        for (int at = 0; at < genuine.length; at++) {
            byte[] changed = genuine.clone();
            changed[at] = (byte) (changed[at] ^ (1 + random.nextInt(255)));
            check.accept(changed, "a change of byte " + at + ", seed " + SEED);
            check.accept(Arrays.copyOf(genuine, at), "a cut to " + at + " bytes");
        }
        check.accept(Arrays.copyOf(genuine, genuine.length + 1), "an added byte");
        check.accept(Arrays.copyOf(genuine, genuine.length + 100_000), "many added bytes");
        for (int trial = 0; trial < 60; trial++) {
            byte[] noise = new byte[random.nextInt(2 * genuine.length)];
            random.nextBytes(noise);
            System.arraycopy(genuine, 0, noise, 0, Math.min(noise.length, random.nextInt(40)));
            check.accept(noise, "random bytes, trial " + trial + ", seed " + SEED);
        }
    }
}

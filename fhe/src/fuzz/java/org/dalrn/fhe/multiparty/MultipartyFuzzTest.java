package org.dalrn.fhe.multiparty;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.dalrn.fhe.AllocationBudget;
import org.dalrn.fhe.FheException;
import org.dalrn.fhe.committee.HpkePrivateKey;
import org.dalrn.fhe.multiparty.Smudging.Scope;
import org.dalrn.fhe.ring.NttPolynomial;

/**
 * All parsers of the package on bytes of the fuzzer's choice, the first one of which picks the parser: each reads an object that
 * writes those very bytes again, or refuses with an exception of the module's family. The header is put right half of the time, as
 * nobody guesses a digest.
 */
class MultipartyFuzzTest {
    private static final long BUDGET = 16L << 20;
    private static final Parties PARTIES = Parties.of(Parties.ring(16, 30, 20), 3, Set.of(3), 1);
    private static final HoldersOfKey HOLDERS = HoldersOfKey.threshold(
            PARTIES, 2, ActiveSetRule.ONE_SET_PER_KEY, new Smudging(40, Scope.EACH_COEFFICIENT, 1, 1, 4));
    private static final HpkePrivateKey KEY = HpkePrivateKey.generate(PARTIES.random);
    private static final DecryptionRequest REQUEST = DecryptionRequest.forIntegers(
            HOLDERS.group, List.of(1, 3), List.of(PARTIES.publicKey.a()), 40);

    @FuzzTest(maxDuration = "30s")
    void parsers_ofAnyBytes_readOrRefuse(byte[] data) {
        if (data.length < 2) {
            return;
        }
        byte[] bytes = Arrays.copyOfRange(data, 1, data.length);
        boolean repaired = (data[0] & 0x80) != 0;
        AllocationBudget.require(BUDGET, () -> read(data[0] & 15, repaired, bytes));
    }

    private static void read(int kind, boolean repaired, byte[] bytes) {
        KeyCeremony ceremony = PARTIES.ceremony;
        switch (kind) {
            case 0 -> check(
                    repaired, bytes, ceremony.rawDigest(), 1, in -> PublicKeyShare.parse(ceremony, in).toBytes());
            case 1 -> check(
                    repaired, bytes, ceremony.rawDigest(), 4, in -> RotationKeyShare.parse(ceremony, in).toBytes());
            case 2 -> check(
                    repaired,
                    bytes,
                    ceremony.rawDigest(),
                    2,
                    in -> RelinearizationFirstShare.parse(ceremony, in).toBytes());
            case 3 -> check(
                    repaired,
                    bytes,
                    ceremony.rawDigest(),
                    3,
                    in -> RelinearizationSecondShare.parse(ceremony, in).toBytes());
            case 4 -> check(
                    repaired,
                    bytes,
                    REQUEST.rawDigest(),
                    5,
                    in -> PartialDecryption.parse(REQUEST, in).toBytes());
            case 5 -> check(
                    repaired,
                    bytes,
                    HOLDERS.group.rawDigest(),
                    6,
                    in -> SealedKeyShare.parse(HOLDERS.group, in).toBytes());
            case 6 -> check(
                    false, bytes, new byte[0], 0, in -> DecryptionRequest.parse(HOLDERS.group, in).toBytes());
            case 7 -> check(
                    false, bytes, new byte[0], 0, in -> RequestEndorsement.parse(in).toBytes());
            default -> unwrap(bytes);
        }
    }

    private static void check(
            boolean repaired, byte[] bytes, byte[] digest, int kind, Function<byte[], byte[]> parseAndWrite) {
        if (repaired && bytes.length >= 5 + digest.length) {
            System.arraycopy(new byte[] {'D', 'M', 'P', 1, (byte) kind}, 0, bytes, 0, 5);
            System.arraycopy(digest, 0, bytes, 5, digest.length);
        }
        try {
            byte[] again = parseAndWrite.apply(bytes);
            if (!Arrays.equals(again, bytes)) {
                throw new AssertionError("kind " + kind + " reads what it does not write");
            }
        } catch (FheException refused) {
            requireReason(refused);
        }
    }

    private static void unwrap(byte[] bytes) {
        try {
            NttPolynomial read = SecretKeyShare.unwrap(PARTIES.ceremony, PARTIES.publicKey.id(), KEY, bytes)
                    .polynomial();
            throw new AssertionError("nobody sealed " + read);
        } catch (FheException refused) {
            requireReason(refused);
        }
    }

    private static void requireReason(FheException refused) {
        if (refused.getMessage().isBlank()) {
            throw new AssertionError("refused without a reason", refused);
        }
    }
}

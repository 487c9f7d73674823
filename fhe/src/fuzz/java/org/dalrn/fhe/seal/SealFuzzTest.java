package org.dalrn.fhe.seal;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.dalrn.fhe.AllocationBudget;
import org.dalrn.fhe.ring.Modulus;
import org.dalrn.fhe.ring.NttPrimes;

/** Any bytes either are an object of SEAL or TenSEAL or are refused with a {@link SealFormatException}. */
class SealFuzzTest {
    /** Parameters that the bytes bring themselves may be those of the largest ring. */
    private static final long BUDGET = 64L << 20;

    private static final SealParameters PARAMETERS = SealParameters.of(
            8,
            NttPrimes.create(8, 20, 16, 24).stream().mapToLong(Modulus::value).toArray());

    @FuzzTest(maxDuration = "60s")
    void read_ofAnyBytes_parsesOrRefuses(FuzzedDataProvider data) {
        int kind = data.consumeInt(0, 9);
        byte[] bytes = data.consumeBoolean() ? framed(data) : data.consumeRemainingAsBytes();
        AllocationBudget.require(BUDGET, () -> read(kind, bytes));
    }

    private static void read(int kind, byte[] bytes) {
        try {
            switch (kind) {
                case 0 -> SealParameters.read(bytes);
                case 1 -> SealPlaintext.read(bytes, PARAMETERS);
                case 2 -> SealCiphertext.read(bytes, PARAMETERS);
                case 3 -> SealSecretKey.read(bytes, PARAMETERS);
                case 4 -> SealPublicKey.read(bytes, PARAMETERS);
                case 5 -> SealRelinearizationKeys.read(bytes, PARAMETERS);
                case 6 -> SealGaloisKeys.read(bytes, PARAMETERS);
                case 7 -> TensealVector.read(bytes, PARAMETERS, 4);
                case 8 -> TensealTensor.read(bytes, PARAMETERS, 4);
                default -> TensealContext.read(bytes);
            }
        } catch (SealFormatException expected) {
            // Refused: the other allowed outcome.
        }
    }

    /** Bytes behind a right header and, perhaps, the digest of a level: chance alone would not find 48 bytes. */
    private static byte[] framed(FuzzedDataProvider data) {
        SealVersion version = data.consumeBoolean() ? SealVersion.V4_1 : SealVersion.V3_7;
        SealCompression compression = data.pickValue(SealCompression.values());
        int level = data.consumeInt(0, PARAMETERS.keyPrimes());
        byte[] digest = level == 0 ? new byte[0] : HexFormat.of().parseHex(PARAMETERS.parmsId(level));
        byte[] rest = data.consumeRemainingAsBytes();
        byte[] bytes = new byte[SealHeader.BYTES + digest.length + rest.length];
        ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        new SealHeader(version, compression, bytes.length).write(out);
        out.put(digest).put(rest);
        return bytes;
    }
}

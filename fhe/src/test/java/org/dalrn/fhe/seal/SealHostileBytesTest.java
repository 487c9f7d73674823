package org.dalrn.fhe.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.DeflaterOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Bytes that lie: each is refused with what is wrong, and before memory is taken for what it promises. */
class SealHostileBytesTest {
    private static final long SEED = 20261123;
    private static final SealParameters THREE = SealSamples.parameters(8, 30, 25, 40);

    private static byte[] ciphertext() {
        return SealSamples.ciphertext(new Random(SEED), THREE, 2, 2).toBytes(SealSamples.V4_1);
    }

    /** The bytes with eight of them replaced. */
    private static byte[] with(byte[] bytes, int offset, long value) {
        byte[] changed = bytes.clone();
        ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putLong(offset, value);
        return changed;
    }

    private static byte[] withByte(byte[] bytes, int offset, int value) {
        byte[] changed = bytes.clone();
        changed[offset] = (byte) value;
        return changed;
    }

    /** An object of these members, packed as a whole. */
    private static byte[] packed(SealCompression compression, byte[] members) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[SealHeader.BYTES]);
        try (var packer = compression == SealCompression.ZLIB ? new DeflaterOutputStream(out) : Zstd.packer(out)) {
            packer.write(members);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return withHeader(compression, out.toByteArray());
    }

    private static byte[] withHeader(SealCompression compression, byte[] bytes) {
        new SealHeader(SealVersion.V4_1, compression, bytes.length)
                .write(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
        return bytes;
    }

    private static byte[] members(byte[] object) {
        return Arrays.copyOfRange(object, SealHeader.BYTES, object.length);
    }

    private static void assertRefused(ThrowingCallable reading, String message) {
        assertThatThrownBy(reading).isInstanceOf(SealFormatException.class).hasMessageContaining(message);
    }

    @Nested
    class Header {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "0 | 0 | magic number 0xa100; a SEAL object of version 3.6 or later begins with 0xa15e",
                    "2 | 8 | SEAL header size 8; it is 16",
                    "3 | 5 | SEAL version 5.1 is not one of 3.6, 3.7 and 4.0 to 4.4",
                    "4 | 5 | SEAL version 4.5 is not one of 3.6, 3.7 and 4.0 to 4.4",
                    "5 | 3 | SEAL compression mode 3 is unknown; the modes are 0 (none), 1 (zlib) and 2 (zstd)",
                    "6 | 1 | reserved field of a SEAL header is 1; it is 0",
                    "8 | 0 | SEAL ciphertext announces 256 bytes and has 369; pass exactly one whole object",
                    "15 | 255 | SEAL header announces 18374686479671624049 bytes in all; the least is 16",
                })
        void read_ofAChangedByte_isRefused(int offset, int value, String message) {
            assertRefused(() -> SealCiphertext.read(withByte(ciphertext(), offset, value), THREE), message);
        }

        @Test
        void read_ofTooFewOrTooManyBytes_isRefused() {
            byte[] bytes = ciphertext();

            assertRefused(
                    () -> SealCiphertext.read(Arrays.copyOf(bytes, 15), THREE),
                    "SEAL ciphertext of 15 bytes; the header alone has 16");
            assertRefused(
                    () -> SealCiphertext.read(Arrays.copyOf(bytes, bytes.length + 1), THREE),
                    "announces 369 bytes and has 370");
            assertRefused(
                    () -> SealCiphertext.read(Arrays.copyOf(bytes, bytes.length - 1), THREE),
                    "announces 369 bytes and has 368");
        }
    }

    @Nested
    class Members {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "16 | 5 | is of no level of data of these parameters (N = 8, 2 primes)",
                    "49 | 1 | number of polynomials is 1; here it is 2 to 16",
                    "49 | 17 | number of polynomials is 17; here it is 2 to 16",
                    "49 | -1 | number of polynomials is 18446744073709551615; here it is 2 to 16",
                    "49 | 3 | number of words is 32; 3 polynomials have 48",
                    "57 | 16 | ring degree is 16; here it is 8",
                    "65 | 1 | number of primes is 1; here it is 2",
                    "73 | 0 | scale 0.0 is not a finite positive number below the modulus of its level, 2^55",
                    "81 | 2 | correction factor is 2; here it is 1",
                    "97 | 24 | array of words announces 24 bytes and its members have 280",
                    "97 | 15 | SEAL header announces 15 bytes in all; the least is 16",
                    "97 | 9223372036854775807 | needs 9223372036854775791 more bytes at offset 89",
                    "105 | 4611686018427387904 | number of words is 4611686018427387904; 2 polynomials have 32",
                    "105 | 16 | array of words announces 280 bytes and its members have 152",
                    "105 | -1 | number of words is 18446744073709551615; 2 polynomials have 32",
                    "113 | 4611686018427387904 | residue 0 of row 0 is not below its prime",
                    "113 | -1 | residue 0 of row 0 is not below its prime",
                })
        void ciphertext_withAChangedNumber_isRefused(int offset, long value, String message) {
            assertRefused(() -> SealCiphertext.read(with(ciphertext(), offset, value), THREE), message);
        }

        @Test
        void ciphertext_withAResidueThatIsThePrime_isRefused() {
            assertRefused(
                    () -> SealCiphertext.read(with(ciphertext(), 113 + 8 * 31, THREE.modulus(1)), THREE),
                    "residue 7 of row 3 is not below its prime " + THREE.modulus(1));
        }

        @Test
        void ciphertext_inCoefficientForm_isRefused() {
            assertRefused(() -> SealCiphertext.read(withByte(ciphertext(), 48, 0), THREE), "NTT flag is 0; CKKS has 1");
        }

        @Test
        void ciphertext_withAScaleThatIsNoNumber_isRefused() {
            for (double scale : new double[] {Double.NaN, Double.POSITIVE_INFINITY, -1024, 0x1p55}) {
                assertRefused(
                        () -> SealCiphertext.read(with(ciphertext(), 73, Double.doubleToLongBits(scale)), THREE),
                        "scale " + scale + " is not a finite positive number");
            }
        }

        @Test
        void ciphertext_thatIsTransparent_isRefused() {
            byte[] bytes = ciphertext();
            Arrays.fill(bytes, 113 + 8 * 16, bytes.length, (byte) 0);

            assertRefused(() -> SealCiphertext.read(bytes, THREE), "the first is the plaintext for all to see");
        }

        @Test
        void ciphertext_ofTheKeyLevel_isRefused() {
            byte[] key = SealSamples.publicKey(new Random(SEED), THREE).toBytes(SealSamples.V4_1);

            assertRefused(() -> SealCiphertext.read(key, THREE), "is of no level of data");
            assertRefused(() -> SealPublicKey.read(ciphertext(), THREE), "is not the level of keys");
        }

        @Test
        void key_withAScale_isRefused() {
            byte[] key = SealSamples.publicKey(new Random(SEED), THREE).toBytes(SealSamples.V4_1);

            assertRefused(
                    () -> SealPublicKey.read(with(key, 73, Double.doubleToLongBits(2)), THREE),
                    "scale of a key is 2.0; it is 1");
        }

        @Test
        void seed_ofAnUnknownGenerator_isRefused() {
            byte[] bytes = SealSamples.seeded(new Random(SEED), THREE, SealSeed.Generator.BLAKE2XB)
                    .toBytes(SealSamples.V4_1);

            for (int code : new int[] {0, 3}) {
                assertRefused(
                        () -> SealCiphertext.read(withByte(bytes, bytes.length - 65, code), THREE),
                        "SEAL generator " + code + " is unknown; the generators are 1 (Blake2xb) and 2 (SHAKE256)");
            }
        }

        @Test
        void nestedObject_thatIsCompressedByItself_isRefused() {
            assertRefused(
                    () -> SealCiphertext.read(withByte(ciphertext(), 89 + 5, 2), THREE),
                    "array of words is compressed by itself (zstd); only the outermost object may be");
        }

        @Test
        void secretKey_thatIsZero_isRefused() {
            byte[] bytes = SealSamples.secretKey(new Random(SEED), THREE)
                    .exportUnprotected(SealSamples.V4_1, org.dalrn.fhe.rlwe.SecretKeyAccess.granted());
            Arrays.fill(bytes, 88, bytes.length, (byte) 0);

            assertRefused(() -> SealSecretKey.read(bytes, THREE), "SEAL secret key: is zero");
        }

        @Test
        void keysForSwitching_withMissingParts_areRefused() {
            byte[] relin =
                    SealSamples.relinearization(new Random(SEED), THREE, 2).toBytes(SealSamples.V4_1);
            byte[] galois =
                    SealSamples.galois(new Random(SEED), THREE, false, 3).toBytes(SealSamples.V4_1);

            assertRefused(
                    () -> SealRelinearizationKeys.read(with(relin, 48, 15), THREE),
                    "number of entries is 15; here it is 1 to 14");
            assertRefused(
                    () -> SealRelinearizationKeys.read(with(relin, 56, 1), THREE),
                    "a key has 1 parts; it has one for each of the 2 primes of data");
            assertRefused(
                    () -> SealGaloisKeys.read(with(galois, 48, 9), THREE), "number of entries is 9; here it is 8 to 8");
            assertRefused(
                    () -> SealGaloisKeys.read(with(galois, 56, 3), THREE),
                    "number of parts of a key is 3; here it is 0 to 2");
            assertRefused(
                    () -> SealGaloisKeys.read(galois, SealSamples.parameters(8, 30)),
                    "parameters of one prime have no special prime");
        }
    }

    @Nested
    class Compressed {
        @ParameterizedTest
        @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
        void read_ofMoreThanOneObject_isRefused(SealCompression compression) {
            byte[] members = members(ciphertext());
            byte[] longer = packed(compression, Arrays.copyOf(members, members.length + 1));

            assertRefused(() -> SealCiphertext.read(longer, THREE), "goes on behind its last member");
        }

        @ParameterizedTest
        @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
        void read_ofLessThanOneObject_isRefused(SealCompression compression) {
            byte[] members = members(ciphertext());
            byte[] shorter = packed(compression, Arrays.copyOf(members, members.length - 1));

            assertRefused(() -> SealCiphertext.read(shorter, THREE), "ends at offset");
        }

        @ParameterizedTest
        @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
        void read_ofACutStream_isRefused(SealCompression compression) {
            byte[] whole = packed(compression, members(ciphertext()));
            byte[] cut = withHeader(compression, Arrays.copyOf(whole, whole.length - 8));

            assertRefused(() -> SealCiphertext.read(cut, THREE), "cut off");
        }

        @ParameterizedTest
        @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
        void read_ofGarbageBehindTheStream_isRefused(SealCompression compression) {
            byte[] whole = packed(compression, members(ciphertext()));
            byte[] longer = withHeader(compression, Arrays.copyOf(whole, whole.length + 5));

            assertThat(catchThrowable(() -> SealCiphertext.read(longer, THREE)))
                    .isInstanceOf(SealFormatException.class);
        }

        @Test
        void read_ofAZstdWindowAbove8MiB_isRefused() {
            // Frame header of RFC 8878: no content size, window 2^31.
            byte[] frame = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, (byte) (21 << 3), 1, 0, 0};
            byte[] bytes = Arrays.copyOf(new byte[SealHeader.BYTES], SealHeader.BYTES + frame.length);
            System.arraycopy(frame, 0, bytes, SealHeader.BYTES, frame.length);

            assertRefused(
                    () -> SealParameters.read(withHeader(SealCompression.ZSTD, bytes)),
                    "its zstd frame is damaged, cut off or needs a window above 2^23 bytes");
        }
    }

    @Nested
    class Memory {
        /** 40 MB of residues in each polynomial. */
        private final SealParameters large = SealSamples.parameters(131_072, manyBits(40));

        private static int[] manyBits(int count) {
            int[] bits = new int[count];
            Arrays.fill(bits, 60);
            return bits;
        }

        @ParameterizedTest
        @EnumSource
        void read_ofAHeaderThatPromisesMuch_takesLittle(SealCompression compression) {
            byte[] members = new byte[97];
            ByteBuffer out = ByteBuffer.wrap(members).order(ByteOrder.LITTLE_ENDIAN);
            String id = large.parmsId(39);
            out.put(java.util.HexFormat.of().parseHex(id));
            out.put((byte) 1)
                    .putLong(16)
                    .putLong(131_072)
                    .putLong(39)
                    .putDouble(1024)
                    .putLong(1);
            long count = 16L * 39 * 131_072;
            new SealHeader(SealVersion.V4_1, SealCompression.NONE, 24 + 8 * count).write(out);
            out.putLong(count);
            byte[] bytes = compression == SealCompression.NONE
                    ? withHeader(compression, concat(new byte[SealHeader.BYTES], members))
                    : packed(compression, members);

            assertThat(Allocation.of(
                            () -> assertRefused(() -> SealCiphertext.read(bytes, large), "and can have at most")))
                    .isLessThan(500_000);
        }

        @Test
        void read_ofMoreKeysThanTheLimit_takesTheLimit() {
            SealParameters parameters = SealSamples.parameters(1024, 30, 30, 30);
            long[] ones = new long[2 * 3 * 1024];
            Arrays.fill(ones, 1);
            List<SealPublicKey> key = List.of(SealPublicKey.of(parameters, ones), SealPublicKey.of(parameters, ones));
            TreeMap<Integer, List<SealPublicKey>> keys = new TreeMap<>();
            for (int element = 1; element < 2048; element += 2) {
                keys.put(element, key);
            }
            byte[] bomb =
                    SealGaloisKeys.of(parameters, keys).toBytes(SealSamples.V4_1.withCompression(SealCompression.ZSTD));

            // 200 MB in 20 kB.
            assertThat(bomb.length).isLessThan(50_000);
            assertThat(Allocation.of(() -> assertRefused(
                            () -> SealGaloisKeys.read(bomb, parameters, 5),
                            "has more than 5 keys, the limit of this reading;"
                                    + " pass a higher limit if so many are expected")))
                    .isLessThan(2_000_000);
        }

        @Test
        void read_ofAVectorOfManyCiphertexts_decodesNone() {
            SealParameters parameters = SealSamples.parameters(1024, 30, 30);
            long[] ones = new long[2 * 1024];
            Arrays.fill(ones, 1);
            SealCiphertext one = SealCiphertext.of(parameters, 2, 1, 2, ones);
            int count = 1025;
            TensealVector vector = new TensealVector(
                    parameters,
                    java.util.Collections.nCopies(count, 512),
                    java.util.Collections.nCopies(count, one),
                    2);
            byte[] bomb = vector.toBytes(SealSamples.V4_1.withCompression(SealCompression.ZLIB));

            // 17 MB in 150 kB.
            assertThat(bomb.length).isLessThan(200_000);
            assertThat(Allocation.of(() ->
                            assertRefused(() -> TensealVector.read(bomb, parameters), "has more than 1024 values")))
                    .isLessThan(500_000);
        }

        private static byte[] concat(byte[] first, byte[] second) {
            byte[] both = Arrays.copyOf(first, first.length + second.length);
            System.arraycopy(second, 0, both, first.length, second.length);
            return both;
        }
    }

    @Nested
    class Tenseal {
        private final byte[] vector = SealSamples.tenseal(new Random(SEED), THREE, SealSamples.V4_1)
                .get("vector")
                .bytes();

        @Test
        void vector_withAFieldTwice_isRefused() {
            byte[] scale = Arrays.copyOfRange(vector, vector.length - 9, vector.length);
            byte[] twice = Arrays.copyOf(vector, vector.length + 9);
            System.arraycopy(scale, 0, twice, vector.length, 9);

            assertRefused(() -> TensealVector.read(twice, THREE), "TenSEAL vector: field 3 occurs twice");
        }

        @Test
        void vector_withAnUnknownField_isReadWithoutIt() {
            byte[] more = Arrays.copyOf(vector, vector.length + 3);
            more[vector.length] = 9 << 3 | 2;
            more[vector.length + 1] = 1;

            assertThat(TensealVector.read(more, THREE).sizes()).containsExactly(4, 1);
        }

        @Test
        void vector_withUnpackedSizes_isReadAsPacked() {
            byte[] unpacked = vector.clone();
            // Packed: tag, length 2, 4, 1. Unpacked: tag, 4, tag, 1.
            unpacked[0] = 1 << 3;
            unpacked[1] = 4;
            unpacked[2] = 1 << 3;

            assertThat(TensealVector.read(unpacked, THREE).sizes()).containsExactly(4, 1);
        }

        @Test
        void vector_withSizesThatDoNotFit_isRefused() {
            assertRefused(
                    () -> TensealVector.read(withByte(vector, 2, 5), THREE),
                    "TenSEAL vector: a ciphertext of 5 values; it holds 1 to N/2 = 4");
            assertRefused(
                    () -> TensealVector.read(withByte(vector, 0, 9 << 3 | 2), THREE),
                    "TenSEAL vector: 0 sizes for 2 ciphertexts; there is one for each, and at least one");
            assertRefused(() -> TensealVector.read(new byte[0], THREE), "0 sizes for 0 ciphertexts");
        }

        @Test
        void vector_withAGroupOrAnEndlessNumber_isRefused() {
            assertRefused(
                    () -> TensealVector.read(new byte[] {9 << 3 | 3}, THREE),
                    "field 9 has wire type 3; proto3 has 0, 1, 2 and 5");
            byte[] endless = new byte[12];
            Arrays.fill(endless, (byte) 0x80);
            assertRefused(() -> TensealVector.read(endless, THREE), "has a number of more than ten bytes");
            assertRefused(
                    () -> TensealVector.read(new byte[] {2 << 3 | 2, 5, 0}, THREE),
                    "field 2 announces 5 bytes; 1 are left");
            assertRefused(() -> TensealVector.read(new byte[] {1 << 3}, THREE), "ends inside a number");
            assertRefused(() -> TensealVector.read(new byte[] {0}, THREE), "field number 0 is not in [1, 2^29)");
        }

        @Test
        void context_withoutParameters_isRefused() {
            assertRefused(() -> TensealContext.read(new byte[0]), "TenSEAL context: has no encryption parameters");
        }
    }
}

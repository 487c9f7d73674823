package org.dalrn.protocol.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.protocol.v1.Chunk;
import org.dalrn.protocol.v1.SignedRequest;
import org.dalrn.protocol.v1.UploadMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Source of truth: the generated messages Chunk and UploadMessage, that is protobuf's own reader and writer. */
class FrameTest {

    private static final int MIB = 1 << 20;
    private static final int MUTATIONS = 40_000;
    private static final long[] OFFSETS = {0, 1, 127, 128, 1L << 20, (1L << 32) + 5, Long.MAX_VALUE};
    private static final int[] LENGTHS = {1, 2, 127, 128, 129, 16_383, 16_384, 65_536, 65_537, MIB - 1, MIB};

    private final ChunkFrameMarshaller chunks = new ChunkFrameMarshaller();
    private final UploadFrameMarshaller uploads = new UploadFrameMarshaller(chunks);

    private interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }

    private static byte[] bytes(Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            fields.write(out);
            out.flush();
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        return bytes.toByteArray();
    }

    private static byte[] random(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] copy(ChunkFrame frame) {
        byte[] bytes = new byte[frame.length()];
        frame.data().get(bytes);
        return bytes;
    }

    private ChunkFrame chunk(byte[] message) {
        return chunks.parse(new ByteArrayInputStream(message));
    }

    private UploadFrame upload(byte[] message) {
        return uploads.parse(new ByteArrayInputStream(message));
    }

    private static byte[] inUpload(byte[] chunk) {
        return bytes(out -> out.writeByteArray(UploadMessage.CHUNK_FIELD_NUMBER, chunk));
    }

    /** Both marshallers refuse, by the same code. */
    private void assertMalformed(byte[] chunk, ErrorCode code, String words) {
        assertThatThrownBy(() -> chunk(chunk))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining(code.label())
                .hasMessageContaining(words);
        assertThat(upload(inUpload(chunk))).isInstanceOfSatisfying(UploadFrame.Malformed.class, malformed -> {
            assertThat(malformed.code()).isEqualTo(code);
            assertThat(malformed.detail()).contains(words);
        });
    }

    @Test
    void stream_anyOffsetAndLength_isByteEqualToProtobufBothWays() throws IOException {
        for (long offset : OFFSETS) {
            for (int length : LENGTHS) {
                byte[] array = random(length + 7, length);
                Chunk message = Chunk.newBuilder()
                        .setOffsetBytes(offset)
                        .setData(ByteString.copyFrom(array, 3, length))
                        .build();
                byte[] plain = message.toByteArray();
                byte[] wrapped =
                        UploadMessage.newBuilder().setChunk(message).build().toByteArray();
                ChunkFrame frame = ChunkFrame.of(offset, array, 3, length);
                assertThat(chunks.stream(frame).readAllBytes()).isEqualTo(plain);
                assertThat(uploads.stream(frame).readAllBytes()).isEqualTo(wrapped);
                try (ChunkFrame read = chunk(plain)) {
                    assertThat(read.offsetBytes()).isEqualTo(offset);
                    assertThat(copy(read)).isEqualTo(message.getData().toByteArray());
                }
                try (ChunkFrame read = (ChunkFrame) upload(wrapped)) {
                    assertThat(read.offsetBytes()).isEqualTo(offset);
                    assertThat(copy(read)).isEqualTo(message.getData().toByteArray());
                }
            }
        }
    }

    @Test
    void stream_readInAnyPieces_givesTheSameBytes() throws IOException {
        byte[] array = random(1000, 1);
        byte[] whole = Chunk.newBuilder()
                .setOffsetBytes(300)
                .setData(ByteString.copyFrom(array))
                .build()
                .toByteArray();
        for (int piece : new int[] {1, 2, 3, 5, 7, 999, 5000}) {
            InputStream in = chunks.stream(ChunkFrame.of(300, array, 0, 1000));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] target = new byte[piece + 2];
            int count;
            while ((count = in.read(target, 1, piece)) >= 0) {
                assertThat(count).isPositive();
                out.write(target, 1, count);
                assertThat(in.available()).isEqualTo(whole.length - out.size());
            }
            assertThat(out.toByteArray()).isEqualTo(whole);
            assertThat(in.read()).isEqualTo(-1);
            assertThat(in.read(target, 0, 0)).isZero();
        }
        InputStream single = chunks.stream(ChunkFrame.of(300, array, 0, 1000));
        for (byte expected : whole) {
            assertThat(single.read()).isEqualTo(expected & 0xff);
        }
        assertThat(single.read()).isEqualTo(-1);
    }

    @Test
    void drainTo_whole_writesAllOnceAndKnowsItsLength() throws IOException {
        byte[] array = random(70_000, 2);
        ChunkFrame frame = ChunkFrame.of(5, array, 0, array.length);
        InputStream in = uploads.stream(frame);
        assertThat(in).isInstanceOf(KnownLength.class);
        int length = in.available();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(((Drainable) in).drainTo(out)).isEqualTo(length);
        assertThat(out.toByteArray())
                .hasSize(length)
                .isEqualTo(uploads.stream(frame).readAllBytes());
        assertThat(in.available()).isZero();
        assertThat(in.read()).isEqualTo(-1);
        InputStream begun = uploads.stream(frame);
        assertThat(begun.read()).isNotNegative();
        assertThatIllegalStateException()
                .isThrownBy(() -> ((Drainable) begun).drainTo(out))
                .withMessageContaining("read in part");
    }

    @Test
    void parse_fieldsSwappedAndUnknownFields_arePassedOver() {
        byte[] data = random(300, 3);
        byte[] message = bytes(out -> {
            out.writeUInt64(100, Long.MAX_VALUE);
            out.writeFixed64(101, -1);
            out.writeByteArray(Chunk.DATA_FIELD_NUMBER, data);
            out.writeByteArray(102, random(5000, 4));
            out.writeFixed32(103, 7);
            out.writeUInt64((1 << 29) - 1, 1);
            out.writeUInt64(1 << 28, -1);
            out.writeUInt64(Chunk.OFFSET_BYTES_FIELD_NUMBER, 1);
            out.writeUInt64(Chunk.OFFSET_BYTES_FIELD_NUMBER, 77);
        });
        for (ChunkFrame frame : new ChunkFrame[] {chunk(message), (ChunkFrame) upload(inUpload(message))}) {
            assertThat(frame.offsetBytes())
                    .as("the last one counts, as in protobuf")
                    .isEqualTo(77);
            assertThat(copy(frame)).isEqualTo(data);
        }
        byte[] around = bytes(out -> {
            out.writeString(9, "new");
            out.writeByteArray(UploadMessage.CHUNK_FIELD_NUMBER, message);
            out.writeFixed32(10, 1);
        });
        assertThat(copy((ChunkFrame) upload(around))).isEqualTo(data);
    }

    @Test
    void parse_malformed_isRefusedByName() {
        assertMalformed(
                bytes(out -> {
                    out.writeByteArray(2, new byte[10]);
                    out.writeByteArray(2, new byte[10]);
                }),
                ErrorCode.MALFORMED_MESSAGE,
                "data twice");
        assertMalformed(new byte[0], ErrorCode.MALFORMED_MESSAGE, "no data");
        assertMalformed(bytes(out -> out.writeByteArray(2, new byte[0])), ErrorCode.MALFORMED_MESSAGE, "no data");
        assertMalformed(
                bytes(out -> {
                    out.writeUInt64(1, -1);
                    out.writeByteArray(2, new byte[1]);
                }),
                ErrorCode.MALFORMED_MESSAGE,
                "18446744073709551615 is not below 2^63");
        assertMalformed(
                bytes(out -> out.writeByteArray(2, new byte[MIB + 1])),
                ErrorCode.CHUNK_TOO_LARGE,
                "chunk of 1048577 bytes, at most 1048576");
        assertMalformed(new byte[] {0x03}, ErrorCode.MALFORMED_MESSAGE, "field tag 3");
        assertMalformed(new byte[] {0x13, 0x14}, ErrorCode.MALFORMED_MESSAGE, "wire type 3");
        assertMalformed(new byte[] {0x17}, ErrorCode.MALFORMED_MESSAGE, "wire type 7");
        byte[] endless = new byte[12];
        Arrays.fill(endless, (byte) 0xff);
        assertMalformed(endless, ErrorCode.MALFORMED_MESSAGE, "more than 64 bits");
    }

    @Test
    void parse_truncatedAtEveryByte_isRefused() {
        byte[] chunk = Chunk.newBuilder()
                .setOffsetBytes(1 << 20)
                .setData(ByteString.copyFrom(random(200, 5)))
                .build()
                .toByteArray();
        byte[] upload = inUpload(chunk);
        for (int end = 0; end < chunk.length; end++) {
            assertMalformed(Arrays.copyOf(chunk, end), ErrorCode.MALFORMED_MESSAGE, "");
        }
        for (int end = 0; end < upload.length; end++) {
            assertThat(upload(Arrays.copyOf(upload, end)))
                    .as("cut at " + end)
                    .isInstanceOf(UploadFrame.Malformed.class);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {201, 5000, MIB, MIB + 1L, Integer.MAX_VALUE, Integer.MAX_VALUE + 1L, Long.MAX_VALUE, -1})
    void parse_lengthsThatLie_areRefused(long claimed) {
        byte[] lie = bytes(out -> {
            out.writeUInt32NoTag(2 << 3 | 2);
            out.writeUInt64NoTag(claimed);
            out.writeRawBytes(new byte[200]);
        });
        assertThatThrownBy(() -> chunk(lie)).isInstanceOf(StatusRuntimeException.class);
        assertThat(upload(inUpload(lie))).isInstanceOf(UploadFrame.Malformed.class);
        byte[] outer = bytes(out -> {
            out.writeUInt32NoTag(2 << 3 | 2);
            out.writeUInt64NoTag(claimed);
            out.writeRawBytes(lie);
        });
        assertThat(upload(outer)).isInstanceOf(UploadFrame.Malformed.class);
    }

    @Test
    void parse_liars_costNoArrayEach() {
        byte[] lie = bytes(out -> {
            out.writeUInt32NoTag(2 << 3 | 2);
            out.writeUInt64NoTag(MIB);
        });
        byte[] lieInUpload = bytes(out -> {
            out.writeUInt32NoTag(2 << 3 | 2);
            out.writeUInt64NoTag(MIB + 10);
            out.writeRawBytes(lie);
        });
        byte[] honest = random(MIB, 6);
        byte[] first;
        try (ChunkFrame frame = (ChunkFrame) upload(inUpload(bytes(out -> out.writeByteArray(2, honest))))) {
            first = frame.array();
        }
        for (int i = 0; i < 100; i++) {
            assertThat(upload(lieInUpload)).isInstanceOf(UploadFrame.Malformed.class);
        }
        try (ChunkFrame frame = chunk(bytes(out -> out.writeByteArray(2, honest)))) {
            assertThat(frame.array()).as("the one array is still in the pool").isSameAs(first);
        }
    }

    @Test
    void parse_moreThanOneMember_isRefusedAndTheArrayComesBack() {
        byte[] big = bytes(out -> out.writeByteArray(2, random(100_000, 7)));
        byte[] manifest = SignedRequest.newBuilder().setNodeId("a").build().toByteArray();
        byte[] two = bytes(out -> {
            out.writeByteArray(2, big);
            out.writeByteArray(1, manifest);
        });
        byte[] twoManifests = bytes(out -> {
            out.writeByteArray(1, manifest);
            out.writeByteArray(1, manifest);
        });
        for (byte[] message : new byte[][] {two, twoManifests}) {
            assertThat(upload(message))
                    .isInstanceOfSatisfying(
                            UploadFrame.Malformed.class,
                            malformed -> assertThat(malformed.detail()).contains("more than one"));
        }
        byte[] before;
        try (ChunkFrame frame = chunk(big)) {
            before = frame.array();
        }
        assertThat(upload(two)).isInstanceOf(UploadFrame.Malformed.class);
        try (ChunkFrame frame = chunk(big)) {
            assertThat(frame.array()).isSameAs(before);
        }
    }

    @Test
    void parse_beyondTheMessageLimit_isRefused() {
        byte[] padded = bytes(out -> {
            out.writeByteArray(2, random(1000, 8));
            for (int i = 0; i < 2 * MIB - 1000; i += 10) {
                out.writeFixed64(100, 1);
            }
        });
        assertThat(padded.length).isGreaterThan(2 * MIB);
        assertThatThrownBy(() -> chunk(padded))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining(ErrorCode.MALFORMED_MESSAGE.label());
    }

    @Test
    void manifest_bothWays_isProtobufs() throws IOException {
        SignedRequest request = SignedRequest.newBuilder()
                .setNodeId("a")
                .setRunId("r")
                .setRound(3)
                .setBody(ByteString.copyFrom(random(500, 9)))
                .build();
        byte[] message = UploadMessage.newBuilder().setManifest(request).build().toByteArray();
        assertThat(uploads.stream(new UploadFrame.Manifest(request)).readAllBytes())
                .isEqualTo(message);
        assertThat(upload(message)).isEqualTo(new UploadFrame.Manifest(request));
        SignedRequest huge = SignedRequest.newBuilder()
                .setBody(ByteString.copyFrom(new byte[64 << 10]))
                .build();
        assertThat(upload(UploadMessage.newBuilder().setManifest(huge).build().toByteArray()))
                .isInstanceOfSatisfying(
                        UploadFrame.Malformed.class,
                        malformed -> assertThat(malformed.detail()).contains("at most 65536"));
        assertThat(upload(bytes(out -> out.writeByteArray(1, new byte[] {(byte) 0xff}))))
                .isInstanceOfSatisfying(
                        UploadFrame.Malformed.class,
                        malformed -> assertThat(malformed.detail()).contains("no SignedRequest"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> uploads.stream(new UploadFrame.Malformed(ErrorCode.INTERNAL, "x")));
    }

    @Test
    void parse_mutatedMessages_neverSurprise() {
        long seed = 20261123;
        Random random = new Random(seed);
        byte[] chunk = inUpload(bytes(out -> {
            out.writeUInt64(1, 123_456);
            out.writeByteArray(2, random(40, 10));
            out.writeString(9, "later");
        }));
        byte[] manifest = UploadMessage.newBuilder()
                .setManifest(SignedRequest.newBuilder().setNodeId("a").setRound(1))
                .build()
                .toByteArray();
        int malformed = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] mutated = (random.nextBoolean() ? chunk : manifest).clone();
            for (int j = random.nextInt(3); j >= 0; j--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
            }
            mutated = Arrays.copyOf(mutated, mutated.length - random.nextInt(4) / 3 * random.nextInt(mutated.length));
            UploadFrame frame = upload(mutated);
            if (frame instanceof UploadFrame.Malformed) {
                malformed++;
            } else if (frame instanceof ChunkFrame read) {
                // What is taken, protobuf takes too and reads the same.
                UploadMessage reference = parsed(mutated, seed, i);
                assertThat(copy(read)).isEqualTo(reference.getChunk().getData().toByteArray());
                assertThat(read.offsetBytes()).isEqualTo(reference.getChunk().getOffsetBytes());
                read.close();
            }
        }
        assertThat(malformed).isBetween(MUTATIONS / 10, MUTATIONS - MUTATIONS / 10);
    }

    private static UploadMessage parsed(byte[] message, long seed, int step) {
        try {
            return UploadMessage.parseFrom(message);
        } catch (IOException refused) {
            throw new AssertionError("seed " + seed + ", step " + step + ": protobuf refuses what was taken", refused);
        }
    }

    @Test
    void of_badArguments_areRefusedWithTheAllowedSet() {
        for (int length : new int[] {0, -1, MIB + 1, Integer.MIN_VALUE}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ChunkFrame.of(0, new byte[2 * MIB], 0, length))
                    .withMessageContaining("of " + length + " bytes")
                    .withMessageContaining("1 to 1048576");
        }
        assertThatIllegalArgumentException().isThrownBy(() -> ChunkFrame.of(-1, new byte[1], 0, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ChunkFrame.of(0, new byte[10], Integer.MAX_VALUE, 5))
                .withMessageContaining("2147483652");
        assertThatIllegalArgumentException().isThrownBy(() -> ChunkFrame.of(0, new byte[10], 6, 5));
        assertThatIllegalArgumentException().isThrownBy(() -> ChunkFrame.of(0, new byte[10], -1, 5));
    }

    @Test
    void close_frame_endsAccessAndGivesTheArrayBackOnce() {
        byte[] message = bytes(out -> out.writeByteArray(2, random(100_000, 11)));
        ChunkFrame one = chunk(message);
        byte[] array = one.array();
        one.close();
        one.close();
        assertThatIllegalStateException().isThrownBy(one::data).withMessageContaining("closed");
        assertThatIllegalStateException().isThrownBy(one::array);
        try (ChunkFrame two = chunk(message);
                ChunkFrame three = chunk(message)) {
            assertThat(two.array()).isSameAs(array);
            assertThat(three.array()).isNotSameAs(array);
            assertThat(two.data().isReadOnly()).isTrue();
        }
    }
}

package org.dalrn.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.RunId;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.protocol.RefusalTrailer;
import org.dalrn.protocol.signing.SignedMethod;
import org.dalrn.protocol.v1.BlobRequest;
import org.dalrn.protocol.v1.Chunk;
import org.dalrn.protocol.v1.Refusal;
import org.dalrn.protocol.v1.SignedRequest;
import org.dalrn.server.transport.Node.Call;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract of {@code Download}; the receiver decodes with the generated messages. */
class DownloadTest {
    @TempDir
    Path folder;

    private Federation federation;
    private Node node;
    private byte[] model;
    private ContentHash hash;

    @BeforeEach
    void start() throws Exception {
        federation = new Federation(folder, new NodeServerSettings.Transfers(1, 1, 16 << 10, Duration.ofSeconds(30)));
        node = federation.enrolled("alice");
        node.connect();
        model = new byte[(3 << 20) + 12];
        new Random(5).nextBytes(model);
        hash = ContentHash.of(model);
        federation.blobs.put(hash, model);
    }

    @AfterEach
    void stop() {
        federation.close();
    }

    private Call<SignedRequest, Chunk> ask(SignedRequest request, int chunks) {
        Call<SignedRequest, Chunk> download = new Call<>(node.channel, GeneratedMarshaller.DOWNLOAD, chunks);
        download.send(request);
        download.call.halfClose();
        return download;
    }

    private SignedRequest request(ContentHash wanted, long offset) {
        return node.sign(
                SignedMethod.DOWNLOAD,
                Node.RUN,
                Node.ROUND,
                node.nonces.next(),
                BlobRequest.newBuilder()
                        .setHash(ByteString.copyFrom(wanted.toByteArray()))
                        .setOffsetBytes(offset)
                        .build());
    }

    private static byte[] received(Call<SignedRequest, Chunk> download, long offset) throws Exception {
        assertThat(download.status().getCode()).isEqualTo(Status.Code.OK);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Chunk chunk : download.replies) {
            assertThat(chunk.getOffsetBytes()).isEqualTo(offset + bytes.size());
            assertThat(chunk.getData().size()).isBetween(1, 1 << 20);
            chunk.getData().writeTo(bytes);
        }
        return bytes.toByteArray();
    }

    private static void assertRefused(Call<SignedRequest, Chunk> download, ErrorCode code) throws Exception {
        Status status = download.status();
        Refusal refusal = RefusalTrailer.read(download.trailers.get()).orElseThrow();
        assertThat(refusal.getCode()).as("%s", refusal).isEqualTo(code.number());
        assertThat(status.getCode())
                .isEqualTo(code.retryable() ? Status.Code.UNAVAILABLE : Status.Code.FAILED_PRECONDITION);
        assertThat(download.replies).isEmpty();
    }

    @Test
    void download_wholeModel_arrivesInOrderedChunks() throws Exception {
        assertThat(received(ask(request(hash, 0), 100), 0)).isEqualTo(model);
    }

    @Test
    void download_fromAnOffset_sendsTheRest() throws Exception {
        assertThat(received(ask(request(hash, 1_000_001), 100), 1_000_001))
                .isEqualTo(Arrays.copyOfRange(model, 1_000_001, model.length));
        assertThat(received(ask(request(hash, model.length), 100), model.length))
                .isEmpty();
    }

    @Test
    void download_wholeAndRest_areCountedForTheirRun() throws Exception {
        received(ask(request(hash, 0), 100), 0);
        received(ask(request(hash, 1_000_001), 100), 1_000_001);
        assertThat(federation.server.traffic(new RunId(Node.RUN)))
                .isEqualTo(new Traffic.Bytes(0, 2L * model.length - 1_000_001));
        assertThat(federation.server.traffic(new RunId("other"))).isEqualTo(new Traffic.Bytes(0, 0));
    }

    @Test
    void download_requestWithoutARun_isNotFound() throws Exception {
        SignedRequest request = node.sign(
                SignedMethod.DOWNLOAD,
                "",
                0,
                node.nonces.next(),
                BlobRequest.newBuilder()
                        .setHash(ByteString.copyFrom(hash.toByteArray()))
                        .build());
        assertRefused(ask(request, 100), ErrorCode.BLOB_NOT_FOUND);
    }

    @Test
    void download_offsetBeyondTheEnd_isRefused() throws Exception {
        assertRefused(ask(request(hash, model.length + 1), 100), ErrorCode.OFFSET_OUT_OF_RANGE);
        assertRefused(ask(request(hash, -1), 100), ErrorCode.OFFSET_OUT_OF_RANGE);
    }

    @Test
    void download_modelOfNoTask_isNotFound() throws Exception {
        federation.rounds.mayDownload = (who, wanted) -> false;

        assertRefused(ask(request(hash, 0), 100), ErrorCode.BLOB_NOT_FOUND);
    }

    @Test
    void download_missingBlob_isNotFound() throws Exception {
        assertRefused(ask(request(ContentHash.of(new byte[1]), 0), 100), ErrorCode.BLOB_NOT_FOUND);
    }

    @Test
    void download_badSignatureOrReplay_isRefused() throws Exception {
        SignedRequest request = request(hash, 0);

        assertRefused(ask(request.toBuilder().setRunId("other").build(), 100), ErrorCode.BAD_SIGNATURE);
        assertThat(received(ask(request, 100), 0)).isEqualTo(model);
        assertRefused(ask(request, 100), ErrorCode.REPLAYED_NONCE);
    }

    @Test
    void download_nodeDoesNotRead_isCutAndTheSlotGoesToTheNext() throws Exception {
        Call<SignedRequest, Chunk> deaf = ask(request(hash, 0), 1);
        deaf.next();
        Call<SignedRequest, Chunk> next = ask(request(hash, 0), 100);
        // Two chunks may be on their way; each earns 64 s, beside grace and the next chunk's own time.
        while (next.replies.isEmpty() && !next.closed.isDone()) {
            federation.timers.advance(Duration.ofSeconds(60));
            Thread.onSpinWait();
        }

        deaf.call.request(10);
        assertThat(deaf.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(RefusalTrailer.read(deaf.trailers.get()).orElseThrow().getCode())
                .isEqualTo(ErrorCode.DOWNLOAD_TOO_SLOW.number());
    }

    @Test
    void download_nodeDies_freesTheSlot() throws Exception {
        Call<SignedRequest, Chunk> dead = ask(request(hash, 0), 1);
        dead.next();
        dead.call.cancel("the node dies", null);

        assertThat(received(ask(request(hash, 0), 100), 0)).isEqualTo(model);
    }
}

package org.dalrn.server.witness;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.merkle.ConsistencyProof;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.podp.note.NoteAlgorithm;
import org.dalrn.podp.note.NoteSignature;
import org.dalrn.podp.note.NoteVerifier;
import org.dalrn.podp.note.SignedNote;
import org.dalrn.podp.witness.AddCheckpointRequest;
import org.dalrn.server.witness.WitnessAnswer.Cosigned;
import org.dalrn.server.witness.WitnessAnswer.Refused;
import org.dalrn.server.witness.WitnessAnswer.Unavailable;

/**
 * Asks one witness for its cosignatures.
 *
 * <p>Nothing that the witness answers is believed but a signature that its key verifies and the size that it says it
 * knows. Thread-safe.
 */
public final class WitnessClient {

    /** Where the proofs come from: the log. */
    @FunctionalInterface
    public interface ConsistencyProofs {
        /** The proof between two sizes of the log. */
        ConsistencyProof consistencyProof(long from, long to);
    }

    /** Between two answers somebody else may have shown the witness another checkpoint, but not for ever. */
    private static final int MOST_REQUESTS = 4;

    private static final int LARGEST_ANSWER_BYTES = 1 << 16;
    private static final int LONGEST_SIZE = 20;

    private final URI addCheckpoint;
    private final NoteVerifier witness;
    private final Duration timeout;
    private final HttpClient http;

    /**
     * Creates it; nothing is sent yet.
     *
     * @param url of the witness, to which {@code /add-checkpoint} is appended: http or https
     * @param witness its key
     * @param timeout for all that {@link #cosign} does
     * @throws IllegalArgumentException if the URL is another, the key is not a witness's or the time not positive
     */
    public WitnessClient(URI url, NoteVerifier witness, Duration timeout) {
        requireWitness(url, witness);
        if (timeout.isZero() || timeout.isNegative()) {
            throw new IllegalArgumentException("a witness cannot answer within " + timeout);
        }
        String text = url.toString();
        this.addCheckpoint =
                URI.create((text.endsWith("/") ? text.substring(0, text.length() - 1) : text) + "/add-checkpoint");
        this.witness = witness;
        this.timeout = timeout;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout)
                .build();
    }

    /**
     * Checks what a witness is asked by.
     *
     * @throws IllegalArgumentException if the URL is another than http or https, or the key is not a witness's
     */
    public static void requireWitness(URI url, NoteVerifier witness) {
        String scheme = String.valueOf(url.getScheme());
        if (!(scheme.equals("http") || scheme.equals("https"))
                || url.getHost() == null
                || url.getRawQuery() != null
                || url.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "'" + url + "' is no URL of a witness; write for instance https://witness.example.org/w1");
        }
        if (witness.algorithm() != NoteAlgorithm.COSIGNATURE_V1) {
            throw new IllegalArgumentException(witness + " is no key of a witness; its type is not 4");
        }
    }

    /** The witness's key. */
    public NoteVerifier witness() {
        return witness;
    }

    /**
     * Asks for a cosignature. If the witness knows another size than thought, it is asked again with the proof from
     * there.
     *
     * @param checkpoint signed by the log's owner
     * @param knownSize size of the checkpoint that the witness is thought to have cosigned last; 0 if that is not known
     * @param proofs of the log
     * @throws InterruptedException if the thread is interrupted meanwhile
     * @throws MalformedException if the note is no checkpoint
     */
    public WitnessAnswer cosign(SignedNote checkpoint, long knownSize, ConsistencyProofs proofs)
            throws InterruptedException {
        requireNonNull(proofs, "proofs");
        long size = Checkpoint.parse(checkpoint.text()).size();
        long from = knownSize >= 0 && knownSize <= size ? knownSize : 0;
        long deadline = System.nanoTime() + timeout.toNanos();
        for (int request = 0; request < MOST_REQUESTS; request++) {
            AddCheckpointRequest body = new AddCheckpointRequest(
                    from, proofs.consistencyProof(from, size).path(), checkpoint);
            HttpResponse<byte[]> response;
            try {
                response = send(body.toByteArray(), deadline);
            } catch (IOException failed) {
                return new Unavailable(String.valueOf(failed.getMessage()));
            }
            if (response.statusCode() == 200) {
                return cosignature(checkpoint, response.body());
            }
            if (response.statusCode() != 409) {
                return notCosigned(response);
            }
            OptionalLong known = size(response);
            if (known.isEmpty() || known.getAsLong() == from) {
                return new Refused(409, "the witness sees a conflict, but does not say with which size");
            }
            if (known.getAsLong() > size) {
                return new Refused(
                        409,
                        "the witness cosigned size " + known.getAsLong() + " of this log, which has only " + size
                                + " entries: the log was set back, or somebody else signs with its key");
            }
            from = known.getAsLong();
        }
        return new Unavailable("others show the witness checkpoints of this log at the same time");
    }

    private HttpResponse<byte[]> send(byte[] body, long deadline) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(addCheckpoint)
                .header("Content-Type", "text/plain; charset=utf-8")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        CompletableFuture<HttpResponse<byte[]>> answer =
                http.sendAsync(request, info -> new BoundedBody(LARGEST_ANSWER_BYTES));
        try {
            // The request's own timeout would end with the headers of the answer.
            return answer.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            throw new IOException("no answer from " + addCheckpoint + " within " + timeout, late);
        } catch (ExecutionException failed) {
            throw new IOException("no answer from " + addCheckpoint + ": " + failed.getCause(), failed);
        } finally {
            answer.cancel(true);
        }
    }

    private WitnessAnswer cosignature(SignedNote checkpoint, byte[] body) {
        for (String text : new String(body, StandardCharsets.UTF_8).split("\n", -1)) {
            if (text.isEmpty()) {
                continue;
            }
            try {
                NoteSignature line = NoteSignature.parse(text);
                if (witness.verify(checkpoint.text(), line)) {
                    return new Cosigned(line);
                }
            } catch (MalformedException notALine) {
                return new Refused(200, "the witness answered with no signature line: " + notALine.getMessage());
            }
        }
        return new Refused(200, "the witness answered without a signature of its key " + witness.name());
    }

    private static WitnessAnswer notCosigned(HttpResponse<byte[]> response) {
        int status = response.statusCode();
        String detail = MalformedException.excerpt(new String(response.body(), StandardCharsets.UTF_8).strip());
        return status >= 500 || status == 429
                ? new Unavailable("the witness answered " + status + ": " + detail)
                : new Refused(status, detail);
    }

    /** The size in the answer to a conflict. */
    private static OptionalLong size(HttpResponse<byte[]> response) {
        String type = response.headers().firstValue("Content-Type").orElse("");
        String text = new String(response.body(), StandardCharsets.UTF_8);
        if (!type.equals("text/x.tlog.size") || text.length() > LONGEST_SIZE || !text.matches("(0|[1-9][0-9]*)\n")) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(text.strip()));
        } catch (NumberFormatException tooLarge) {
            return OptionalLong.empty();
        }
    }
}

package org.dalrn.ipfs.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.dalrn.ipfs.Block;
import org.dalrn.ipfs.BlockMismatchException;
import org.dalrn.ipfs.BlockMissingException;
import org.dalrn.ipfs.BlockSink;
import org.dalrn.ipfs.BlockSource;
import org.dalrn.ipfs.Cid;
import org.dalrn.ipfs.IpfsException;
import org.dalrn.ipfs.unixfs.FileDag;
import org.dalrn.ipfs.unixfs.FileLayout;

/**
 * An IPFS node that stores blocks: Kubo, over its RPC API.
 *
 * <p>It is not trusted with content: it must name a block as we do, and what it gives is verified. That it keeps what it pinned cannot be
 * known without reading it again, from it or, better, from elsewhere.
 *
 * <p>The RPC API has no authentication unless configured and gives full control of the node: it belongs on the loopback interface.
 *
 * <p>Thread-safe.
 *
 * <p>Source: Kubo's RPC API, version 0; tried with Kubo 0.43.0.
 */
public final class KuboNode implements BlockSource, BlockSink {
    /** More than any answer that is no block has. */
    private static final int LONGEST_JSON_BYTES = 64 << 10;

    private static final int OK = 200;
    private static final String MISSING = "could not find";
    private static final String NOT_PINNED = "is not pinned";

    private static final JsonMapper JSON = new JsonMapper();

    private final HttpStore http;

    private KuboNode(HttpStore http) {
        this.http = http;
    }

    /**
     * The node at an address; nothing is asked yet.
     *
     * @param api http or https, without the {@code /api/v0}
     * @throws IllegalArgumentException if it is no such address
     */
    public static KuboNode at(URI api, RequestPolicy policy) {
        return at(api, policy, HttpStore::sleep);
    }

    static KuboNode at(URI api, RequestPolicy policy, HttpStore.Pause pause) {
        return new KuboNode(new HttpStore(api, policy, HttpClient.Redirect.NEVER, pause));
    }

    /**
     * What the node says it runs, for instance {@code 0.43.0}.
     *
     * @throws IpfsException if it does not answer, or is no Kubo
     */
    public String version() {
        Call call = new Call("version", "version", http.policy().answerTime(), true);
        JsonNode answer = call.json(call.post(BodyPublishers.noBody()));
        String version = answer.path("Version").asText();
        if (version.isEmpty()) {
            throw call.nonsense(answer);
        }
        return IpfsException.excerpt(version);
    }

    /**
     * Stores a block, which the node may forget again unless it is pinned.
     *
     * @throws BlockMismatchException if the node gives it another CID
     * @throws StoreUnreachableException if no answer comes
     * @throws StoreRefusedException if it does not store it
     */
    @Override
    public void put(Block block) {
        Cid cid = block.cid();
        Call call = new Call(
                "block/put of " + cid,
                "block/put?mhtype=sha2-256&cid-codec=" + cid.codec().label(),
                http.policy().answerTime(),
                true);
        JsonNode answer = call.json(call.upload(block));
        String key = answer.path("Key").asText();
        if (key.isEmpty()) {
            throw call.nonsense(answer);
        }
        if (!key.equals(cid.toString()) || answer.path("Size").asLong(-1) != block.sizeBytes()) {
            throw new BlockMismatchException(http.base() + " took " + block.sizeBytes() + " bytes for block " + cid
                    + " and says it has " + IpfsException.excerpt(answer.toString()));
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws StoreUnreachableException if no answer comes, for instance because the node looks for the block at others
     * @throws StoreRefusedException if the answer is neither the block nor that it is missing
     */
    @Override
    public Block get(Cid cid) {
        Call call = new Call(
                "block/get of " + cid, "block/get?arg=" + cid, http.policy().answerTime(), true);
        HttpStore.Answer answer = call.post(BodyPublishers.noBody(), Block.MAX_SIZE_BYTES);
        if (answer.status() != OK) {
            String message = call.message(answer);
            if (message.contains(MISSING)) {
                throw new BlockMissingException(http.base() + " has no block " + cid + ": " + message);
            }
            throw call.refusal(answer);
        }
        return Block.verified(cid, answer.body(), http.base().toString());
    }

    /**
     * Has the node keep a block and all below it until {@link #unpin}. It must have them, or fetch them from others first.
     *
     * @throws StoreUnreachableException if no answer comes
     * @throws StoreRefusedException if it does not
     */
    public void pin(Cid cid) {
        Call call = new Call(
                "pin/add of " + cid,
                "pin/add?recursive=true&arg=" + cid,
                http.policy().pinTime(),
                true);
        JsonNode answer = call.json(call.post(BodyPublishers.noBody()));
        if (answer.path("Pins").size() != 1
                || !answer.path("Pins").path(0).asText().equals(cid.toString())) {
            throw call.nonsense(answer);
        }
    }

    /**
     * Whether the node says that it keeps a block and all below it.
     *
     * @throws StoreUnreachableException if no answer comes
     * @throws StoreRefusedException if it answers neither yes nor no
     */
    public boolean isPinned(Cid cid) {
        Call call = new Call(
                "pin/ls of " + cid,
                "pin/ls?type=recursive&arg=" + cid,
                http.policy().answerTime(),
                true);
        HttpStore.Answer answer = call.post(BodyPublishers.noBody());
        if (answer.status() != OK && call.message(answer).contains(NOT_PINNED)) {
            return false;
        }
        JsonNode keys = call.json(answer);
        if (!keys.path("Keys").path(cid.toString()).path("Type").asText().equals("recursive")) {
            throw call.nonsense(keys);
        }
        return true;
    }

    /**
     * Lets the node forget a block and what is below it. Not asked again if no answer comes: {@link #isPinned} tells.
     *
     * @throws StoreUnreachableException if no answer comes
     * @throws StoreRefusedException if it was not pinned
     */
    public void unpin(Cid cid) {
        Call call = new Call(
                "pin/rm of " + cid,
                "pin/rm?recursive=true&arg=" + cid,
                http.policy().answerTime(),
                false);
        JsonNode answer = call.json(call.post(BodyPublishers.noBody()));
        if (!answer.path("Pins").path(0).asText().equals(cid.toString())) {
            throw call.nonsense(answer);
        }
    }

    /**
     * Cuts a file into blocks, stores them one by one and pins the root.
     *
     * @param in read to its end, not closed
     * @throws IpfsException if the node does not store or pin it; what it has got until then it forgets in time
     * @throws IOException if {@code in} fails
     */
    public FileDag add(InputStream in, FileLayout layout) throws IOException {
        FileDag dag = FileDag.build(in, layout, this);
        pin(dag.root());
        return dag;
    }

    /** One question to the node. */
    private final class Call {
        private final String what;
        private final String pathAndQuery;
        private final Duration time;
        private final boolean again;

        /**
         * @param what is asked, for messages
         * @param again whether it may be asked twice
         */
        Call(String what, String pathAndQuery, Duration time, boolean again) {
            this.what = what;
            this.pathAndQuery = pathAndQuery;
            this.time = time;
            this.again = again;
        }

        HttpStore.Answer post(BodyPublisher body) {
            return post(body, LONGEST_JSON_BYTES);
        }

        HttpStore.Answer post(BodyPublisher body, int longest) {
            return send(request().POST(body), longest);
        }

        HttpStore.Answer upload(Block block) {
            // No block holds its own hash, so this stands nowhere in it.
            String boundary = "dalrn-" + block.cid().sha256();
            byte[] head = ("--" + boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"block\"\r\n"
                            + "Content-Type: application/octet-stream\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII);
            byte[] end = ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII);
            ByteBuffer body = ByteBuffer.allocate(head.length + block.sizeBytes() + end.length);
            body.put(head).put(block.bytes()).put(end);
            return send(
                    request()
                            .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                            .POST(BodyPublishers.ofByteArray(body.array())),
                    LONGEST_JSON_BYTES);
        }

        private HttpRequest.Builder request() {
            return http.request("/api/v0/" + pathAndQuery);
        }

        private HttpStore.Answer send(HttpRequest.Builder request, int longest) {
            return http.ask(request.build(), what, longest, time, again);
        }

        /** The answer as a tree, if the node did what was asked. */
        JsonNode json(HttpStore.Answer answer) {
            if (answer.status() != OK) {
                throw refusal(answer);
            }
            try {
                return JSON.readTree(answer.body());
            } catch (IOException malformed) {
                throw new StoreRefusedException(
                        http.base() + " answers " + what + " with what is no JSON, so it is no Kubo: "
                                + answer.excerpt() + "; check the address",
                        malformed);
            }
        }

        /** What the node says went wrong. */
        String message(HttpStore.Answer answer) {
            try {
                String message = JSON.readTree(answer.body()).path("Message").asText();
                return message.isEmpty() ? answer.excerpt() : IpfsException.excerpt(message);
            } catch (IOException noJson) {
                return answer.excerpt();
            }
        }

        StoreRefusedException refusal(HttpStore.Answer answer) {
            return new StoreRefusedException(
                    http.base() + " answers " + what + " with " + answer.status() + ": " + message(answer));
        }

        StoreRefusedException nonsense(JsonNode answer) {
            return new StoreRefusedException(http.base() + " answers " + what + " with "
                    + IpfsException.excerpt(answer.toString()) + ", which Kubo does not; check the address");
        }
    }
}

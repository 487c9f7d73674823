package org.dalrn.ipfs.store;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import org.dalrn.ipfs.Block;
import org.dalrn.ipfs.BlockMissingException;
import org.dalrn.ipfs.BlockSource;
import org.dalrn.ipfs.Cid;

/**
 * A server that gives blocks by HTTP to anybody. Each is verified, so it matters not who runs it, nor whether by https.
 *
 * <p>Thread-safe.
 *
 * <p>Source: trustless gateway specification, block responses ({@code application/vnd.ipld.raw}).
 */
public final class TrustlessGateway implements BlockSource {
    private final HttpStore http;

    private TrustlessGateway(HttpStore http) {
        this.http = http;
    }

    /**
     * The gateway at an address; nothing is asked yet.
     *
     * @param base http or https, without the {@code /ipfs}
     * @throws IllegalArgumentException if it is no such address
     */
    public static TrustlessGateway at(URI base, RequestPolicy policy) {
        return at(base, policy, HttpStore::sleep);
    }

    static TrustlessGateway at(URI base, RequestPolicy policy, HttpStore.Pause pause) {
        // Gateways that give each CID a host of its own redirect to it.
        return new TrustlessGateway(new HttpStore(base, policy, HttpClient.Redirect.NORMAL, pause));
    }

    /**
     * {@inheritDoc}
     *
     * @throws StoreUnreachableException if no answer comes
     * @throws StoreRefusedException if the answer is neither the block nor that it is missing
     */
    @Override
    public Block get(Cid cid) {
        HttpRequest request = http.request("/ipfs/" + cid + "?format=raw")
                .header("Accept", "application/vnd.ipld.raw")
                .GET()
                .build();
        String what = "the block " + cid;
        HttpStore.Answer answer =
                http.ask(request, what, Block.MAX_SIZE_BYTES, http.policy().answerTime(), true);
        return switch (answer.status()) {
            case 200 -> Block.verified(cid, answer.body(), http.base().toString());
            case 404, 410 ->
                throw new BlockMissingException(http.base() + " has no block " + cid + ": " + answer.excerpt());
            default ->
                throw new StoreRefusedException(
                        http.base() + " answers " + what + " with " + answer.status() + ": " + answer.excerpt());
        };
    }
}

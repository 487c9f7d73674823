package org.dalrn.ethereum;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * Where the sending of anchors stands.
 *
 * @param chain whether the chain answers
 * @param queued transactions that are durable here and not sent
 * @param pending transactions that are sent and in no block
 * @param included transactions in a block that is not final
 * @param done transactions that are final
 * @param failed transactions that the contract refused
 * @param unclear transactions that may have happened, and that somebody has to look for
 * @param failures how often in a row the chain did not answer
 * @param nextTry when it is asked again after failures
 * @param trouble what keeps transactions from going on, in words
 */
public record AnchorState(
        Chain chain,
        int queued,
        int pending,
        int included,
        int done,
        int failed,
        int unclear,
        int failures,
        Optional<Instant> nextTry,
        Optional<String> trouble) {

    /** Whether a chain answers. */
    public enum Chain {
        /** Nobody asked yet. */
        UNKNOWN,
        /** It answered the last time. */
        UP,
        /** It did not answer the last time; it is asked again soon. */
        FAILING,
        /** It has not answered for a while and is asked rarely. Anchors wait in the journal. */
        DOWN
    }

    /** Checks. */
    public AnchorState {
        requireNonNull(chain, "chain");
        requireNonNull(nextTry, "nextTry");
        requireNonNull(trouble, "trouble");
    }

    /** Whether nothing is under way. */
    public boolean isIdle() {
        return queued + pending + included == 0;
    }
}

package org.dalrn.ethereum;

/**
 * Says whether a transaction may be sent again whose nonce is used for good and whose receipt the node does not have: another
 * transaction took the nonce, or it is this one and the node has forgotten old receipts.
 */
@FunctionalInterface
interface Repetition {

    /** What is known about such a transaction. */
    enum Answer {
        /** It did not happen, or does no harm a second time. */
        ALLOWED,
        /** It happened, for good. */
        DONE,
        /** It may have happened, and would do something a second time. */
        UNCLEAR
    }

    /** Never allowed: whoever pays twice does not get it back. */
    Repetition NEVER = (entry, finalized, rpc) -> Answer.UNCLEAR;

    /**
     * Asks.
     *
     * @param entry goes to a contract and pays nothing
     * @param finalized number of a finalized block; the nonce was used in it or before
     * @throws ChainException if the chain gives no answer
     */
    Answer ask(OutboxEntry entry, long finalized, JsonRpc rpc);
}

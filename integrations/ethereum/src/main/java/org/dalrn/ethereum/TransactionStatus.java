package org.dalrn.ethereum;

/** How far a transaction is. Before {@link #FINAL} a reorganisation of the chain can take it back to {@link #PENDING}. */
public enum TransactionStatus {
    /** Durable here, not sent yet. */
    QUEUED(false),
    /** Sent, in no block yet. */
    PENDING(false),
    /** In a block. */
    INCLUDED(false),
    /** In a block with enough others on top. */
    CONFIRMED(false),
    /** In a block that the chain calls finalized. */
    FINAL(true),
    /** The contract says no, so it was not sent. */
    REFUSED(true),
    /** In a finalized block, but the contract said no there. */
    REVERTED(true),
    /** Its nonce is used for good and no node that was asked has its receipt: it may have happened, and is not sent again. */
    UNCLEAR(true);

    private final boolean over;

    TransactionStatus(boolean over) {
        this.over = over;
    }

    /** Whether it is never sent again. */
    public boolean isOver() {
        return over;
    }
}

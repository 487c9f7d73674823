package org.dalrn.ethereum;

import java.util.List;

/** The transactions of one account, from the wish to the finalized block. */
public interface Transactions {

    /**
     * Asks the chain and takes the next steps. A chain that does not answer is a state, no exception; it is not asked before
     * {@link AnchorState#nextTry}.
     *
     * @throws IllegalStateException if another thread is at it
     */
    AnchorState advance();

    /** Where it stands; does not ask the chain. */
    AnchorState state();

    /** All transactions in their order. */
    List<Anchoring> transactions();

    /**
     * One transaction.
     *
     * @throws IllegalArgumentException if there is none with this number
     */
    default Anchoring transaction(long id) {
        List<Anchoring> all = transactions();
        if (id < 0 || id >= all.size()) {
            throw new IllegalArgumentException("there is no transaction " + id + ", there are " + all.size());
        }
        return all.get(Math.toIntExact(id));
    }
}

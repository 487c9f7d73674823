package org.dalrn.podp.verify;

import java.util.Set;
import org.dalrn.podp.receipt.Receipt;

/** How to tell the receipts of some types to people, registered with an {@link Explanation} by who knows these steps. */
public interface Teller {

    /** The types of receipts, with versions, that it can tell. */
    Set<String> types();

    /**
     * Tells a receipt in a sentence. What is no printable text is replaced by whoever prints it.
     *
     * @param receipt of one of the types; its fields may be anything that a receipt allows
     */
    String tell(Receipt receipt);
}

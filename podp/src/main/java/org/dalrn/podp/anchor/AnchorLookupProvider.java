package org.dalrn.podp.anchor;

import java.net.URI;

/** Opens lookups for one kind of chain; found by {@link java.util.ServiceLoader}. */
public interface AnchorLookupProvider {

    /** Whether {@link #open} takes such a URI. Asks nobody. */
    boolean supports(URI chain);

    /**
     * Opens a lookup; asks nobody yet.
     *
     * @param chain one that is supported
     * @param contract address of the contract
     * @throws IllegalArgumentException if the address is none
     */
    AnchorLookup open(URI chain, String contract);
}

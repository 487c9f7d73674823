package org.dalrn.podp.anchor;

import java.net.URI;
import java.util.Optional;
import java.util.ServiceLoader;
import org.dalrn.podp.note.Checkpoint;

/** Who asks one contract of one chain whether it holds a checkpoint. Not thread-safe. */
public interface AnchorLookup extends AutoCloseable {

    /**
     * Asks. A chain that is down is an {@link AnchorOutcome.Unreachable}, no exception.
     *
     * @param checkpoint whose signature the caller has verified
     * @param proof where it was anchored; without it only the newest checkpoint of the same log is compared
     */
    AnchorOutcome find(Checkpoint checkpoint, Optional<AnchorProof> proof);

    /** Lets go of connections. */
    @Override
    void close();

    /**
     * Opens a lookup by the first provider on the class path that can.
     *
     * @param chain where the chain is asked
     * @param contract address of the contract; it decides what is believed, so it has no default
     * @return empty if no provider is there for such a URI
     * @throws IllegalArgumentException if the address is none
     */
    static Optional<AnchorLookup> open(URI chain, String contract) {
        return ServiceLoader.load(AnchorLookupProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.supports(chain))
                .findFirst()
                .map(provider -> provider.open(chain, contract));
    }
}

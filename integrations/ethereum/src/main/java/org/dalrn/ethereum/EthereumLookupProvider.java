package org.dalrn.ethereum;

import java.net.URI;
import java.time.Duration;
import org.dalrn.podp.anchor.AnchorLookup;
import org.dalrn.podp.anchor.AnchorLookupProvider;

/** Asks Ethereum nodes at http and https addresses. */
public final class EthereumLookupProvider implements AnchorLookupProvider {

    private static final Duration TIMEOUT = Duration.ofSeconds(15);

    /** For the service loader. */
    public EthereumLookupProvider() {}

    @Override
    public boolean supports(URI chain) {
        return JsonRpc.isHttp(chain);
    }

    @Override
    public AnchorLookup open(URI chain, String contract) {
        return new EthereumLookup(chain, EthereumAddress.parse(contract), TIMEOUT);
    }
}

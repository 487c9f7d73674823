package org.dalrn.ethereum;

import java.net.URI;

/** {@link Anvil} for tests of other packages. */
public final class AnvilChain implements AutoCloseable {

    private final Anvil anvil;

    private AnvilChain(Anvil anvil) {
        this.anvil = anvil;
    }

    public static AnvilChain start() {
        return new AnvilChain(Anvil.start());
    }

    public URI uri() {
        return anvil.uri();
    }

    public void fund(String account) {
        anvil.fund(new EthereumAddress(account));
    }

    public void mine(int blocks) {
        anvil.mine(blocks);
    }

    @Override
    public void close() {
        anvil.close();
    }
}

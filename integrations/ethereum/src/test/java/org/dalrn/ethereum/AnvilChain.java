package org.dalrn.ethereum;

import java.math.BigInteger;
import java.net.URI;
import java.time.Instant;

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

    public BigInteger balance(String account) {
        return anvil.balance(EthereumAddress.parse(account));
    }

    /** The time of the newest block. */
    public Instant time() {
        return Instant.ofEpochSecond(Quantity.small(
                anvil.call("eth_getBlockByNumber", "latest", false).path("timestamp"), "time"));
    }

    /** Makes a block so many seconds later. */
    public void pass(long seconds) {
        anvil.call("evm_increaseTime", seconds);
        anvil.mine(1);
    }

    @Override
    public void close() {
        anvil.close();
    }
}

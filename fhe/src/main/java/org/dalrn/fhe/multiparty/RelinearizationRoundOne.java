package org.dalrn.fhe.multiparty;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.dalrn.fhe.ErasableSecret;
import org.dalrn.fhe.ring.NttPolynomial;

/**
 * One party between the two rounds of a relinearization key: it holds the ephemeral secret {@code u_i}.
 *
 * <p>The only way to a {@link RelinearizationSecondShare} is {@link #roundTwo}, once: the ephemeral secret is destroyed by it.
 * Answering a second sum would give away the product of the difference with the party's secret. Not thread-safe.
 *
 * <p>The key's noise in each coefficient of each digit is {@code s e0 + u e1 + e2 + e3} with sums over the parties, variance
 * {@code 10.5 n (4 n N / 3 + 2)}. Source: ePrint 2020/304, protocol RelinKeyGen.
 */
public final class RelinearizationRoundOne extends ErasableSecret {
    private final KeyCeremony ceremony;
    private final int party;
    private final NttPolynomial secret;
    private final NttPolynomial ephemeral;
    private final RelinearizationFirstShare share;
    private final Function<String, SmallSecrets> draws;

    private RelinearizationRoundOne(
            KeyCeremony ceremony,
            int party,
            NttPolynomial secret,
            NttPolynomial ephemeral,
            RelinearizationFirstShare share,
            Function<String, SmallSecrets> draws) {
        this.ceremony = ceremony;
        this.party = party;
        this.secret = secret;
        this.ephemeral = ephemeral;
        this.share = share;
        this.draws = draws;
    }

    static RelinearizationRoundOne begin(
            KeyCeremony ceremony, int party, NttPolynomial secret, Function<String, SmallSecrets> draws) {
        List<NttPolynomial> a = ceremony.uniformDigits("relinearization");
        List<NttPolynomial> h0 = new ArrayList<>();
        List<NttPolynomial> h1 = new ArrayList<>();
        try (SmallSecrets first = draws.apply("relinearization first round")) {
            NttPolynomial ephemeral = first.ternary();
            for (int j = 0; j < a.size(); j++) {
                NttPolynomial message = secret.multiply(ceremony.gadget(j));
                NttPolynomial mask = a.get(j).multiply(ephemeral);
                NttPolynomial difference = message.subtract(mask);
                NttPolynomial e0 = first.error();
                h0.add(difference.add(e0));
                NttPolynomial product = a.get(j).multiply(secret);
                NttPolynomial e1 = first.error();
                h1.add(product.add(e1));
                for (NttPolynomial used : List.of(message, mask, difference, e0, product, e1)) {
                    used.destroy();
                }
            }
            RelinearizationFirstShare share = new RelinearizationFirstShare(ceremony, party, h0, h1);
            return new RelinearizationRoundOne(ceremony, party, secret, ephemeral, share, draws);
        }
    }

    /** What this party says in the first round. */
    public RelinearizationFirstShare share() {
        return share;
    }

    /**
     * What this party says in the second round; destroys the ephemeral secret.
     *
     * @param sum of all parties' first-round messages, this one's among them
     * @throws IllegalStateException at the second call
     * @throws MultipartyException if the sum lacks this party's own message or is of another ceremony
     */
    public RelinearizationSecondShare roundTwo(RelinearizationSum sum) {
        if (isDestroyed()) {
            throw new IllegalStateException("party " + party
                    + " has answered a first round of this relinearization key before; begin a new ceremony");
        }
        sum.requireOf(ceremony);
        if (!sum.contains(share)) {
            throw new MultipartyException("the sum of the first round holds another message of party " + party
                    + " than it sent; begin a new ceremony");
        }
        List<NttPolynomial> digits = new ArrayList<>();
        try (SmallSecrets second = draws.apply("relinearization second round")) {
            NttPolynomial difference = ephemeral.subtract(secret);
            for (int j = 0; j < share.h0().size(); j++) {
                NttPolynomial left = sum.h0().get(j).multiply(secret);
                NttPolynomial right = sum.h1().get(j).multiply(difference);
                NttPolynomial both = left.add(right);
                NttPolynomial e2 = second.error();
                NttPolynomial e3 = second.error();
                NttPolynomial noise = e2.add(e3);
                digits.add(both.add(noise));
                for (NttPolynomial used : List.of(left, right, both, e2, e3, noise)) {
                    used.destroy();
                }
            }
            difference.destroy();
        } finally {
            destroy();
        }
        return RelinearizationSecondShare.wrap(ceremony, party, sum.rawDigest(), digits);
    }

    @Override
    protected void erase() {
        ephemeral.destroy();
    }

    /** Number and ceremony; never the secret. */
    @Override
    public String toString() {
        return "RelinearizationRoundOne[party " + party + ", " + ceremony + "]";
    }
}

package org.dalrn.fhe.multiparty;

import java.util.Arrays;
import org.dalrn.fhe.ring.AesCtrStream;
import org.dalrn.fhe.ring.CoefficientPolynomial;
import org.dalrn.fhe.ring.NttPolynomial;
import org.dalrn.fhe.ring.NttScratch;
import org.dalrn.fhe.ring.RnsBasis;
import org.dalrn.fhe.ring.Samplers;

/**
 * Small secret polynomials in transformed form; what they pass through on the way is overwritten. Confined to one thread.
 */
final class SmallSecrets implements AutoCloseable {
    private final RnsBasis basis;
    private final AesCtrStream stream;
    private final NttScratch scratch;
    private final int[] draws;

    SmallSecrets(RnsBasis basis, AesCtrStream stream) {
        this.basis = basis;
        this.stream = stream;
        scratch = NttScratch.of(basis.ringDegree());
        draws = new int[basis.ringDegree()];
    }

    /** Coefficients of {-1, 0, 1}. */
    NttPolynomial ternary() {
        Samplers.ternary(stream, draws);
        return transformed();
    }

    /** Coefficients of the error distribution. */
    NttPolynomial error() {
        Samplers.centredBinomial(stream, draws);
        return transformed();
    }

    private NttPolynomial transformed() {
        CoefficientPolynomial coefficients = CoefficientPolynomial.of(basis, draws);
        NttPolynomial values = coefficients.toNtt(scratch);
        coefficients.destroy();
        return values;
    }

    @Override
    public void close() {
        stream.close();
        scratch.clear();
        Arrays.fill(draws, 0);
    }
}

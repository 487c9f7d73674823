package org.dalrn.fhe.ckks;

import java.util.List;
import org.dalrn.fhe.ring.Modulus;
import org.dalrn.fhe.ring.NttPrimes;
import org.dalrn.fhe.rlwe.RlweContext;

/** The only way to parameters that no standard holds for secure: small rings for tests and teaching. */
public final class InsecureParameters {
    private InsecureParameters() {}

    /**
     * Parameters of any size.
     *
     * @param ringDegree N, a power of two, at least 4
     * @param primeBits the chain, the last one special
     */
    public static CkksParameters forTesting(int ringDegree, int... primeBits) {
        return forTesting(ringDegree, NttPrimes.create(ringDegree, primeBits));
    }

    /**
     * Parameters of any primes.
     *
     * @param ringDegree N, a power of two, at least 4
     * @param chain distinct primes, each 1 modulo 2N, the last one special
     */
    public static CkksParameters forTesting(int ringDegree, List<Modulus> chain) {
        return CkksParameters.insecure(RlweContext.of(ringDegree, chain));
    }
}

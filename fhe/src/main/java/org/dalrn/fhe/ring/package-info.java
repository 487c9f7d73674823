/**
 * Exact arithmetic in {@code Z_q[X]/(X^N+1)}: primes, number-theoretic transforms, residue number systems and samplers.
 *
 * <p>{@link org.dalrn.fhe.ring.RnsBasis} is the entry: the moduli of a ring with their transforms. Polynomials are {@link
 * org.dalrn.fhe.ring.CoefficientPolynomial} or {@link org.dalrn.fhe.ring.NttPolynomial}, two types, so that the two
 * representations never mix.
 *
 * <pre>{@code
 * RnsBasis basis = RnsBasis.of(4096, NttPrimes.create(4096, 50, 50));
 * NttPolynomial product = a.toNtt().multiply(b.toNtt());
 * CoefficientPolynomial c = product.toCoefficients();
 * }</pre>
 *
 * <p>Two kernels compute the transform: {@link org.dalrn.fhe.ring.RowNtt} in doubles, for primes below 2^50, which C2
 * vectorises; {@link org.dalrn.fhe.ring.LongNtt} in 64-bit words, for primes up to 2^60. Their results are equal word for
 * word, in the order of Microsoft SEAL (bit-reversed, smallest primitive root).
 *
 * <p>Sources: Longa and Naehrig 2016 (ePrint 2016/504); Harvey 2014 (lazy butterflies); the order of primes, roots and
 * outputs is that of SEAL 4.x.
 */
package org.dalrn.fhe.ring;

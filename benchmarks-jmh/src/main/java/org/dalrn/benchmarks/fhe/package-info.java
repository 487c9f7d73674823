/**
 * How fast the module {@code fhe} is on one thread: transforms, encrypted sums, CKKS.
 *
 * <p>{@link org.dalrn.benchmarks.fhe.FheSuite} runs all of it or some groups:
 *
 * <pre>{@code
 * ./benchmarks-jmh/run fhe
 * ./benchmarks-jmh/run fhe ntt ckks
 * }</pre>
 *
 * <ul>
 *   <li>{@code ntt}: forward transforms of one limb at N = 4096, 8192, 16384, with the prime size of the planned sum and with
 *       60 bits
 *   <li>{@code aggregation}: a million float32 of 100 clients, from a client's encryption to the opened mean, as
 *       {@code SumPlanner} plans it; times, bytes, error, and allocation
 *   <li>{@code ckks}: encryption, decryption, product and rotation at N = 8192 with primes of 60, 40, 40 and 60 bits
 * </ul>
 *
 * <p>A time is the median of 15 rounds of at least 100 ms, each the mean of its repetitions, after 2 s of warm-up; the best and
 * worst round are among the parameters. Results are compared with the plain computation before a figure is printed; a wrong one
 * ends the suite.
 *
 * <p>The peer is Microsoft SEAL: {@code ./benchmarks-jmh/peers/seal/run} measures SEAL 4.0 and 4.4 on the same machine and prints
 * {@code seal_} and the name of the figure here. Its value is the median of single repetitions, which a busy machine raises less
 * than a mean.
 */
@org.jspecify.annotations.NullMarked
package org.dalrn.benchmarks.fhe;

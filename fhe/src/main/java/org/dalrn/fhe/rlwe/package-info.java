/**
 * Keys over RLWE and what is done with keys alone: generation, and switching a polynomial from one key to another.
 *
 * <p>{@link org.dalrn.fhe.rlwe.RlweContext} names the ring and its chain of primes; {@link
 * org.dalrn.fhe.rlwe.SecurityStandard} says how large the modulus may be; {@link org.dalrn.fhe.rlwe.KeyGenerator} makes the keys.
 *
 * <pre>{@code
 * KeyGenerator generator = KeyGenerator.of(context, new SecureRandom());
 * SecretKey secret = generator.secretKey();
 * PublicKey forSenders = generator.publicKey(secret);
 * RelinearizationKey forProducts = generator.relinearizationKey(secret);
 * }</pre>
 *
 * <p>Sources: Lyubashevsky, Peikert and Regev 2010 (ring learning with errors); the conventions are those of SEAL 4.x.
 */
package org.dalrn.fhe.rlwe;

/**
 * Keys over RLWE and what is done with keys alone: generation, and switching a polynomial from one key to another.
 *
 * <p>{@link org.dalrn.fhe.rlwe.RlweContext} names the ring and its chain of primes; {@link
 * org.dalrn.fhe.rlwe.SecurityStandard} says how large the modulus may be.
 */
package org.dalrn.fhe.rlwe;

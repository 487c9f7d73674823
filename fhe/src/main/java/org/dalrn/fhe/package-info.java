/**
 * Homomorphic encryption over RLWE: computing on numbers that stay encrypted. The root holds only {@link
 * org.dalrn.fhe.FheException}, the parent of everything that can be wrong with bytes and answers from outside.
 */
package org.dalrn.fhe;

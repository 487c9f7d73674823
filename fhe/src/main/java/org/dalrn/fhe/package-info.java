/** CKKS homomorphic encryption over RLWE: ring, keys, encoder, evaluator, threshold keys and serialization. */
package org.dalrn.fhe;

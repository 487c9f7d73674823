package org.dalrn.fhe.ckks;

/** What stands in the slots of a vector's last ciphertext that hold none of its numbers. */
public enum VectorPadding {
    /** Zeros, up to the error of the scheme; what encryption makes. */
    ZERO,
    /** The one number of a vector of size 1, in every slot; what makes it fit vectors of any size. */
    REPLICATED,
    /** Anything, as after a sum or a matrix product. Operations that would see it mask it first, for one level. */
    UNKNOWN
}

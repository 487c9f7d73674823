package org.dalrn.fhe.ckks;

/**
 * What a {@link CkksVector} does by itself around an operation. TenSEAL's flags 1, 2 and 4. Each can be switched off
 * ({@link CkksVectors.Builder#automation}); then the caller calls the vector's method of that name.
 */
public enum VectorAutomation {
    /** Brings a product back to two polynomials. */
    RELINEARIZE,
    /** Divides a product by the last data prime, so that its scale is again near that of its factors: one level down. */
    RESCALE,
    /** Lowers the operand of the higher level to that of the other. */
    MOD_SWITCH
}

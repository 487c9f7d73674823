/**
 * CKKS computed by Microsoft SEAL's own C library, interchangeable with the engine written in Java.
 *
 * <p>Entry type: {@link org.dalrn.integrations.seal.SealLibrary}. The library is not part of DALRN: name a {@code libsealc} of
 * version 4 with {@code -Ddalrn.seal.library=/path/to/libsealc.so}.
 *
 * <p>Source: Microsoft SEAL 4.0.0, native/src/seal/c.
 */
@NullMarked
package org.dalrn.integrations.seal;

import org.jspecify.annotations.NullMarked;

/**
 * The values a federation is about: named float32 tensors over one flat buffer, the update a node returns, and the
 * identifiers and hashes that name them.
 *
 * <p>Entry type: {@link org.dalrn.core.model.Parameters}.
 *
 * <pre>{@code
 * ParameterLayout layout = ParameterLayout.of(
 *         new TensorSpec("weights", List.of(20)), new TensorSpec("bias", List.of()));
 * Parameters global = Parameters.zeros(layout);
 * Parameters trained = Parameters.copyOf(layout, floats);
 * ModelUpdate update = new ModelUpdate(trained.minus(global), 303, new TreeMap<>(Map.of("loss", 0.41)));
 * }</pre>
 *
 * <p>Every type here is immutable and thread-safe. The byte form of parameters is everywhere the same: the elements in
 * layout order as little-endian IEEE 754 binary32.
 */
package org.dalrn.core.model;

/** A plain Java program that joins a federation. Entry type: {@link org.dalrn.examples.plain.PriceNode}. */
@org.jspecify.annotations.NullMarked
package org.dalrn.examples.plain;

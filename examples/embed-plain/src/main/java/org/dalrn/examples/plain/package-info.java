/** A plain Java program that joins a federation. */
@org.jspecify.annotations.NullMarked
package org.dalrn.examples.plain;

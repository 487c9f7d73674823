/** Ten nodes learn to read handwritten digits with a DL4J network. */
@org.jspecify.annotations.NullMarked
package org.dalrn.examples.digits;

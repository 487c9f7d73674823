/** Any DL4J network as a trainer of a federation. */
@org.jspecify.annotations.NullMarked
package org.dalrn.dl4j;

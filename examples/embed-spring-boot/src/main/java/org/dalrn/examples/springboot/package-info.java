/** A Spring Boot application that joins a federation. */
@org.jspecify.annotations.NullMarked
package org.dalrn.examples.springboot;

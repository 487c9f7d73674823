/** A Spring Boot application that joins a federation. Entry type: {@link org.dalrn.examples.springboot.ShopApplication}. */
@org.jspecify.annotations.NullMarked
package org.dalrn.examples.springboot;

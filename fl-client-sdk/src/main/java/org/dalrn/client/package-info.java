/** The SDK with which a JVM application joins a federation. */
package org.dalrn.client;

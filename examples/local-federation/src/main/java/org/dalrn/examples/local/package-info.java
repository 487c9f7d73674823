/** A coordinator and node processes on one machine. Entry type: {@link org.dalrn.examples.local.LocalFederation}. */
package org.dalrn.examples.local;

/**
 * Held-out data of the coordinator, by which models and with them contributions are measured.
 *
 * <p>Entry type: {@link org.dalrn.server.utility.UtilityProvider}, which others implement and install.
 */
package org.dalrn.server.utility;

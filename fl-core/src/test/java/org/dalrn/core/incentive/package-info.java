/** What several tests of the incentives share. */
package org.dalrn.core.incentive;

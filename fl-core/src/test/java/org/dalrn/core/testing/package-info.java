/** Generators and references for the tests of this module. */
package org.dalrn.core.testing;

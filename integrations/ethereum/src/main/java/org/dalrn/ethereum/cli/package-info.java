/** {@code dalrn anchor}: anchors from the command line. */
@NullMarked
package org.dalrn.ethereum.cli;

import org.jspecify.annotations.NullMarked;

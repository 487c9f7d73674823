/**
 * The commands that need the client SDK: the server's command line finds them as services.
 *
 * <p>Entry type: {@link org.dalrn.distribution.NodeRunCommand}.
 */
@NullMarked
package org.dalrn.distribution;

import org.jspecify.annotations.NullMarked;

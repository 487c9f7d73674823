/**
 * The {@code dalrn} command line.
 *
 * <p>Entry type: {@code Dalrn}. Other jars add commands through {@link
 * org.dalrn.server.cli.CommandProvider}.
 */
package org.dalrn.server.cli;

/** {@code dalrn ipfs}, found by the command line through {@link org.dalrn.ipfs.cli.IpfsCommands}. */
package org.dalrn.ipfs.cli;

package org.dalrn.server.cli;

/**
 * A command that another jar adds to {@code dalrn}; found by {@link java.util.ServiceLoader}.
 *
 * <p>The command is an object annotated with picocli's {@code @Command}, best a {@code Callable<Integer>} that returns one
 * of {@link ExitCode}'s numbers. It may throw {@link CliException} to end with an error that has a page.
 */
public interface CommandProvider {

    /** The command that it goes below: empty for {@code dalrn} itself, or for instance {@code node}. */
    String parent();

    /** The annotated command; a new object on each call. */
    Object command();
}

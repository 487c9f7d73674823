package org.dalrn.examples.digits;

import org.dalrn.server.cli.CommandProvider;

/** Adds {@code digits} below {@code dalrn demo}. */
public final class DigitsProvider implements CommandProvider {

    /** Made by the service loader. */
    public DigitsProvider() {}

    @Override
    public String parent() {
        return "demo";
    }

    @Override
    public Object command() {
        return new DigitsCommand();
    }
}

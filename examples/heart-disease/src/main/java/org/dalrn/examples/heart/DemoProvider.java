package org.dalrn.examples.heart;

import org.dalrn.server.cli.CommandProvider;

/** Adds {@code demo} to the {@code dalrn} command. */
public final class DemoProvider implements CommandProvider {

    /** Made by the service loader. */
    public DemoProvider() {}

    @Override
    public String parent() {
        return "";
    }

    @Override
    public Object command() {
        return new DemoCommand();
    }
}

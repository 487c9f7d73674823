package org.dalrn.server.cli;

import java.io.Console;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the process is connected to.
 *
 * @param live true for a terminal that understands ANSI sequences
 * @param unicode true if the locale's character set is UTF-8
 * @param width in columns
 */
record Terminal(boolean live, boolean color, boolean unicode, int width) {

    private static final int USUAL_WIDTH = 80;
    private static final Pattern STTY_SIZE = Pattern.compile("[0-9]+ ([1-9][0-9]{0,4})\\s*");

    static Terminal detect(Map<String, String> environment) {
        boolean terminal = isTerminal(System.console()) && !"dumb".equals(environment.get("TERM"));
        // https://no-color.org: any value but the empty one.
        boolean color = environment.getOrDefault("NO_COLOR", "").isEmpty();
        return new Terminal(terminal, color, isUtf8(environment), terminal ? columns(environment) : USUAL_WIDTH);
    }

    RunView.Look look() {
        return live ? new RunView.Look(true, color, unicode, width) : RunView.Look.lines();
    }

    // Since Java 22 there is a console even where there is no terminal, and a method that tells.
    private static boolean isTerminal(@Nullable Console console) {
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException beforeJava22) {
            return true;
        } catch (ReflectiveOperationException defect) {
            throw new IllegalStateException("bug: Console.isTerminal cannot be called", defect);
        }
    }

    private static boolean isUtf8(Map<String, String> environment) {
        for (String variable : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
            String locale = environment.getOrDefault(variable, "");
            if (!locale.isEmpty()) {
                return locale.toUpperCase(Locale.ROOT).replace("-", "").endsWith("UTF8");
            }
        }
        return StandardCharsets.UTF_8.equals(Charset.defaultCharset());
    }

    private static int columns(Map<String, String> environment) {
        String exported = environment.getOrDefault("COLUMNS", "");
        if (exported.matches("[1-9][0-9]{0,4}")) {
            return Integer.parseInt(exported);
        }
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(Path.of("/dev/tty").toFile())
                    .redirectError(Redirect.DISCARD)
                    .start();
            if (stty.waitFor(1, TimeUnit.SECONDS)) {
                String answer = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
                Matcher matcher = STTY_SIZE.matcher(answer);
                return matcher.matches() ? Integer.parseInt(matcher.group(1)) : USUAL_WIDTH;
            }
            stty.destroyForcibly();
            return USUAL_WIDTH;
        } catch (IOException noStty) {
            // Windows, or a very small image.
            return USUAL_WIDTH;
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return USUAL_WIDTH;
        }
    }
}

package org.dalrn.server.settings;

import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: a whole number and one of {@code ms s m h d}, for instance {@code 30s}. */
public final class DurationText {

    private static final Pattern SYNTAX = Pattern.compile("([0-9]{1,9}) ?(ms|s|m|h|d)");

    private DurationText() {}

    /**
     * The duration that a text says.
     *
     * @throws IllegalArgumentException if the text is not spelled like that
     */
    public static Duration parse(String text) {
        Matcher matcher = SYNTAX.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text
                    + "' is no duration; write a whole number and ms, s, m, h or d, for instance 30s or 10m");
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }

    /** A parser of durations between two bounds, both allowed. */
    public static Function<String, Duration> between(Duration least, Duration longest) {
        return text -> {
            Duration value = parse(text);
            if (value.compareTo(least) < 0 || value.compareTo(longest) > 0) {
                throw new IllegalArgumentException(of(value) + " is not in [" + of(least) + ", " + of(longest) + "]");
            }
            return value;
        };
    }

    /** The shortest text that {@link #parse} reads as this duration; parts below a millisecond are left out. */
    public static String of(Duration duration) {
        long millis = duration.toMillis();
        if (millis % 1000 != 0) {
            return millis + "ms";
        }
        long seconds = millis / 1000;
        if (seconds == 0 || seconds % 60 != 0) {
            return seconds + "s";
        }
        long minutes = seconds / 60;
        if (minutes % 60 != 0) {
            return minutes + "m";
        }
        long hours = minutes / 60;
        return hours % 24 != 0 ? hours + "h" : hours / 24 + "d";
    }
}

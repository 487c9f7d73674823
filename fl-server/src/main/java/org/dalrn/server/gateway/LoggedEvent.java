package org.dalrn.server.gateway;

import static java.util.Objects.requireNonNull;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dalrn.core.round.EventText;
import org.dalrn.core.round.RunEvent;

/**
 * An event with its place in its run's log.
 *
 * @param seq 1 for the first event of a run, without gaps
 */
public record LoggedEvent(long seq, RunEvent event) {

    private static final Pattern LINE = Pattern.compile("\\{\"seq\":([0-9]{1,18}),\"event\":(\\{.*})}", Pattern.DOTALL);

    public LoggedEvent {
        requireNonNull(event, "event");
        if (seq < 1) {
            throw new IllegalArgumentException("seq " + seq + " is below 1");
        }
    }

    /** One line of JSON: {@code {"seq":N,"event":E}}, where E is {@link EventText}, byte for byte. */
    public String line() {
        return "{\"seq\":" + seq + ",\"event\":" + EventText.of(event) + "}";
    }

    /**
     * The event that a line tells.
     *
     * @throws IllegalArgumentException if the line is not what {@link #line} writes
     */
    public static LoggedEvent parse(String line) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("a line of events is {\"seq\":N,\"event\":{...}}, not '"
                    + line.substring(0, Math.min(80, line.length())) + "'");
        }
        return new LoggedEvent(Long.parseLong(matcher.group(1)), EventText.parse(matcher.group(2)));
    }
}

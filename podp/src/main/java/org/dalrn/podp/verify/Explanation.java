package org.dalrn.podp.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.PodpException;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.podp.receipt.Artifact;
import org.dalrn.podp.receipt.Receipt;

/**
 * The story of a log for people: a line for each receipt.
 *
 * <p>It verifies nothing. No character that steers a terminal, breaks a line or turns the direction of writing comes out of it,
 * whatever the receipts hold, and no line is longer than 500 characters. Immutable; thread-safe if its tellers are.
 */
public final class Explanation {
    private static final int LONGEST_LINE = 500;
    private static final int LONGEST_VALUE = 40;
    private static final int MOST_FIELDS = 12;
    private static final int HEX_DIGITS_OF_HASH = 12;

    private final Map<String, Teller> tellers = new HashMap<>();

    private Explanation(Collection<Teller> tellers) {
        for (Teller teller : tellers) {
            teller.types().forEach(type -> this.tellers.putIfAbsent(type, teller));
        }
    }

    /**
     * A story in the words of tellers.
     *
     * @param tellers of two that know a type the first tells it; what none knows is told by its fields
     */
    public static Explanation by(Collection<Teller> tellers) {
        return new Explanation(tellers);
    }

    /**
     * Tells a bundle.
     *
     * @param out gets a line for the log and one for each receipt
     * @throws MalformedException if the bundle holds something else than receipts
     * @throws PodpException if the bundle cannot be read
     * @throws UncheckedIOException if {@code out} fails
     */
    public void tell(Bundle bundle, Appendable out) {
        Checkpoint checkpoint = Checkpoint.parse(bundle.checkpoint().text());
        line("log " + checkpoint.origin() + ", " + checkpoint.size() + " receipts, root " + checkpoint.root(), out);
        bundle.forEachEntry(entry -> line(entry.receipt().seq() + "  " + sentence(entry.receipt()), out));
    }

    /** Tells a receipt in one line, without its line feed. */
    public String sentence(Receipt receipt) {
        Teller teller = tellers.get(receipt.facts().type());
        if (teller == null) {
            return printable(byFields(receipt));
        }
        try {
            return printable(teller.tell(receipt));
        } catch (RuntimeException notAsExpected) {
            // The fields of a known type may be anything in a log that nobody verified.
            return printable(byFields(receipt));
        }
    }

    private static String byFields(Receipt receipt) {
        StringBuilder out = new StringBuilder(receipt.facts().type());
        artifacts(" from ", receipt.facts().inputs(), out);
        artifacts(" made ", receipt.facts().outputs(), out);
        SortedMap<String, Object> parameters = receipt.facts().parameters();
        if (!parameters.isEmpty()) {
            out.append(parameters.entrySet().stream()
                    .limit(MOST_FIELDS)
                    .map(field -> shortened(field.getKey()) + "=" + value(field.getValue()))
                    .collect(Collectors.joining(", ", " with ", parameters.size() > MOST_FIELDS ? ", ..." : "")));
        }
        return out.toString();
    }

    private static void artifacts(String word, List<Artifact> artifacts, StringBuilder out) {
        if (!artifacts.isEmpty()) {
            out.append(artifacts.stream()
                    .limit(MOST_FIELDS)
                    .map(artifact ->
                            artifact.role() + " " + artifact.sha256().toString().substring(0, HEX_DIGITS_OF_HASH))
                    .collect(Collectors.joining(", ", word, artifacts.size() > MOST_FIELDS ? ", ..." : "")));
        }
    }

    private static String value(Object tree) {
        if (tree instanceof String string) {
            return shortened(string);
        }
        return tree instanceof List<?> list ? "(" + list.size() + " values)" : "(...)";
    }

    private static String shortened(String text) {
        return text.length() > LONGEST_VALUE ? text.substring(0, LONGEST_VALUE) + "..." : text;
    }

    private static void line(String text, Appendable out) {
        try {
            out.append(printable(text)).append('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Text in which only letters, marks, numbers, punctuation, symbols and spaces are left. */
    static String printable(String text) {
        StringBuilder out = new StringBuilder();
        text.codePoints().limit(LONGEST_LINE).forEach(c -> out.appendCodePoint(isPrintable(c) ? c : '?'));
        return out.toString();
    }

    private static boolean isPrintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}

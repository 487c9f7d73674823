package org.dalrn.server.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Rows of words in columns that are as wide as their longest word. Confined to one thread. */
final class TextTable {

    private final List<List<String>> rows = new ArrayList<>();

    /** A table with these headings; without any, it has none. */
    TextTable(String... headings) {
        if (headings.length > 0) {
            row(headings);
        }
    }

    void row(String... words) {
        rows.add(Arrays.stream(words).map(TextTable::plain).toList());
    }

    /** Foreign words as a terminal may get them: what controls it, or turns the order of letters around, is a question mark. */
    static String plain(String foreign) {
        StringBuilder out = new StringBuilder(foreign.length());
        foreign.codePoints()
                .forEach(c -> out.appendCodePoint(
                        Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c));
        return out.toString();
    }

    void print(PrintStream out) {
        lines().forEach(out::println);
        out.flush();
    }

    /** A line for each row. */
    List<String> lines() {
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        int[] widths = IntStream.range(0, columns).map(this::width).toArray();
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                line.append(row.get(column));
                if (column < row.size() - 1) {
                    line.append(" ".repeat(widths[column] - row.get(column).length() + 3));
                }
            }
            lines.add(line.toString());
        }
        return lines;
    }

    private int width(int column) {
        return rows.stream()
                .filter(row -> column < row.size())
                .mapToInt(row -> row.get(column).length())
                .max()
                .orElse(0);
    }
}

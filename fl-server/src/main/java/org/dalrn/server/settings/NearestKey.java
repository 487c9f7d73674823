package org.dalrn.server.settings;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Which of the right words somebody meant: the one with the smallest Levenshtein distance. */
final class NearestKey {

    private NearestKey() {}

    /** The nearest candidate, if it is near enough to be a slip: at most 2 edits, or a third of the word. */
    static Optional<String> of(String wrong, Collection<String> candidates) {
        int tolerance = Math.max(2, wrong.length() / 3);
        return candidates.stream()
                .filter(candidate -> distance(wrong, candidate) <= tolerance)
                .min(Comparator.<String>comparingInt(candidate -> distance(wrong, candidate))
                        .thenComparing(Comparator.naturalOrder()));
    }

    static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replace = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replace, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}

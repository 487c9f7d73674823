package org.dalrn.podp.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeSet;
import org.dalrn.podp.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * A place where two trees of canonical text differ.
 *
 * @param path names and indices joined by dots
 * @param expected what the one tree has there
 * @param found what the other has
 */
record TreeDifference(String path, String expected, String found) {
    private static final int MOST = 10;

    /** The first differences in the order of the text, at most 10. */
    static List<TreeDifference> between(Object expected, Object found) {
        List<TreeDifference> differences = new ArrayList<>();
        collect("", expected, found, differences);
        return differences;
    }

    private static void collect(String path, Object expected, Object found, List<TreeDifference> into) {
        if (into.size() >= MOST || expected.equals(found)) {
            return;
        }
        if (expected instanceof SortedMap<?, ?> wanted && found instanceof SortedMap<?, ?> there) {
            TreeSet<String> names = new TreeSet<>();
            wanted.keySet().forEach(name -> names.add((String) name));
            there.keySet().forEach(name -> names.add((String) name));
            for (String name : names) {
                collectEither(below(path, MalformedException.excerpt(name)), wanted.get(name), there.get(name), into);
            }
        } else if (expected instanceof List<?> wanted && found instanceof List<?> there) {
            for (int i = 0; i < Math.max(wanted.size(), there.size()); i++) {
                collectEither(
                        below(path, Integer.toString(i)),
                        i < wanted.size() ? wanted.get(i) : null,
                        i < there.size() ? there.get(i) : null,
                        into);
            }
        } else {
            into.add(new TreeDifference(path, words(expected), words(found)));
        }
    }

    private static void collectEither(
            String path, @Nullable Object expected, @Nullable Object found, List<TreeDifference> into) {
        if (expected != null && found != null) {
            collect(path, expected, found, into);
        } else if (into.size() < MOST) {
            into.add(new TreeDifference(
                    path, expected == null ? "nothing" : words(expected), found == null ? "nothing" : words(found)));
        }
    }

    private static String below(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private static String words(Object tree) {
        if (tree instanceof String string) {
            return "'" + MalformedException.excerpt(string) + "'";
        }
        return tree instanceof List<?> list ? "an array of " + list.size() : "an object";
    }
}

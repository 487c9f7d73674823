package org.dalrn.podp.receipt;

import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.regex.Pattern;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.canonical.CanonicalJson;

/**
 * What a step did: its kind, what went in, what came out, and everything else that decides the one from the other.
 *
 * <p>Nothing that may differ when the same step runs again belongs here: time and machine go into a receipt's {@code obs}.
 * Immutable: lists and tree are copied.
 *
 * @param type kind of step and version of its fields, {@code name/version}: name of {@code [a-z0-9.-]}, version a whole number
 *     that is not negative; at most 100 characters
 * @param inputs what went in, in the order that the type defines
 * @param outputs what came out, in the order that the type defines
 * @param parameters a tree of strings, lists and sorted maps as {@link CanonicalJson} defines it, of at most 15 levels
 */
public record Facts(String type, List<Artifact> inputs, List<Artifact> outputs, SortedMap<String, Object> parameters) {
    static final Pattern TYPE = Pattern.compile("[a-z0-9.-]+/(0|[1-9][0-9]*)");
    static final int LONGEST_TYPE = 100;

    /**
     * Checks and copies.
     *
     * @throws IllegalArgumentException if the type is not of the allowed form or the parameters are no tree
     */
    public Facts {
        Objects.requireNonNull(type, "type");
        if (!isType(type)) {
            throw new IllegalArgumentException("type '" + excerpt(type)
                    + "'; allowed is name/version of at most 100 characters, name of [a-z0-9.-], version decimal");
        }
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        parameters = copyOf(parameters);
    }

    static boolean isType(String type) {
        return type.length() <= LONGEST_TYPE && TYPE.matcher(type).matches();
    }

    @SuppressWarnings("unchecked") // a copy of a map from strings is one
    static SortedMap<String, Object> copyOf(SortedMap<String, Object> tree) {
        // Inside a list, as it will be inside a receipt: one level deeper.
        return (SortedMap<String, Object>) ((List<?>) CanonicalJson.copyOf(List.of(tree))).get(0);
    }

    static String excerpt(String text) {
        return MalformedException.excerpt(text);
    }
}

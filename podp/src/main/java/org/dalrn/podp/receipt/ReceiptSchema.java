package org.dalrn.podp.receipt;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.canonical.Scalar;

/** What a tree must be to be a receipt; it collects everything that is not so. Confined to one thread. */
final class ReceiptSchema {
    private static final Set<String> FIELDS =
            new TreeSet<>(Set.of("v", "type", "log", "seq", "prev", "actor", "inputs", "outputs", "parameters", "obs"));
    private static final Set<String> ARTIFACT_FIELDS = new TreeSet<>(Set.of("role", "sha256"));

    /** A receipt of a thousand bad artifacts needs no thousand words. */
    private static final int MOST_FAULTS = 20;

    static final String VERSION = "1";
    static final String HASH = "64 characters of [0-9a-f]";

    private final List<SchemaFault> faults = new ArrayList<>();

    private ReceiptSchema() {}

    static List<SchemaFault> faults(Object tree) {
        ReceiptSchema schema = new ReceiptSchema();
        schema.receipt(tree);
        return List.copyOf(schema.faults);
    }

    private void receipt(Object tree) {
        if (!(tree instanceof SortedMap<?, ?> fields)) {
            add("", "an object", words(tree));
            return;
        }
        names("", fields, FIELDS);
        string(fields, "v", VERSION, VERSION::equals);
        string(fields, "type", "name/version of at most 100 characters, name of [a-z0-9.-]", Facts::isType);
        string(fields, "log", Receipt.LOG, Receipt::isLog);
        string(fields, "seq", "a whole number of 0 or more", ReceiptSchema::isSeq);
        boolean first = "0".equals(fields.get("seq"));
        string(fields, "prev", first ? "empty, as in the first" : HASH, p -> first ? p.isEmpty() : isHash(p));
        string(fields, "actor", HASH, ReceiptSchema::isHash);
        artifacts(fields, "inputs");
        artifacts(fields, "outputs");
        object(fields, "parameters");
        object(fields, "obs");
    }

    private void names(String path, Map<?, ?> fields, Set<String> allowed) {
        for (String name : allowed) {
            if (!fields.containsKey(name)) {
                add(path + name, "there", "missing");
            }
        }
        for (Object name : fields.keySet()) {
            if (!allowed.contains(name)) {
                add(path + MalformedException.excerpt((String) name), "not there", "an unknown field");
            }
        }
    }

    private void artifacts(Map<?, ?> fields, String name) {
        Object tree = fields.get(name);
        if (tree instanceof List<?> list) {
            for (int i = 0; i < list.size() && faults.size() < MOST_FAULTS; i++) {
                String path = name + "." + i;
                if (list.get(i) instanceof SortedMap<?, ?> artifact) {
                    names(path + ".", artifact, ARTIFACT_FIELDS);
                    string(
                            artifact,
                            "role",
                            path + ".role",
                            "1 to 64 characters of [a-z0-9-]",
                            r -> Artifact.ROLE.matcher(r).matches());
                    string(artifact, "sha256", path + ".sha256", HASH, ReceiptSchema::isHash);
                } else {
                    add(path, "an object of role and sha256", words(list.get(i)));
                }
            }
        } else if (tree != null) {
            add(name, "an array", words(tree));
        }
    }

    private void object(Map<?, ?> fields, String name) {
        Object tree = fields.get(name);
        if (tree != null && !(tree instanceof SortedMap<?, ?>)) {
            add(name, "an object", words(tree));
        }
    }

    private interface Rule {
        boolean allows(String value);
    }

    private void string(Map<?, ?> fields, String name, String expected, Rule rule) {
        string(fields, name, name, expected, rule);
    }

    private void string(Map<?, ?> fields, String name, String path, String expected, Rule rule) {
        Object value = fields.get(name);
        if (value != null && !(value instanceof String string && rule.allows(string))) {
            add(path, expected, words(value));
        }
    }

    private void add(String path, String expected, String found) {
        if (faults.size() < MOST_FAULTS) {
            faults.add(new SchemaFault(path, expected, found));
        }
    }

    private static String words(Object tree) {
        if (tree instanceof String string) {
            return "'" + MalformedException.excerpt(string) + "'";
        }
        return tree instanceof List<?> ? "an array" : "an object";
    }

    private static boolean isSeq(String text) {
        try {
            return Scalar.toLong(text) >= 0;
        } catch (MalformedException noNumber) {
            return false;
        }
    }

    private static boolean isHash(String text) {
        try {
            return text.length() == 2 * Sha256Hash.SIZE_BYTES && Sha256Hash.parse(text) != null;
        } catch (MalformedException noHash) {
            return false;
        }
    }
}

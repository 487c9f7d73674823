package org.dalrn.core.round;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The part of JSON that event texts are made of: objects, arrays and strings, written in one way only.
 *
 * <p>RFC 8785 (JCS) without numbers, booleans and null: keys sorted by UTF-16 code units, no white space, the shortest
 * escapes. {@link #read} refuses every other spelling, so two texts are equal exactly if their trees are. One addition:
 * a surrogate without its other half, which RFC 8785 forbids and UTF-8 cannot carry, is written as an escape.
 *
 * <p>A tree is a {@code String}, a {@code List} of trees or a {@code SortedMap} from {@code String} to trees.
 */
final class CanonicalJson {

    private static final int DEEPEST = 16;

    private final String text;
    private int position;

    private CanonicalJson(String text) {
        this.text = text;
    }

    static String write(Object tree) {
        StringBuilder out = new StringBuilder();
        write(tree, out);
        return out.toString();
    }

    /**
     * @throws IllegalArgumentException if the text is not in canonical form, with the position of the fault
     */
    static Object read(String text) {
        CanonicalJson reader = new CanonicalJson(text);
        Object tree = reader.value(0);
        if (reader.position != text.length()) {
            throw reader.fault("the end");
        }
        return tree;
    }

    private static void write(Object tree, StringBuilder out) {
        if (tree instanceof String string) {
            writeString(string, out);
        } else if (tree instanceof List<?> list) {
            out.append('[');
            String separator = "";
            for (Object element : list) {
                out.append(separator);
                write(element, out);
                separator = ",";
            }
            out.append(']');
        } else if (tree instanceof SortedMap<?, ?> map) {
            out.append('{');
            String separator = "";
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                out.append(separator);
                writeString((String) entry.getKey(), out);
                out.append(':');
                write(entry.getValue(), out);
                separator = ",";
            }
            out.append('}');
        } else {
            throw new IllegalStateException("bug: " + tree.getClass() + " has no canonical text");
        }
    }

    private static void writeString(String string, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\b' -> out.append("\\b");
                case '\t' -> out.append("\\t");
                case '\n' -> out.append("\\n");
                case '\f' -> out.append("\\f");
                case '\r' -> out.append("\\r");
                default -> {
                    if (c < 0x20 || isLoneSurrogate(string, i)) {
                        out.append("\\u").append(HexFormat.of().toHexDigits(c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    private static boolean isLoneSurrogate(String string, int i) {
        char c = string.charAt(i);
        if (Character.isHighSurrogate(c)) {
            return i + 1 == string.length() || !Character.isLowSurrogate(string.charAt(i + 1));
        }
        return Character.isLowSurrogate(c) && (i == 0 || !Character.isHighSurrogate(string.charAt(i - 1)));
    }

    private Object value(int depth) {
        if (depth > DEEPEST) {
            throw fault("at most " + DEEPEST + " levels");
        }
        return switch (peek()) {
            case '"' -> string();
            case '[' -> array(depth);
            case '{' -> object(depth);
            default -> throw fault("a string, array or object");
        };
    }

    private List<Object> array(int depth) {
        expect('[');
        List<Object> list = new ArrayList<>();
        if (peek() != ']') {
            list.add(value(depth + 1));
            while (peek() == ',') {
                position++;
                list.add(value(depth + 1));
            }
        }
        expect(']');
        return list;
    }

    private SortedMap<String, Object> object(int depth) {
        expect('{');
        SortedMap<String, Object> map = new TreeMap<>();
        if (peek() != '}') {
            member(map, depth);
            while (peek() == ',') {
                position++;
                member(map, depth);
            }
        }
        expect('}');
        return map;
    }

    private void member(SortedMap<String, Object> map, int depth) {
        String key = string();
        if (!map.isEmpty() && map.lastKey().compareTo(key) >= 0) {
            throw fault("a key after '" + map.lastKey() + "'");
        }
        expect(':');
        map.put(key, value(depth + 1));
    }

    private String string() {
        int start = position;
        expect('"');
        StringBuilder out = new StringBuilder();
        while (peek() != '"') {
            char c = text.charAt(position++);
            out.append(c == '\\' ? escaped() : c);
        }
        position++;
        // The writer knows the one right spelling: whatever differs from it is not canonical.
        StringBuilder again = new StringBuilder();
        writeString(out.toString(), again);
        if (!text.regionMatches(start, again.toString(), 0, position - start)) {
            position = start;
            throw fault("a string in its shortest form");
        }
        return out.toString();
    }

    private char escaped() {
        char c = peek();
        position++;
        return switch (c) {
            case 'b' -> '\b';
            case 't' -> '\t';
            case 'n' -> '\n';
            case 'f' -> '\f';
            case 'r' -> '\r';
            case '"', '\\' -> c;
            case 'u' -> {
                if (position + 4 > text.length()) {
                    throw fault("four hexadecimal digits");
                }
                int code = 0;
                for (int i = 0; i < 4; i++) {
                    code = code * 16 + Math.max(0, Character.digit(text.charAt(position++), 16));
                }
                yield (char) code;
            }
            default -> throw fault("an escape");
        };
    }

    private char peek() {
        if (position >= text.length()) {
            throw fault("more text");
        }
        return text.charAt(position);
    }

    private void expect(char c) {
        if (peek() != c) {
            throw fault("'" + c + "'");
        }
        position++;
    }

    private IllegalArgumentException fault(String wanted) {
        return new IllegalArgumentException(
                "not canonical JSON at position " + position + " of " + text.length() + ": expected " + wanted);
    }
}

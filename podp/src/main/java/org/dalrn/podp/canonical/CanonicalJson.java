package org.dalrn.podp.canonical;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.dalrn.podp.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * The part of JSON that receipts are written in: objects, arrays and strings, spelled in one way only.
 *
 * <p>RFC 8785 (JCS) in UTF-8, without numbers, booleans and nulls: keys sorted by UTF-16 code units and each once, no white
 * space, the shortest escapes, no half of a surrogate pair. {@link #read} refuses every other spelling, so two texts are
 * equal exactly if their trees are.
 *
 * <p>A tree is a {@code String}, a {@code List} of trees or a {@code SortedMap} from {@code String} to trees.
 *
 * <p>Thread-safe: there is no state. Reading takes time linear in the text's length, and memory of at
 * most some 20 times that length.
 *
 * <p>Source: RFC 8785, sections 3.2.2.2 and 3.2.3; docs/receipts.md, section 1.
 */
public final class CanonicalJson {

    /** The most arrays and objects inside each other. */
    public static final int MAX_LEVELS = 16;

    /** The longest text, in bytes. */
    public static final int MAX_BYTES = 16 << 20;

    private static final HexFormat HEX = HexFormat.of();

    private final byte[] text;
    private int position;

    private CanonicalJson(byte[] text) {
        this.text = text;
    }

    /**
     * Writes a tree.
     *
     * @return the canonical text in UTF-8
     * @throws IllegalArgumentException if {@code tree} is no tree: of other classes, with a map in another order than that of
     *     its keys' UTF-16 code units, with half of a surrogate pair, of more than 16 levels or 16 MiB
     */
    public static byte[] write(Object tree) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        write(tree, out, 0);
        return out.toByteArray();
    }

    /**
     * Reads a canonical text.
     *
     * @return the tree; its lists and maps cannot be changed
     * @throws MalformedException if the text is in any other spelling, has more than 16 levels or more than 16 MiB, with the
     *     position of the fault
     */
    public static Object read(byte[] text) {
        if (text.length > MAX_BYTES) {
            throw new MalformedException(
                    "a canonical text of " + text.length + " bytes; allowed are at most " + MAX_BYTES);
        }
        CanonicalJson reader = new CanonicalJson(text);
        Object tree = reader.value(0);
        if (reader.position != text.length) {
            throw reader.fault("the end");
        }
        return tree;
    }

    /**
     * Copies a tree so that neither its giver nor its receiver can change it.
     *
     * @return an equal tree whose lists and maps cannot be changed
     * @throws IllegalArgumentException as {@link #write}, but for the length
     */
    public static Object copyOf(Object tree) {
        return copyOf(tree, 0);
    }

    private static Object copyOf(Object tree, int level) {
        Objects.requireNonNull(tree, "tree");
        if (tree instanceof String string) {
            checkWellFormed(string);
            return string;
        }
        checkLevel(level + 1);
        if (tree instanceof List<?> list) {
            List<Object> copy = new ArrayList<>(list.size());
            list.forEach(element -> copy.add(copyOf(element, level + 1)));
            return unmodifiable(copy);
        }
        if (tree instanceof SortedMap<?, ?> map) {
            // Our own order, whatever the order of the map was.
            SortedMap<String, Object> copy = new TreeMap<>();
            map.forEach((key, value) -> copy.put(key(key), copyOf(value, level + 1)));
            return Collections.unmodifiableSortedMap(copy);
        }
        throw noTree(tree);
    }

    private static void write(Object tree, ByteArrayOutputStream out, int level) {
        Objects.requireNonNull(tree, "tree");
        if (tree instanceof String string) {
            writeString(string, out);
        } else if (tree instanceof List<?> list) {
            checkLevel(level + 1);
            int before = '[';
            for (Object element : list) {
                out.write(before);
                write(element, out, level + 1);
                before = ',';
            }
            close('[', before, ']', out);
        } else if (tree instanceof SortedMap<?, ?> map) {
            checkLevel(level + 1);
            int before = '{';
            String last = null;
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                String key = key(entry.getKey());
                if (last != null && last.compareTo(key) >= 0) {
                    throw new IllegalArgumentException("a map in an order of its own: '"
                            + MalformedException.excerpt(key) + "' after '" + MalformedException.excerpt(last)
                            + "'; allowed is the natural order of String");
                }
                last = key;
                out.write(before);
                writeString(key, out);
                out.write(':');
                write(entry.getValue(), out, level + 1);
                before = ',';
            }
            close('{', before, '}', out);
        } else {
            throw noTree(tree);
        }
    }

    private static void close(int opening, int before, int closing, ByteArrayOutputStream out) {
        if (before == opening) {
            out.write(opening);
        }
        out.write(closing);
        checkSize(out.size());
    }

    private static void writeString(String string, ByteArrayOutputStream out) {
        checkWellFormed(string);
        checkSize((long) out.size() + string.length());
        out.write('"');
        int plainFrom = 0;
        for (int i = 0; i < string.length(); i++) {
            String escape = escape(string.charAt(i));
            if (escape != null) {
                writePlain(string, plainFrom, i, out);
                out.writeBytes(escape.getBytes(StandardCharsets.US_ASCII));
                plainFrom = i + 1;
            }
        }
        writePlain(string, plainFrom, string.length(), out);
        out.write('"');
        checkSize(out.size());
    }

    private static void writePlain(String string, int from, int to, ByteArrayOutputStream out) {
        if (from < to) {
            out.writeBytes(string.substring(from, to).getBytes(StandardCharsets.UTF_8));
        }
    }

    private static @Nullable String escape(char c) {
        return switch (c) {
            case '"' -> "\\\"";
            case '\\' -> "\\\\";
            case '\b' -> "\\b";
            case '\t' -> "\\t";
            case '\n' -> "\\n";
            case '\f' -> "\\f";
            case '\r' -> "\\r";
            default -> c < 0x20 ? "\\u" + HEX.toHexDigits(c) : null;
        };
    }

    private static String key(Object key) {
        if (key instanceof String string) {
            checkWellFormed(string);
            return string;
        }
        throw noTree(key);
    }

    private static void checkWellFormed(String string) {
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < string.length()
                        && Character.isLowSurrogate(string.charAt(i + 1));
                if (!pair) {
                    throw new IllegalArgumentException("half of a surrogate pair at character " + i
                            + " of a string; allowed is well-formed Unicode");
                }
                i++;
            }
        }
    }

    private static void checkLevel(int level) {
        if (level > MAX_LEVELS) {
            throw new IllegalArgumentException("a tree of more than " + MAX_LEVELS + " levels");
        }
    }

    private static void checkSize(long bytes) {
        if (bytes > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "a tree whose canonical text has more than " + MAX_BYTES + " bytes; put what is large into a blob");
        }
    }

    private static IllegalArgumentException noTree(Object tree) {
        return new IllegalArgumentException(
                tree.getClass() + " is no part of a tree; allowed are String, List and SortedMap with String keys");
    }

    private Object value(int level) {
        return switch (peek()) {
            case '"' -> string();
            case '[' -> array(deeper(level));
            case '{' -> object(deeper(level));
            default -> throw fault("a string, array or object");
        };
    }

    private int deeper(int level) {
        if (level == MAX_LEVELS) {
            throw fault("at most " + MAX_LEVELS + " levels");
        }
        return level + 1;
    }

    private List<Object> array(int level) {
        expect('[');
        if (peek() == ']') {
            position++;
            return List.of();
        }
        List<Object> list = new ArrayList<>();
        list.add(value(level));
        while (peek() == ',') {
            position++;
            list.add(value(level));
        }
        expect(']');
        return unmodifiable(list);
    }

    /** A hostile text is made of millions of tiny lists: those take as little as they can. */
    private static List<Object> unmodifiable(List<Object> list) {
        return list.size() <= 1 ? List.copyOf(list) : Collections.unmodifiableList(list);
    }

    private SortedMap<String, Object> object(int level) {
        expect('{');
        if (peek() == '}') {
            position++;
            return Collections.emptySortedMap();
        }
        SortedMap<String, Object> map = new TreeMap<>();
        String last = member(map, null, level);
        while (peek() == ',') {
            position++;
            last = member(map, last, level);
        }
        expect('}');
        return Collections.unmodifiableSortedMap(map);
    }

    private String member(SortedMap<String, Object> map, @Nullable String last, int level) {
        int start = position;
        String key = string();
        if (last != null && last.compareTo(key) >= 0) {
            position = start;
            throw fault("a key after '" + MalformedException.excerpt(last) + "'");
        }
        expect(':');
        map.put(key, value(level));
        return key;
    }

    private String string() {
        expect('"');
        int start = position;
        while (position < text.length) {
            byte b = text[position];
            if (b == '"') {
                String plain = new String(text, start, position - start, StandardCharsets.ISO_8859_1);
                position++;
                return plain;
            }
            if (b < 0x20 || b == '\\') {
                return stringWithMore(start);
            }
            position++;
        }
        throw fault("more text");
    }

    /** The rest of a string that holds escapes or characters outside ASCII, which are negative as bytes. */
    private String stringWithMore(int start) {
        StringBuilder out = new StringBuilder(new String(text, start, position - start, StandardCharsets.ISO_8859_1));
        while (true) {
            int b = peek();
            if (b == '"') {
                position++;
                return out.toString();
            } else if (b == '\\') {
                out.append(escaped());
            } else if (b >= 0x80) {
                out.appendCodePoint(beyondAscii(b));
            } else if (b >= 0x20) {
                out.append((char) b);
                position++;
            } else {
                throw fault("an escape for a control character");
            }
        }
    }

    private char escaped() {
        int start = position;
        position++;
        int c = peek();
        position++;
        return switch (c) {
            case 'b' -> '\b';
            case 't' -> '\t';
            case 'n' -> '\n';
            case 'f' -> '\f';
            case 'r' -> '\r';
            case '"', '\\' -> (char) c;
            default -> control(start);
        };
    }

    private char control(int start) {
        if (start + 6 <= text.length) {
            int code = 16 * (text[start + 4] - '0') + Character.digit(text[start + 5], 16);
            String spelling = new String(text, start, 6, StandardCharsets.ISO_8859_1);
            // The writer knows the one right spelling of an escape.
            if (code >= 0 && code < 0x20 && spelling.equals(escape((char) code))) {
                position = start + 6;
                return (char) code;
            }
        }
        position = start;
        throw fault("an escape in its shortest form");
    }

    /** The code point of a well-formed UTF-8 sequence, Unicode 15 table 3-7: shortest form, no surrogates. */
    private int beyondAscii(int first) {
        int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
        if (first >= 0xc2 && first <= 0xf4 && position + more < text.length) {
            int code = first & (0x3f >> more);
            boolean wellFormed = true;
            for (int i = 1; i <= more; i++) {
                wellFormed &= (text[position + i] & 0xc0) == 0x80;
                code = (code << 6) | (text[position + i] & 0x3f);
            }
            boolean shortest = code >= (more == 3 ? 0x10000 : more == 2 ? 0x800 : 0x80);
            boolean character = code <= Character.MAX_CODE_POINT && (code < 0xd800 || code > 0xdfff);
            if (wellFormed && shortest && character) {
                position += more + 1;
                return code;
            }
        }
        throw fault("well-formed UTF-8");
    }

    private int peek() {
        if (position >= text.length) {
            throw fault("more text");
        }
        return text[position] & 0xff;
    }

    private void expect(char c) {
        if (peek() != c) {
            throw fault("'" + c + "'");
        }
        position++;
    }

    private MalformedException fault(String wanted) {
        return new MalformedException(
                "not canonical JSON at byte " + position + " of " + text.length + ": expected " + wanted);
    }
}

package org.dalrn.server.settings;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.dalrn.core.model.ConfigValue;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.settings.SettingsException.Fault;
import org.jspecify.annotations.Nullable;

/**
 * A YAML or JSON document that is read key by key while faults are collected. Confined to one thread.
 *
 * <p>Each reading method returns a supplier: ask it only after {@link #throwIfFaulty}. A key that nobody asked for is a
 * fault too, with the nearest key that somebody asked for.
 */
public final class Settings {

    private static final StreamReadConstraints BOUNDS = StreamReadConstraints.builder()
            .maxDocumentLength(4L << 20)
            .maxNestingDepth(16)
            .maxStringLength(64 << 10)
            .maxNameLength(512)
            .build();
    private static final YAMLFactory YAML = YAMLFactory.builder()
            .streamReadConstraints(BOUNDS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(BOUNDS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private static final Pattern EXPONENT = Pattern.compile("[-+]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)[eE][-+]?[0-9]{1,3}");

    private final String source;
    private final boolean yaml;
    private final ErrorCode code;
    private final List<Fault> faults = new ArrayList<>();
    private final List<Section> sections = new ArrayList<>();
    private final Section root;

    private Settings(String source, String text, ErrorCode code, JsonFactory format) {
        this.source = requireNonNull(source, "source");
        this.code = requireNonNull(code, "code");
        this.yaml = format == YAML;
        Node document = parse(text, format);
        if (document instanceof Scalar scalar && scalar.isNull()) {
            document = new Mapping(Map.of(), 0);
        }
        if (!(document instanceof Mapping mapping)) {
            throw failure("", document.line(), "is " + document.kind() + ", not keys with values");
        }
        this.root = new Section("", mapping);
    }

    /**
     * A YAML document; an empty one has no keys.
     *
     * @throws SettingsException if the text is no YAML mapping
     */
    public static Settings yaml(String source, String text, ErrorCode code) {
        return new Settings(source, text, code, YAML);
    }

    /**
     * A JSON document.
     *
     * @throws SettingsException if the text is no JSON object
     */
    public static Settings json(String source, String text, ErrorCode code) {
        return new Settings(source, text, code, JSON);
    }

    /** The keys of the document itself. */
    public Section root() {
        return root;
    }

    /** Adds a fault that only the reader of the whole can see, for instance two keys that exclude each other. */
    public void fault(String path, String message) {
        faults.add(new Fault(path, 0, message));
    }

    /**
     * Ends the reading.
     *
     * @throws SettingsException with every fault, in the order of the lines, faults without a line last
     */
    public void throwIfFaulty() {
        for (Section section : sections) {
            section.refuseUnknownKeys();
        }
        if (!faults.isEmpty()) {
            faults.sort(Comparator.comparingInt(fault -> fault.line() == 0 ? Integer.MAX_VALUE : fault.line()));
            throw new SettingsException(code, source, faults);
        }
    }

    /**
     * Puts values together and makes a fault of what the constructor says; none if one of the values is faulty itself, because
     * that one is named already.
     */
    public <T> Supplier<T> build(String path, Supplier<T> constructor) {
        try {
            T value = constructor.get();
            return () -> value;
        } catch (Unreadable alreadyNamed) {
            return new Faulty<>();
        } catch (IllegalArgumentException wrong) {
            fault(path, messageOf(wrong));
            return new Faulty<>();
        }
    }

    /** Stands for a value whose fault is named already. */
    private record Faulty<T>() implements Supplier<T> {
        @Override
        public T get() {
            throw new Unreadable();
        }
    }

    /** A faulty value was asked for. */
    private static final class Unreadable extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        Unreadable() {
            super("bug: a faulty setting is used before throwIfFaulty");
        }
    }

    private static String messageOf(IllegalArgumentException wrong) {
        return String.valueOf(wrong.getMessage());
    }

    private SettingsException failure(String path, int line, String message) {
        return new SettingsException(code, source, List.of(new Fault(path, line, message)));
    }

    private Node parse(String text, JsonFactory format) {
        try (JsonParser parser = format.createParser(text)) {
            if (parser.nextToken() == null) {
                return new Mapping(Map.of(), 0);
            }
            Node node = node(parser);
            if (parser.nextToken() != null) {
                throw failure("", line(parser), "holds more than one document; keep the first");
            }
            return node;
        } catch (JsonProcessingException malformed) {
            JsonLocation at = malformed.getLocation();
            String first = malformed.getOriginalMessage().lines().findFirst().orElse("malformed");
            throw failure("", at == null ? 0 : at.getLineNr(), "is not well-formed: " + first);
        } catch (IOException impossible) {
            throw new UncheckedIOException("bug: reading a string", impossible);
        }
    }

    private static int line(JsonParser parser) {
        return parser.currentTokenLocation().getLineNr();
    }

    private Node node(JsonParser parser) throws IOException {
        int line = line(parser);
        if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
            throw failure("", line, "uses an alias (*name); write the value out");
        }
        JsonToken token = parser.currentToken();
        return switch (token) {
            case START_OBJECT -> {
                Map<String, Node> entries = new LinkedHashMap<>();
                Map<String, Integer> lines = new LinkedHashMap<>();
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String key = parser.currentName();
                    lines.put(key, line(parser));
                    parser.nextToken();
                    entries.put(key, node(parser));
                }
                yield new Mapping(entries, lines, line);
            }
            case START_ARRAY -> {
                List<Node> elements = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    elements.add(node(parser));
                }
                yield new Sequence(elements, line);
            }
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE, VALUE_NULL, VALUE_STRING ->
                new Scalar(token, parser.getText(), line);
            default -> throw failure("", line, "has an unexpected " + token);
        };
    }

    /** What stands at a place of the document. */
    private sealed interface Node {
        int line();

        String kind();
    }

    private record Mapping(Map<String, Node> entries, Map<String, Integer> lines, int line) implements Node {
        Mapping(Map<String, Node> entries, int line) {
            this(entries, Map.of(), line);
        }

        @Override
        public String kind() {
            return "a section";
        }
    }

    private record Sequence(List<Node> elements, int line) implements Node {
        @Override
        public String kind() {
            return "a list";
        }
    }

    private record Scalar(JsonToken token, String text, int line) implements Node {
        boolean isNull() {
            return token == JsonToken.VALUE_NULL;
        }

        @Override
        public String kind() {
            return isNull() ? "empty" : "'" + text + "'";
        }
    }

    /** The keys below one place of the document. */
    public final class Section {
        private final String path;
        private final Mapping mapping;
        private final Set<String> asked = new LinkedHashSet<>();

        private Section(String path, Mapping mapping) {
            this.path = path;
            this.mapping = mapping;
            sections.add(this);
        }

        private String pathOf(String key) {
            return path.isEmpty() ? key : path + "." + key;
        }

        private @Nullable Node find(String key) {
            asked.add(key);
            Node node = mapping.entries().get(key);
            return node instanceof Scalar scalar && scalar.isNull() ? null : node;
        }

        private int lineOf(String key) {
            return mapping.lines().getOrDefault(key, mapping.line());
        }

        /** The section's own key with those that it stands in; empty for the document. */
        public String path() {
            return path;
        }

        /** The keys that are there and that nobody asked for so far. */
        public List<String> unread() {
            return mapping.entries().keySet().stream()
                    .filter(key -> !asked.contains(key))
                    .toList();
        }

        /** Leaves a key out, because its fault is named already. */
        public void skip(String key) {
            asked.add(key);
        }

        /** True if the key has a value. */
        public boolean has(String key) {
            return find(key) != null;
        }

        /** Names a fault of a key that is there. */
        public void fault(String key, String message) {
            faults.add(new Fault(pathOf(key), lineOf(key), message));
        }

        /** The section below a key; without keys if there is none. */
        public Section section(String key) {
            Node node = find(key);
            if (node == null) {
                return new Section(pathOf(key), new Mapping(Map.of(), 0));
            }
            if (node instanceof Mapping below) {
                return new Section(pathOf(key), below);
            }
            fault(key, "is " + node.kind() + ", not keys with values");
            return new Section(pathOf(key), new Mapping(Map.of(), 0));
        }

        /**
         * A value that has a default.
         *
         * @param defaultText read by the same parser as what the file says
         * @param parser throws {@link IllegalArgumentException} with what is wrong, the value, what is allowed
         */
        public <T> Supplier<T> value(String key, String defaultText, Function<String, T> parser) {
            Node node = find(key);
            return node == null ? parsed(key, defaultText, parser) : scalar(key, node, parser);
        }

        /** A value that may be left out. */
        public <T> Supplier<Optional<T>> optional(String key, Function<String, T> parser) {
            Node node = find(key);
            if (node == null) {
                return Optional::empty;
            }
            Supplier<T> value = scalar(key, node, parser);
            return () -> Optional.of(value.get());
        }

        /** A value without which the document is faulty. */
        public <T> Supplier<T> required(String key, String example, Function<String, T> parser) {
            Node node = find(key);
            if (node == null) {
                faults.add(new Fault(pathOf(key), 0, "is missing and has no default; write for instance " + example));
                return new Faulty<>();
            }
            return scalar(key, node, parser);
        }

        /** The list of sections below a key without which the document is faulty. */
        public List<Section> requiredSections(String key, String example) {
            Node node = find(key);
            if (node == null) {
                faults.add(new Fault(pathOf(key), 0, "is missing and has no default; write for instance " + example));
                return List.of();
            }
            List<Section> result = new ArrayList<>();
            if (node instanceof Sequence sequence) {
                int index = 0;
                for (Node element : sequence.elements()) {
                    String elementPath = pathOf(key) + "[" + index++ + "]";
                    if (element instanceof Mapping below) {
                        result.add(new Section(elementPath, below));
                    } else {
                        faults.add(new Fault(
                                elementPath,
                                element.line(),
                                "is " + element.kind() + ", not keys with values; write for instance " + example));
                    }
                }
            } else {
                fault(key, "is " + node.kind() + ", not a list; write for instance " + example);
            }
            return result;
        }

        /** The list of values below a key without which the document is faulty; may be an empty list. */
        public <T> Supplier<List<T>> requiredList(String key, String example, Function<String, T> parser) {
            Node node = find(key);
            if (node == null) {
                faults.add(new Fault(pathOf(key), 0, "is missing and has no default; write for instance " + example));
                return new Faulty<>();
            }
            if (!(node instanceof Sequence sequence)) {
                fault(key, "is " + node.kind() + ", not a list; write for instance " + example);
                return new Faulty<>();
            }
            List<Supplier<T>> values = new ArrayList<>();
            for (Node element : sequence.elements()) {
                values.add(scalar(key, element, parser));
            }
            return () -> values.stream().map(Supplier::get).toList();
        }

        /** All keys that nobody asked for so far, with their values as text, number, integer or flag. */
        public Map<String, ConfigValue> others() {
            Map<String, ConfigValue> result = new LinkedHashMap<>();
            for (Map.Entry<String, Node> entry : mapping.entries().entrySet()) {
                String key = entry.getKey();
                if (asked.contains(key)) {
                    continue;
                }
                asked.add(key);
                try {
                    result.put(key, configValue(entry.getValue()));
                } catch (IllegalArgumentException wrong) {
                    fault(key, messageOf(wrong));
                }
            }
            return Collections.unmodifiableMap(result);
        }

        private ConfigValue configValue(Node node) {
            if (!(node instanceof Scalar scalar) || scalar.isNull()) {
                throw new IllegalArgumentException(
                        "is " + node.kind() + "; allowed are text, a number, an integer, true or false");
            }
            return switch (scalar.token()) {
                case VALUE_TRUE -> ConfigValue.of(true);
                case VALUE_FALSE -> ConfigValue.of(false);
                case VALUE_NUMBER_INT -> ConfigValue.of(NumberText.whole(scalar.text()));
                case VALUE_NUMBER_FLOAT -> ConfigValue.of(NumberText.decimal(scalar.text()));
                // YAML 1.1, which the parser reads, takes 1e-3 for text; nobody who writes it means text.
                default ->
                    yaml && EXPONENT.matcher(scalar.text()).matches()
                            ? ConfigValue.of(NumberText.decimal(scalar.text()))
                            : ConfigValue.of(scalar.text());
            };
        }

        private <T> Supplier<T> scalar(String key, Node node, Function<String, T> parser) {
            if (node instanceof Scalar scalar && !scalar.isNull()) {
                return parsed(key, scalar.text(), parser);
            }
            fault(key, "is " + node.kind() + ", not a single value");
            return new Faulty<>();
        }

        private <T> Supplier<T> parsed(String key, String text, Function<String, T> parser) {
            try {
                T value = parser.apply(text);
                return () -> value;
            } catch (IllegalArgumentException wrong) {
                fault(key, messageOf(wrong));
                return new Faulty<>();
            }
        }

        private void refuseUnknownKeys() {
            for (String key : mapping.entries().keySet()) {
                if (!asked.contains(key)) {
                    fault(
                            key,
                            NearestKey.of(key, asked)
                                    .map(near -> "is unknown; did you mean '" + near + "'?")
                                    .orElse("is unknown; allowed here: " + String.join(", ", asked)));
                }
            }
        }

        /** The nearest of the keys that were asked for, for a fault's message. */
        public Optional<String> nearest(String key) {
            return NearestKey.of(
                    key, asked.stream().filter(known -> !known.equals(key)).toList());
        }
    }
}

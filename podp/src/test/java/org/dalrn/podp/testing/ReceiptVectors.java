package org.dalrn.podp.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/** What vectors/receipts/make.py (Python's json, hashlib and cryptography) made. */
public final class ReceiptVectors {
    public static final JsonNode ALL = read();

    private ReceiptVectors() {}

    private static JsonNode read() {
        try (InputStream in =
                Objects.requireNonNull(ReceiptVectors.class.getResourceAsStream("/vectors/receipts/receipts.json"))) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static byte[] bytes(JsonNode hex) {
        return HexFormat.of().parseHex(hex.asText());
    }

    public static List<JsonNode> log() {
        List<JsonNode> entries = new ArrayList<>();
        ALL.get("log").forEach(entries::add);
        return entries;
    }

    /** The tree as podp's canonical text takes it. */
    public static Object tree(JsonNode node) {
        if (node.isTextual()) {
            return node.asText();
        }
        if (node.isArray()) {
            List<Object> list = new ArrayList<>();
            node.forEach(element -> list.add(tree(element)));
            return list;
        }
        SortedMap<String, Object> map = new TreeMap<>();
        node.properties().forEach(field -> map.put(field.getKey(), tree(field.getValue())));
        return map;
    }
}

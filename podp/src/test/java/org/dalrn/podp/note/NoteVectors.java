package org.dalrn.podp.note;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The files that {@code vectors/note/produce.py} wrote (Python, package cryptography 48.0.0, OpenSSL's Ed25519). */
final class NoteVectors {

    private NoteVectors() {}

    static JsonNode read(String file) {
        try (InputStream in = NoteVectors.class.getResourceAsStream("/vectors/note/" + file)) {
            return new ObjectMapper().readTree(Objects.requireNonNull(in, file));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    static List<String> strings(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(element -> texts.add(element.textValue()));
        return texts;
    }
}

package org.dalrn.examples.heart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;

/** Reference values from src/test/resources/vectors; each file names its producer, command and date. */
final class Vectors {
    private Vectors() {}

    static JsonNode read(String file) throws IOException {
        try (InputStream stream = Vectors.class.getResourceAsStream("/vectors/" + file)) {
            return new ObjectMapper().readTree(stream);
        }
    }

    static double[] doubles(JsonNode array) {
        double[] values = new double[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).asDouble();
        }
        return values;
    }

    static int[] ints(JsonNode array) {
        int[] values = new int[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).asInt();
        }
        return values;
    }
}

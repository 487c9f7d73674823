package org.dalrn.ethereum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve(Journal.FILE_NAME);
    }

    private void write(String... values) {
        try (Journal journal = Journal.open(folder)) {
            for (String value : values) {
                journal.append(JsonRpc.MAPPER.createObjectNode().put("v", value));
            }
        }
    }

    private String read() {
        try (Journal journal = Journal.open(folder)) {
            StringBuilder text = new StringBuilder();
            for (JsonNode line : journal.read()) {
                text.append(line.path("v").asText());
            }
            return text.toString();
        }
    }

    @Test
    void append_isThereAgain() {
        write("a", "b");
        write("c\n\u00e9");
        assertThat(read()).isEqualTo("abc\n\u00e9");
    }

    @Test
    void cutOffAnywhere_losesTheLastLineOnly() throws IOException {
        write("a", "b");
        byte[] whole = Files.readAllBytes(file);
        int first = whole.length / 2;
        for (int length = first; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThat(read()).isEqualTo("a");
            write("c");
            assertThat(read()).isEqualTo("ac");
        }
    }

    @Test
    void anyFlippedByteOfALine_keepsItFromOpening() throws IOException {
        write("a", "b");
        byte[] whole = Files.readAllBytes(file);
        for (int i = 0; i < whole.length - 1; i++) {
            byte[] flipped = whole.clone();
            flipped[i] ^= 1;
            Files.write(file, flipped);
            assertThatThrownBy(this::read)
                    .as("byte %d", i)
                    .isInstanceOf(JournalDamagedException.class)
                    .hasMessageContaining("was changed; bring back the file");
        }
    }

    @Test
    void open_twice_isRefused() {
        try (Journal first = Journal.open(folder)) {
            assertThat(first.read()).isEmpty();
            assertThatThrownBy(() -> Journal.open(folder))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("is in use");
        }
    }

    @Test
    void linesThatContradictEachOther_keepAnOutboxFromOpening() throws IOException {
        AccountKey key = Federation.key("owner");
        EthereumSettings settings =
                EthereumSettings.of(java.net.URI.create("http://127.0.0.1:1"), 1, Federation.GWEI, folder);
        for (String line : new String[] {
            "{\"is\":\"final\",\"id\":0}", "{\"is\":\"added\",\"id\":1}", "{\"is\":\"unheard\",\"id\":-1}"
        }) {
            Files.deleteIfExists(file);
            Outbox.open(settings, key, () -> Instant.EPOCH, new Random(1), Repetition.NEVER)
                    .close();
            CRC32 sum = new CRC32();
            sum.update(line.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            Files.writeString(file, Files.readString(file) + String.format("%08x", sum.getValue()) + " " + line + "\n");
            assertThatThrownBy(() -> Outbox.open(settings, key, () -> Instant.EPOCH, new Random(1), Repetition.NEVER))
                    .isInstanceOf(JournalDamagedException.class)
                    .hasMessageContaining("which was not added");
            // And lets go of it.
            Journal.open(folder).close();
        }
    }
}

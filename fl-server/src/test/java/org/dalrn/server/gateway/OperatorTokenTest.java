package org.dalrn.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OperatorTokenTest {

    @TempDir
    Path folder;

    @Test
    void readOrCreate_firstStart_makesAFileForItsOwnerOnly() throws IOException {
        Path file = folder.resolve("data/operator.token");
        OperatorToken token = OperatorToken.readOrCreate(file, new SecureRandom());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        String text = Files.readString(file).strip();
        assertThat(text).matches("[A-Za-z0-9_-]{43}");
        assertThat(token.matches(text)).isTrue();
        assertThat(OperatorToken.readOrCreate(file, new SecureRandom()).matches(text))
                .isTrue();
        assertThat(Files.readString(file).strip()).isEqualTo(text);
    }

    @Test
    void matches_anotherText_isFalse() {
        OperatorToken token = OperatorToken.of("x".repeat(32));
        assertThat(token.matches("x".repeat(31))).isFalse();
        assertThat(token.matches("x".repeat(33))).isFalse();
        assertThat(token.matches("")).isFalse();
        assertThat(token.matches("x".repeat(31) + "y")).isFalse();
    }

    @Test
    void of_shortText_isRefusedWithoutShowingIt() {
        assertThatThrownBy(() -> OperatorToken.of("hunter2"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not these 7")
                .hasMessageNotContaining("hunter2");
        assertThat(OperatorToken.of("y".repeat(40)).toString()).doesNotContain("yy");
    }
}

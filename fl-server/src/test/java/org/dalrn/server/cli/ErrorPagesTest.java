package org.dalrn.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.dalrn.protocol.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorPagesTest {

    private static final Path PAGES = Path.of("../docs/errors");

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void code_hasAPageWithMeaningCauseAndFix(ErrorCode code) throws IOException {
        String page = Files.readString(PAGES.resolve(code.label() + ".md"));
        assertThat(page).startsWith("# " + code.label() + " " + code + "\n");
        assertThat(page.lines().filter(line -> line.startsWith("## ")))
                .containsExactly("## Meaning", "## Cause", "## Fix");
        for (String part : page.split("## (Meaning|Cause|Fix)\n", -1)) {
            assertThat(part.strip()).hasSizeGreaterThan(20);
        }
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void code_standsInTheIndexWithItsExitCode(ErrorCode code) throws IOException {
        assertThat(Files.readString(PAGES.resolve("README.md")))
                .contains("| [" + code.label() + "](" + code.label() + ".md) | " + code + " | "
                        + (code.retryable() ? "yes" : "no") + " |")
                .contains("| " + ExitCode.of(code).number() + " | ");
    }

    @Test
    void pages_areOfKnownCodesOnly() throws IOException {
        try (Stream<Path> files = Files.list(PAGES)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> !name.equals("README.md")))
                    .containsExactlyInAnyOrderElementsOf(Arrays.stream(ErrorCode.values())
                            .map(code -> code.label() + ".md")
                            .toList());
        }
    }
}

package org.dalrn.ethereum;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Compiles the sources again, with solc 0.8.24 from npm, and compares with what is checked in, byte for byte. */
class ContractsTest {

    private static void compare(Path sources, Path checkedIn) throws IOException, InterruptedException {
        Path home = Anvil.peers();
        List<String> command = new ArrayList<>(
                List.of("node", Path.of("peers/compile.js").toAbsolutePath().toString()));
        try (Stream<Path> files = Files.list(sources)) {
            files.sorted().forEach(file -> command.add(file.toAbsolutePath().toString()));
        }
        Path errors = Files.createTempFile("solc", ".txt");
        try {
            Process node = new ProcessBuilder(command)
                    .directory(home.toFile())
                    .redirectError(errors.toFile())
                    .start();
            byte[] compiled;
            try (InputStream out = node.getInputStream()) {
                compiled = out.readAllBytes();
            }
            assertThat(node.waitFor()).as(Files.readString(errors)).isZero();
            assertThat(new String(compiled, StandardCharsets.UTF_8)).isEqualTo(Files.readString(checkedIn));
        } finally {
            Files.delete(errors);
        }
    }

    @Test
    void contracts_areWhatTheSourcesCompileTo() throws Exception {
        compare(Path.of("src/main/solidity"), Path.of("src/main/resources/org/dalrn/ethereum/contracts.json"));
    }

    @Test
    void receivers_areWhatTheSourcesCompileTo() throws Exception {
        compare(Path.of("src/test/solidity"), Path.of("src/test/resources/org/dalrn/ethereum/receivers.json"));
    }

    @Test
    void contracts_haveTheFunctionsThatAreCalled() {
        List<String> functions = new ArrayList<>();
        for (JsonNode part : CompiledContract.CHECKPOINT_ANCHOR.abi()) {
            if (part.path("type").asText().equals("function")) {
                functions.add(part.path("name").asText());
            }
        }
        assertThat(functions)
                .containsExactlyInAnyOrder(
                        "acceptAdministration",
                        "acceptOrigin",
                        "addPublisher",
                        "administrator",
                        "anchor",
                        "anchorBatch",
                        "batch",
                        "head",
                        "offerAdministration",
                        "offerOrigin",
                        "offeredAdministrator",
                        "offeredOwner",
                        "publishers",
                        "register",
                        "revokePublisher");
    }
}

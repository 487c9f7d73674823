package org.dalrn.ipfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dalrn.ipfs.store.ScriptedServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The snippet that users copy is {@link Archive}, which the compiler checks. */
class ReadmeTest {
    private static final byte[] HELLO = "hello DALRN".getBytes(StandardCharsets.US_ASCII);
    private static final String CID = "bafkreidaegucmtilt6apthefvr6mfrykqcxltuinntowhrhiizokgaxjru";

    @TempDir
    Path folder;

    @Test
    void snippet_inReadme_isTheCompiledClass() throws Exception {
        String readme = Files.readString(Path.of("README.md"));
        String snippet = readme.substring(readme.indexOf("```java\n") + 8, readme.indexOf("```\n\nThe CID"));
        String compiled = Files.readString(Path.of("src/test/java/org/dalrn/ipfs/Archive.java"));

        // The formatter may break lines elsewhere; the private constructor is only for the linter.
        assertThat(withoutSpace(compiled.replace("private Archive() {}", ""))).endsWith(withoutSpace(snippet));
    }

    @Test
    void snippet_storesAndFetches() throws Exception {
        Path bundle = Files.write(folder.resolve("bundle"), HELLO);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ScriptedServer server = ScriptedServer.start((request, answer) -> ScriptedServer.answer(
                answer,
                200,
                request.line().startsWith("GET")
                        ? "hello DALRN"
                        : "{\"Key\":\"" + CID + "\",\"Size\":11,\"Pins\":[\"" + CID + "\"]}"))) {
            Cid cid = Archive.store(bundle, server.uri());
            assertThat(cid).hasToString(CID);
            Archive.fetch(cid, server.uri(), out);
        }
        assertThat(out.toByteArray()).isEqualTo(HELLO);
    }

    private static String withoutSpace(String text) {
        return text.replaceAll("\\s+", "");
    }
}

package org.dalrn.integrations.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealLibraryTest {
    @TempDir
    Path folder;

    @Test
    void load_noFile_saysHowToGetOne() {
        Path missing = folder.resolve("libsealc.so");
        assertThatThrownBy(() -> SealLibrary.load(missing))
                .isInstanceOf(SealException.class)
                .hasMessageContaining(missing.toString())
                .hasMessageContaining("dalrn.seal.library")
                .hasMessageContaining("integrations/seal/peers/install");
    }

    @Test
    void load_noLibrary_isRefused() throws IOException {
        Path text = Files.writeString(folder.resolve("libsealc.so"), "not a library");
        assertThatThrownBy(() -> SealLibrary.load(text))
                .isInstanceOf(SealException.class)
                .hasMessageContaining("is not a SEAL C library that this machine can load");
    }

    @Test
    void load_seal_tellsItsVersion() {
        assertThat(Peers.library().version()).startsWith("4.");
        assertThat(Peers.library()).hasToString("SEAL " + Peers.library().version());
    }
}

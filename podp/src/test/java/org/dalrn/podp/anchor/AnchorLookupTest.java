package org.dalrn.podp.anchor;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;

class AnchorLookupTest {

    @Test
    void open_withoutAProvider_isEmpty() {
        assertThat(AnchorLookup.open(URI.create("http://127.0.0.1:8545"), "0x00"))
                .isEmpty();
    }
}

package org.dalrn.ipfs;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Any text, any bytes either are the one spelling of a CID or number, or are refused with an {@link IpfsFormatException}. */
class CidFuzzTest {
    @FuzzTest(maxDuration = "30s")
    void read_ofAnything_isTheOneSpellingOrRefused(FuzzedDataProvider data) {
        try {
            switch (data.consumeInt(0, 3)) {
                case 0 -> parse(data.consumeRemainingAsString());
                case 1 -> parse("bafkrei" + data.consumeRemainingAsAsciiString());
                case 2 -> {
                    byte[] bytes = data.consumeRemainingAsBytes();
                    ByteBuffer in = ByteBuffer.wrap(bytes);
                    byte[] read = Cid.read(in).toByteArray();
                    assertThat(read).isEqualTo(Arrays.copyOf(bytes, in.position()));
                }
                default -> {
                    byte[] bytes = data.consumeRemainingAsBytes();
                    ByteBuffer in = ByteBuffer.wrap(bytes);
                    ByteArrayOutputStream out = new ByteArrayOutputStream();
                    Varint.write(out, Varint.read(in));
                    assertThat(out.toByteArray()).isEqualTo(Arrays.copyOf(bytes, in.position()));
                }
            }
        } catch (IpfsFormatException expected) {
            // Refused: the other allowed outcome.
        }
    }

    private static void parse(String text) {
        assertThat(Cid.parse(text)).hasToString(text);
    }
}

package org.dalrn.ipfs.unixfs;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import org.dalrn.ipfs.IpfsFormatException;

/** Any bytes either are the one form of a node and of its data, or are refused with an {@link IpfsFormatException}. */
class DagPbFuzzTest {
    @FuzzTest(maxDuration = "30s")
    void decode_ofAnyBytes_isTheOneFormOrRefused(FuzzedDataProvider data) {
        boolean node = data.consumeBoolean();
        byte[] bytes = data.consumeRemainingAsBytes();
        try {
            if (node) {
                DagPbNode read = DagPbNode.decode(ByteBuffer.wrap(bytes));
                assertThat(read.encode()).isEqualTo(bytes);
                assertThat(ByteBuffer.wrap(UnixFsData.decode(read.data()).encode()))
                        .isEqualTo(read.data());
            } else {
                assertThat(UnixFsData.decode(ByteBuffer.wrap(bytes)).encode()).isEqualTo(bytes);
            }
        } catch (IpfsFormatException expected) {
            // Refused: the other allowed outcome.
        }
    }
}

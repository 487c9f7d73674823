package org.dalrn.podp.anchor;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.dalrn.podp.MalformedException;

/** Texts of the fuzzer's choice, half of them behind genuine first lines: what is read is written the same way, or it is refused. */
class AnchorProofFuzzTest {

    private static final byte[] START =
            """
            dalrn/anchor-proof/v1
            chain eip155:31337
            contract 0x5fbdb2315678afecb367f032d93f642f64180aa3
            account 0x70997970c51812dc3a010c7d01b50e0d17dc79c8
            transaction 0x434fe0b6f57eb450b343e2d524ccc897f93b0d82bb7ed12bd5bbafc1952c6f88
            block\s"""
                    .getBytes(StandardCharsets.US_ASCII);

    @FuzzTest(maxDuration = "30s")
    void parse_ofAnyBytes_readsOrRefuses(byte[] data) {
        if (data.length == 0) {
            return;
        }
        byte[] text = Arrays.copyOfRange(data, 1, data.length);
        if ((data[0] & 1) == 1) {
            text = Arrays.copyOf(START, START.length + data.length - 1);
            System.arraycopy(data, 1, text, START.length, data.length - 1);
        }
        AnchorProof proof;
        try {
            proof = AnchorProof.parse(text);
        } catch (MalformedException refused) {
            return;
        }
        if (!Arrays.equals(proof.text(), text)) {
            throw new AssertionError("read in another spelling than it is written: " + proof);
        }
    }
}

package org.dalrn.ipfs.car;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.dalrn.ipfs.Block;
import org.dalrn.ipfs.Cid;
import org.dalrn.ipfs.Codec;
import org.dalrn.ipfs.IpfsException;

/** Any bytes either are the one form of an archive, or are refused with an {@link IpfsException}. */
class CarFuzzTest {
    @FuzzTest(maxDuration = "30s")
    void read_ofAnyBytes_isTheOneFormOrRefused(FuzzedDataProvider data) throws IOException {
        requireOneFormOrRefused(data.consumeBoolean() ? changedArchive(data) : data.consumeRemainingAsBytes());
    }

    /** Chance alone finds no block under its right name. */
    private static byte[] changedArchive(FuzzedDataProvider data) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<Cid> roots = new ArrayList<>();
        for (int i = data.consumeInt(0, 30); i > 0; i--) {
            roots.add(Cid.of(Codec.RAW, new byte[i]));
        }
        CarWriter writer = CarWriter.begin(out, roots);
        for (int i = data.consumeInt(0, 4); i > 0; i--) {
            writer.put(Block.of(data.pickValue(Codec.values()), data.consumeBytes(200)));
        }
        byte[] archive = out.toByteArray();
        for (int i = data.consumeInt(0, 3); i > 0; i--) {
            archive[data.consumeInt(0, archive.length - 1)] = data.consumeByte();
        }
        out.reset();
        out.writeBytes(archive);
        out.writeBytes(data.consumeRemainingAsBytes());
        return out.toByteArray();
    }

    private static void requireOneFormOrRefused(byte[] bytes) throws IOException {
        ByteArrayOutputStream again = new ByteArrayOutputStream();
        try {
            CarReader reader = CarReader.open(new ByteArrayInputStream(bytes));
            CarWriter writer = CarWriter.begin(again, reader.roots());
            for (Optional<Block> block = reader.next(); block.isPresent(); block = reader.next()) {
                writer.put(block.get());
            }
        } catch (IpfsException expected) {
            // Refused: the other allowed outcome.
            return;
        }
        assertThat(again.toByteArray()).isEqualTo(bytes);
    }
}

package org.dalrn.podp.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.dalrn.podp.GoPeer;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.merkle.Frontier;
import org.dalrn.podp.merkle.MerkleTree;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.podp.note.Ed25519KeyPair;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against golang.org/x/mod/sumdb/tlog: its verifying reader reads our tiles, and ours reads the tiles that it writes. */
class TilesInteropTest {
    private static final String ORIGIN = "example.org/interop";

    @TempDir
    Path folder;

    private static List<byte[]> leaves(int from, int to) {
        List<byte[]> leaves = new ArrayList<>();
        for (int i = from; i < to; i++) {
            leaves.add(("leaf " + i).getBytes(UTF_8));
        }
        return leaves;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 255, 256, 257, 511, 1000, 65_535, 65_536, 65_537, 70_000})
    void tiles_writtenHere_areReadByThePeer(int size) throws Exception {
        try (TileLog log = TileLog.open(
                folder, Ed25519KeyPair.generate(new SecureRandom()).signer(ORIGIN))) {
            // Published on the way too: partial tiles that get full later are part of the layout.
            for (int from = 0; from < size; from += 777) {
                log.append(leaves(from, Math.min(from + 777, size)));
                if (from % 10 == 0) {
                    log.publish();
                }
            }
            log.publish();
            byte[] answer = GoPeer.find()
                    .write(
                            nothing -> {},
                            "tiles-read",
                            folder.toString(),
                            String.valueOf(size),
                            log.root().toString());
            assertThat(new String(answer, UTF_8)).isEqualTo(size + "\n");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 255, 256, 257, 511, 1000, 65_535, 65_536, 65_537, 70_000})
    void tiles_writtenByThePeer_areReadHere(int size) throws Exception {
        byte[] answer =
                GoPeer.find().write(nothing -> {}, "tiles-write", folder.toString(), String.valueOf(size));
        List<Sha256Hash> hashes =
                leaves(0, size).stream().map(MerkleTree::leafHash).toList();
        Sha256Hash root = Frontier.EMPTY
                .appendAll(hashes, (level, index, hash) -> {})
                .root();
        assertThat(new String(answer, UTF_8)).isEqualTo(root + "\n");
        LogCheck check = LogCheck.run(TileSource.ofFolder(folder), new Checkpoint(ORIGIN, size, root));
        assertThat(check).isEqualTo(new LogCheck(size, List.of()));
        TileReader reader = TileReader.open(TileSource.ofFolder(folder), new Checkpoint(ORIGIN, size, root));
        for (int i = 0; i < size; i += 501) {
            assertThat(reader.inclusionProof(i).proves(hashes.get(i), root)).isTrue();
        }
    }
}

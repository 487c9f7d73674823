package org.dalrn.podp.merkle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.dalrn.podp.GoPeer;
import org.dalrn.podp.Sha256Hash;
import org.junit.jupiter.api.Test;

/** Against golang.org/x/mod/sumdb/tlog: every root and every proof of every size up to 1,000, both ways. */
class TlogInteropTest {
    private static final int SIZES = 1000;

    private static final List<Sha256Hash> LEAVES = new ArrayList<>();
    private static final List<Sha256Hash> ROOTS = new ArrayList<>();
    private static final Map<Long, Sha256Hash> SUBTREES = new HashMap<>();

    static {
        Frontier frontier = Frontier.EMPTY;
        for (int i = 0; i < SIZES; i++) {
            ROOTS.add(frontier.root());
            Sha256Hash leaf = MerkleTree.leafHash(("leaf " + i).getBytes(UTF_8));
            LEAVES.add(leaf);
            frontier = frontier.appendAll(List.of(leaf), (level, index, hash) -> SUBTREES.put(key(level, index), hash));
        }
        ROOTS.add(frontier.root());
    }

    private static long key(int level, long index) {
        return level * 4096L + index;
    }

    private static Sha256Hash subtree(int level, long index) {
        return Objects.requireNonNull(SUBTREES.get(key(level, index)));
    }

    @Test
    void proofs_ofThePeer_holdHere() throws Exception {
        long[] held = new long[2];
        GoPeer.find()
                .read(
                        stream -> {
                            DataInputStream in = new DataInputStream(new BufferedInputStream(stream, 1 << 20));
                            for (int size = 1; size <= SIZES; size++) {
                                Sha256Hash root = hash(in);
                                assertThat(root).isEqualTo(ROOTS.get(size));
                                for (int index = 0; index < size; index++) {
                                    if (!new InclusionProof(index, size, path(in)).proves(LEAVES.get(index), root)) {
                                        throw new AssertionError("leaf " + index + " of " + size);
                                    }
                                    held[0]++;
                                }
                                for (int from = 1; from <= size; from++) {
                                    if (!new ConsistencyProof(from, size, path(in)).proves(ROOTS.get(from), root)) {
                                        throw new AssertionError("size " + from + " to " + size);
                                    }
                                    held[1]++;
                                }
                            }
                            assertThat(in.read()).isEqualTo(-1);
                        },
                        "tlog-make",
                        String.valueOf(SIZES));
        assertThat(held).containsExactly(500_500, 500_500);
    }

    @Test
    void proofs_builtHere_holdForThePeer() throws Exception {
        byte[] answer = GoPeer.find()
                .write(
                        stream -> {
                            OutputStream out = new BufferedOutputStream(stream, 1 << 20);
                            for (int size = 1; size <= SIZES; size++) {
                                out.write(ROOTS.get(size).toByteArray());
                                for (int index = 0; index < size; index++) {
                                    write(
                                            InclusionProof.build(index, size, TlogInteropTest::subtree)
                                                    .path(),
                                            out);
                                }
                                for (int from = 1; from <= size; from++) {
                                    write(
                                            ConsistencyProof.build(from, size, TlogInteropTest::subtree)
                                                    .path(),
                                            out);
                                }
                            }
                            out.flush();
                        },
                        "tlog-verify",
                        String.valueOf(SIZES));
        assertThat(new String(answer, UTF_8)).isEqualTo("1000 500500 500500\n");
    }

    private static Sha256Hash hash(DataInputStream in) throws IOException {
        byte[] bytes = new byte[Sha256Hash.SIZE_BYTES];
        in.readFully(bytes);
        return Sha256Hash.ofBytes(bytes);
    }

    private static List<Sha256Hash> path(DataInputStream in) throws IOException {
        List<Sha256Hash> path = new ArrayList<>();
        for (int left = in.readUnsignedByte(); left > 0; left--) {
            path.add(hash(in));
        }
        return path;
    }

    private static void write(List<Sha256Hash> path, OutputStream out) throws IOException {
        out.write(path.size());
        for (Sha256Hash hash : path) {
            out.write(hash.toByteArray());
        }
    }
}

package org.dalrn.podp.merkle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.Sha256Hash;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Against {@link RecursiveTree} and the vectors of make-vectors.py, which both follow the definitions of RFC 9162. */
class ProofTest {
    private static final int SIZES = 66;

    private static final List<byte[]> LEAVES = RecursiveTree.someLeaves(SIZES);
    private static final RecursiveTree TREE = new RecursiveTree(LEAVES);
    private static final List<Sha256Hash> HASHES =
            LEAVES.stream().map(MerkleTree::leafHash).toList();
    private static final List<Sha256Hash> ROOTS = roots();

    private static List<Sha256Hash> roots() {
        List<Sha256Hash> roots = new ArrayList<>();
        for (int size = 0; size <= SIZES; size++) {
            roots.add(TREE.root(0, size));
        }
        return roots;
    }

    private static Sha256Hash flipped(Sha256Hash hash) {
        byte[] bytes = hash.toByteArray();
        bytes[31] ^= 1;
        return Sha256Hash.ofBytes(bytes);
    }

    private static List<Sha256Hash> with(List<Sha256Hash> path, int at, Sha256Hash hash) {
        List<Sha256Hash> changed = new ArrayList<>(path);
        changed.set(at, hash);
        return changed;
    }

    @Nested
    class Inclusion {
        @Test
        void build_eachLeafOfEachSize_isThePathOfTheDefinition() {
            for (int size = 1; size <= SIZES; size++) {
                for (int index = 0; index < size; index++) {
                    InclusionProof proof = InclusionProof.build(index, size, TREE.hashes());
                    assertThat(proof.path()).as("%d of %d", index, size).isEqualTo(TREE.path(index, 0, size));
                    assertThat(proof.proves(HASHES.get(index), ROOTS.get(size))).isTrue();
                }
            }
        }

        @Test
        void proves_anotherLeafRootOrHashOfThePath_isFalse() {
            for (int size : new int[] {1, 2, 3, 7, 8, 13, 64, 65}) {
                for (int index = 0; index < size; index++) {
                    InclusionProof proof = InclusionProof.build(index, size, TREE.hashes());
                    assertThat(proof.proves(flipped(HASHES.get(index)), ROOTS.get(size)))
                            .isFalse();
                    assertThat(proof.proves(HASHES.get(index), flipped(ROOTS.get(size))))
                            .isFalse();
                    for (int i = 0; i < proof.path().size(); i++) {
                        List<Sha256Hash> changed =
                                with(proof.path(), i, flipped(proof.path().get(i)));
                        assertThat(new InclusionProof(index, size, changed).proves(HASHES.get(index), ROOTS.get(size)))
                                .isFalse();
                    }
                }
            }
        }

        @Test
        void proves_theSamePathForAnotherLeafOfTheSameSize_isFalse() {
            for (int size = 2; size <= 33; size++) {
                for (int index = 0; index < size; index++) {
                    List<Sha256Hash> path = TREE.path(index, 0, size);
                    for (int other = 0; other < size; other++) {
                        if (other != index && InclusionProof.pathLength(other, size) == path.size()) {
                            InclusionProof moved = new InclusionProof(other, size, path);
                            assertThat(moved.proves(HASHES.get(index), ROOTS.get(size)))
                                    .isFalse();
                        }
                    }
                }
            }
        }

        @Test
        void proves_anInnerNodeAsIfItWereALeaf_isFalse() {
            // Without domain separation the path from the parent up proves its two hashes as a leaf of a smaller log.
            byte[] children = new byte[64];
            HASHES.get(0).copyTo(children, 0);
            HASHES.get(1).copyTo(children, 32);
            List<Sha256Hash> fromParent = TREE.path(0, 0, 4).subList(1, 2);
            InclusionProof proof = new InclusionProof(0, 2, fromParent);
            assertThat(proof.proves(MerkleTree.leafHash(children), ROOTS.get(4)))
                    .isFalse();
            // Who is given a node's hash where the leaf's data belongs cannot tell; so leaves are hashed by the
            // verifier, always.
            assertThat(proof.proves(MerkleTree.nodeHash(HASHES.get(0), HASHES.get(1)), ROOTS.get(4)))
                    .isTrue();
        }

        @Test
        void construct_leafOutsideTheLog_isRefused() {
            for (long[] pair :
                    new long[][] {{0, 0}, {1, 1}, {-1, 5}, {5, 5}, {0, -1}, {Long.MAX_VALUE, Long.MAX_VALUE}}) {
                assertThatThrownBy(() -> new InclusionProof(pair[0], pair[1], List.of()))
                        .isInstanceOf(MalformedException.class)
                        .hasMessageContaining("no leaf " + pair[0] + " in a log of size " + pair[1]);
                assertThatThrownBy(() -> InclusionProof.build(pair[0], pair[1], TREE.hashes()))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("no leaf " + pair[0] + " in a log of size " + pair[1]);
            }
        }

        @Test
        void construct_pathOfAnotherLength_isRefusedWithTheRightOne() {
            for (int size = 1; size <= SIZES; size++) {
                int index = size / 2;
                int right = TREE.path(index, 0, size).size();
                for (int length : new int[] {right - 1, right + 1, 64, 1_000_000}) {
                    int n = size;
                    if (length >= 0) {
                        assertThatThrownBy(() -> new InclusionProof(
                                        index, n, Collections.nCopies(length, MerkleTree.emptyRoot())))
                                .isInstanceOf(MalformedException.class)
                                .hasMessageContaining("has " + length + " hashes; it takes exactly " + right);
                    }
                }
            }
        }

        @Test
        void pathLength_ofLargestSizes_isAtMost63() {
            assertThat(InclusionProof.pathLength(0, Long.MAX_VALUE)).isEqualTo(63);
            assertThat(InclusionProof.pathLength(Long.MAX_VALUE - 1, Long.MAX_VALUE))
                    .isEqualTo(62);
            assertThat(InclusionProof.pathLength(0, 1L << 62)).isEqualTo(62);
            assertThat(InclusionProof.pathLength(1L << 62, (1L << 62) + 1)).isEqualTo(1);
            assertThat(InclusionProof.pathLength(0, (1L << 62) + 1)).isEqualTo(63);
        }

        @Test
        void build_inATreeOfEqualLeavesNear2To63_provesAtEveryPlace() {
            // All subtrees of a level are equal, so a log too large to exist can be asked; the root comes from the
            // frontier.
            long size = Long.MAX_VALUE;
            Sha256Hash root = Frontier.read(size, equalLeaves()).root();
            for (long index : new long[] {0, 1, 12345678901L, 1L << 62, (1L << 62) - 1, size - 2, size - 1}) {
                InclusionProof proof = InclusionProof.build(index, size, equalLeaves());
                assertThat(proof.proves(HASHES.get(0), root)).isTrue();
                assertThat(proof.proves(HASHES.get(1), root)).isFalse();
            }
        }
    }

    private static SubtreeHashes equalLeaves() {
        List<Sha256Hash> levels = new ArrayList<>(List.of(HASHES.get(0)));
        for (int level = 1; level < 63; level++) {
            Sha256Hash below = levels.get(level - 1);
            levels.add(MerkleTree.nodeHash(below, below));
        }
        return (level, index) -> levels.get(level);
    }

    @Nested
    class Consistency {
        @Test
        void build_eachPairOfSizes_isTheProofOfTheDefinition() {
            for (int to = 1; to <= SIZES; to++) {
                for (int from = 1; from <= to; from++) {
                    ConsistencyProof proof = ConsistencyProof.build(from, to, TREE.hashes());
                    assertThat(proof.path()).as("%d to %d", from, to).isEqualTo(TREE.subproof(from, 0, to, true));
                    assertThat(proof.proves(ROOTS.get(from), ROOTS.get(to))).isTrue();
                }
            }
        }

        @Test
        void build_fromSize0_isEmptyAndNeedsTheEmptyRoot() {
            for (int to = 0; to <= SIZES; to++) {
                ConsistencyProof proof = ConsistencyProof.build(0, to, TREE.hashes());
                assertThat(proof.path()).isEmpty();
                assertThat(proof.proves(MerkleTree.emptyRoot(), ROOTS.get(to))).isTrue();
                assertThat(proof.proves(HASHES.get(0), ROOTS.get(to))).isFalse();
            }
            assertThat(ConsistencyProof.build(0, 0, TREE.hashes()).proves(MerkleTree.emptyRoot(), HASHES.get(0)))
                    .isFalse();
        }

        @Test
        void proves_anotherRootOrHashOfThePath_isFalse() {
            for (int to = 1; to <= 34; to++) {
                for (int from = 1; from <= to; from++) {
                    ConsistencyProof proof = ConsistencyProof.build(from, to, TREE.hashes());
                    assertThat(proof.proves(flipped(ROOTS.get(from)), ROOTS.get(to)))
                            .isFalse();
                    assertThat(proof.proves(ROOTS.get(from), flipped(ROOTS.get(to))))
                            .isFalse();
                    for (int i = 0; i < proof.path().size(); i++) {
                        List<Sha256Hash> changed =
                                with(proof.path(), i, flipped(proof.path().get(i)));
                        assertThat(new ConsistencyProof(from, to, changed).proves(ROOTS.get(from), ROOTS.get(to)))
                                .isFalse();
                    }
                }
            }
        }

        @Test
        void proves_aLogThatChangedAnOldLeaf_isFalse() {
            List<byte[]> rewritten = new ArrayList<>(LEAVES);
            rewritten.set(3, new byte[] {1, 2, 3});
            RecursiveTree other = new RecursiveTree(rewritten);
            for (int from = 4; from < SIZES; from++) {
                ConsistencyProof proof = ConsistencyProof.build(from, SIZES, other.hashes());
                assertThat(proof.proves(ROOTS.get(from), other.root(0, SIZES))).isFalse();
                assertThat(proof.proves(other.root(0, from), other.root(0, SIZES)))
                        .isTrue();
            }
        }

        @Test
        void construct_sizesThatShrink_areRefused() {
            for (long[] pair : new long[][] {{2, 1}, {-1, 5}, {0, -1}, {Long.MAX_VALUE, 1}}) {
                assertThatThrownBy(() -> new ConsistencyProof(pair[0], pair[1], List.of()))
                        .isInstanceOf(MalformedException.class)
                        .hasMessageContaining("from size " + pair[0] + " to size " + pair[1]);
                assertThatThrownBy(() -> ConsistencyProof.build(pair[0], pair[1], TREE.hashes()))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("from size " + pair[0] + " to size " + pair[1]);
            }
        }

        @Test
        void construct_pathOfAnotherLength_isRefusedWithTheRightOne() {
            for (int to = 0; to <= SIZES; to++) {
                int from = to / 2;
                int n = to;
                int right = from == 0 ? 0 : TREE.subproof(from, 0, to, true).size();
                for (int length : new int[] {right - 1, right + 1, 130, 1_000_000}) {
                    if (length >= 0) {
                        assertThatThrownBy(() -> new ConsistencyProof(
                                        from, n, Collections.nCopies(length, MerkleTree.emptyRoot())))
                                .isInstanceOf(MalformedException.class)
                                .hasMessageContaining("has " + length + " hashes; it takes exactly " + right);
                    }
                }
            }
        }

        @Test
        void build_inATreeOfEqualLeavesNear2To63_proves() {
            long to = Long.MAX_VALUE;
            Sha256Hash toRoot = Frontier.read(to, equalLeaves()).root();
            for (long from : new long[] {1, 2, 3, 1L << 62, (1L << 62) - 1, (1L << 62) + 1, to - 1, to}) {
                ConsistencyProof proof = ConsistencyProof.build(from, to, equalLeaves());
                Sha256Hash fromRoot = Frontier.read(from, equalLeaves()).root();
                assertThat(proof.path()).hasSizeLessThanOrEqualTo(64);
                assertThat(proof.proves(fromRoot, toRoot)).isTrue();
                assertThat(proof.proves(toRoot, fromRoot)).isEqualTo(from == to);
            }
        }
    }

    /** The eight leaves of certificate-transparency's tests, by make-vectors.py. */
    @Nested
    class EightLeaves {
        private final JsonNode vectors = read();

        private static JsonNode read() {
            try (InputStream in =
                    Objects.requireNonNull(ProofTest.class.getResourceAsStream("/vectors/merkle/eight-leaves.json"))) {
                return new ObjectMapper().readTree(in);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        private List<Sha256Hash> leafHashes() {
            return StreamSupport.stream(vectors.get("leaves").spliterator(), false)
                    .map(hex -> MerkleTree.leafHash(HexFormat.of().parseHex(hex.asText())))
                    .toList();
        }

        private List<Sha256Hash> hashes(JsonNode hexes) {
            return StreamSupport.stream(hexes.spliterator(), false)
                    .map(hex -> Sha256Hash.parse(hex.asText()))
                    .toList();
        }

        @Test
        void frontier_eachSize_hasThePublishedRoot() {
            List<Sha256Hash> leaves = leafHashes();
            List<Sha256Hash> roots = hashes(vectors.get("roots"));
            Frontier frontier = Frontier.EMPTY;
            for (int size = 0; size <= 8; size++) {
                assertThat(frontier.root()).isEqualTo(roots.get(size));
                if (size < 8) {
                    frontier = frontier.append(leaves.get(size));
                }
            }
            assertThat(frontier.root()).hasToString("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
        }

        @Test
        void proofs_ofTheProducer_hold() {
            List<Sha256Hash> leaves = leafHashes();
            List<Sha256Hash> roots = hashes(vectors.get("roots"));
            for (JsonNode vector : vectors.get("inclusion")) {
                int index = vector.get("index").asInt();
                int size = vector.get("size").asInt();
                assertThat(new InclusionProof(index, size, hashes(vector.get("path")))
                                .proves(leaves.get(index), roots.get(size)))
                        .isTrue();
            }
            for (JsonNode vector : vectors.get("consistency")) {
                int from = vector.get("from").asInt();
                int to = vector.get("to").asInt();
                assertThat(new ConsistencyProof(from, to, hashes(vector.get("path")))
                                .proves(roots.get(from), roots.get(to)))
                        .isTrue();
            }
            assertThat(vectors.get("inclusion")).hasSize(36);
            assertThat(vectors.get("consistency")).hasSize(36);
        }
    }
}

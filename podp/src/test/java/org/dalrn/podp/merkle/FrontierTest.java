package org.dalrn.podp.merkle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dalrn.podp.Sha256Hash;
import org.junit.jupiter.api.Test;

/** Against {@link RecursiveTree}, the definitions of RFC 9162. */
class FrontierTest {
    private static final int SIZES = 130;

    private static final List<byte[]> LEAVES = RecursiveTree.someLeaves(SIZES);
    private static final RecursiveTree TREE = new RecursiveTree(LEAVES);
    private static final List<Sha256Hash> HASHES =
            LEAVES.stream().map(MerkleTree::leafHash).toList();

    @Test
    void append_eachSize_hasTheRootOfTheDefinition() {
        Frontier frontier = Frontier.EMPTY;
        assertThat(frontier.root()).isEqualTo(TREE.root(0, 0)).isEqualTo(MerkleTree.emptyRoot());
        for (int size = 1; size <= SIZES; size++) {
            frontier = frontier.append(HASHES.get(size - 1));
            assertThat(frontier.size()).isEqualTo(size);
            assertThat(frontier.root()).as("size %d", size).isEqualTo(TREE.root(0, size));
        }
    }

    @Test
    void append_toAFrontier_leavesItAsItWas() {
        Frontier one = Frontier.EMPTY.append(HASHES.get(0));
        Sha256Hash root = one.root();
        one.append(HASHES.get(1));
        assertThat(one.root()).isEqualTo(root);
        assertThat(one.size()).isEqualTo(1);
        assertThat(Frontier.EMPTY.size()).isZero();
    }

    @Test
    void appendAll_inAnyParts_isTheSameAsOneByOne() {
        for (int first = 0; first <= SIZES; first++) {
            Frontier frontier = Frontier.EMPTY
                    .appendAll(HASHES.subList(0, first), (level, index, hash) -> {})
                    .appendAll(HASHES.subList(first, SIZES), (level, index, hash) -> {});
            assertThat(frontier.root()).isEqualTo(TREE.root(0, SIZES));
        }
    }

    @Test
    void appendAll_tellsEverySubtreeOnceWithItsRoot() {
        Map<List<Long>, Sha256Hash> told = new LinkedHashMap<>();
        Frontier.EMPTY
                .appendAll(HASHES.subList(0, 37), (level, index, hash) -> put(told, level, index, hash))
                .appendAll(HASHES.subList(37, SIZES), (level, index, hash) -> put(told, level, index, hash));
        Map<List<Long>, Sha256Hash> expected = new LinkedHashMap<>();
        for (int level = 0; SIZES >> level > 0; level++) {
            for (int index = 0; index < SIZES >> level; index++) {
                put(expected, level, index, TREE.root(index << level, (index + 1) << level));
            }
        }
        assertThat(told).isEqualTo(expected);
    }

    private static void put(Map<List<Long>, Sha256Hash> map, int level, long index, Sha256Hash hash) {
        assertThat(map.put(List.of((long) level, index), hash)).isNull();
    }

    @Test
    void read_atEveryEarlierSize_isTheFrontierOfThen() {
        Frontier appended = Frontier.EMPTY;
        for (int size = 0; size <= SIZES; size++) {
            Frontier read = Frontier.read(size, TREE.hashes());
            assertThat(read).isEqualTo(appended).hasSameHashCodeAs(appended);
            assertThat(Frontier.of(size, read.subtrees())).isEqualTo(read);
            if (size < SIZES) {
                appended = appended.append(HASHES.get(size));
            }
        }
    }

    @Test
    void of_anotherNumberOfSubtrees_isRefused() {
        assertThatThrownBy(() -> Frontier.of(3, List.of(HASHES.get(0))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3 leaves has 2 largest complete subtrees, not 1");
        assertThatThrownBy(() -> Frontier.of(-1, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
    }

    @Test
    void append_atTheLargestSize_isRefused() {
        List<Sha256Hash> subtrees = new ArrayList<>(Collections.nCopies(62, HASHES.get(0)));
        Frontier last = Frontier.of(Long.MAX_VALUE - 1, subtrees).append(HASHES.get(1));
        assertThat(last.size()).isEqualTo(Long.MAX_VALUE);
        assertThatThrownBy(() -> last.append(HASHES.get(2)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("9223372036854775807");
    }

    @Test
    void root_ofATreeWithItsLastLeafTwice_isAnother() {
        // Bitcoin's tree fills up with copies of the last leaf: CVE-2012-2459.
        for (int size = 1; size < 20; size++) {
            Frontier frontier = Frontier.EMPTY.appendAll(HASHES.subList(0, size), (level, index, hash) -> {});
            assertThat(frontier.append(HASHES.get(size - 1)).root()).isNotEqualTo(frontier.root());
        }
    }

    @Test
    void leafHash_ofTwoNodesSideBySide_isNotTheirParent() {
        byte[] both = new byte[2 * Sha256Hash.SIZE_BYTES];
        HASHES.get(0).copyTo(both, 0);
        HASHES.get(1).copyTo(both, Sha256Hash.SIZE_BYTES);
        Sha256Hash node = MerkleTree.nodeHash(HASHES.get(0), HASHES.get(1));
        assertThat(MerkleTree.leafHash(both)).isNotEqualTo(node);
        assertThat(node).isEqualTo(Sha256Hash.of(new byte[] {1}, both));
    }
}

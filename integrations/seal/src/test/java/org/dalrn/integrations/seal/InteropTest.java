package org.dalrn.integrations.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.dalrn.fhe.seal.SealParameters;
import org.dalrn.fhe.seal.SealVersion;
import org.dalrn.integrations.seal.Peer.Answer;
import org.dalrn.integrations.seal.Peer.Ring;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The matrix of real peers: every object, both directions, every compression and ring that the peer has. Whoever reads an object
 * does not look at its bytes but decrypts, encrypts and computes with it, and the slots are compared with plain arithmetic.
 */
class InteropTest {
    /** Passed and skipped by line of the table. */
    private static final SortedMap<String, int[]> TABLE = new TreeMap<>();

    @TempDir
    static Path folders;

    @TestFactory
    Stream<DynamicNode> nodeSeal_everyObject_passesBothWays() throws IOException {
        return matrix(ProcessPeer.nodeSeal());
    }

    @TestFactory
    Stream<DynamicNode> tenSeal_everyObject_passesBothWays() throws IOException {
        return matrix(ProcessPeer.python("tenseal"));
    }

    @TestFactory
    Stream<DynamicNode> sealPython_everyObject_passesBothWays() throws IOException {
        return matrix(ProcessPeer.python("seal"));
    }

    @TestFactory
    Stream<DynamicNode> sealLibrary_everyObject_passesBothWays() {
        return matrix(new LibraryPeer());
    }

    private static Stream<DynamicNode> matrix(Peer peer) {
        Peer portable = new JavaPeer(SealVersion.V3_7);
        Peer exact = new JavaPeer(new SealVersion(4, peer.about().sealMinor()));
        Stream<DynamicNode> columns = Ring.ALL.stream()
                .flatMap(ring -> Stream.concat(
                        peer.about().writes().stream()
                                .map(compression -> column(peer, portable, "writes", peer, ring, compression)),
                        peer.about().reads().stream()
                                .flatMap(compression -> Stream.of(
                                        column(portable, peer, "reads 3.7", peer, ring, compression),
                                        column(
                                                exact,
                                                peer,
                                                "reads 4." + peer.about().sealMinor(),
                                                peer,
                                                ring,
                                                compression)))));
        return columns.onClose(peer::close);
    }

    private static DynamicContainer column(
            Peer maker, Peer user, String direction, Peer peer, Ring ring, String compression) {
        String name = peer.about() + " " + direction + " N=" + ring.degree() + " " + compression;
        Column column = new Column(maker, user, ring, compression);
        Stream<DynamicTest> tests = Peer.OBJECTS.stream()
                .map(object -> dynamicTest(object, () -> {
                    int[] counts = TABLE.computeIfAbsent(peer.about() + " " + direction, absent -> new int[3]);
                    counts[0]++;
                    column.run();
                    String reason = column.cannot.get(object);
                    if (reason != null) {
                        counts[2]++;
                        Assumptions.abort(maker.about() + " to " + user.about() + ": " + reason);
                    }
                    column.require(object);
                    counts[1]++;
                }));
        return dynamicContainer(name, tests);
    }

    @AfterAll
    static void printTable() {
        System.out.println("Objects exchanged with real peers (N = 2048 to 16384):");
        TABLE.forEach((line, counts) -> System.out.printf(
                "  %-50s %4d of %4d passed, %d not in the peer%n", line, counts[1], counts[0] - counts[2], counts[2]));
    }

    /** One maker, one user, one folder; made when the first object is asked for. */
    private static final class Column {
        private final Peer maker;
        private final Peer user;
        private final Ring ring;
        private final String compression;
        private Map<String, String> cannot = Map.of();
        private Map<String, Answer> answers = Map.of();
        private boolean run;

        Column(Peer maker, Peer user, Ring ring, String compression) {
            this.maker = maker;
            this.user = user;
            this.ring = ring;
            this.compression = compression;
        }

        void run() throws IOException {
            if (run) {
                return;
            }
            run = true;
            Path folder = Files.createTempDirectory(folders, "column");
            cannot = new TreeMap<>(user.cannotUse());
            cannot.putAll(maker.make(folder, ring, compression));
            requireCompression(folder);
            answers = user.check(folder, ring);
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
        }

        /** That the peers did not quietly write something else. */
        private void requireCompression(Path folder) throws IOException {
            byte[] bytes = Peer.read(folder, "ciphertext-public");
            assertThat((int) bytes[5]).isEqualTo(Peer.COMPRESSIONS.indexOf(compression));
        }

        void require(String object) {
            if (object.equals("parameters")) {
                Answer answer = answer(object);
                assertThat(answer.text()).isEqualTo(parmsIds(ring));
                return;
            }
            for (String check : Peer.checksOf(object)) {
                List<Double> actual = answer(check).values();
                double[] expected = Peer.expected(check, ring.slots());
                assertThat(actual).as(check).hasSize(expected.length);
                double squares = 0;
                for (int i = 0; i < expected.length; i++) {
                    squares += Math.pow(actual.get(i) - expected[i], 2);
                }
                assertThat(Math.sqrt(squares / expected.length))
                        .as("root mean square error of %s by %s from %s", check, user.about(), maker.about())
                        .isLessThan(ring.tolerance());
            }
        }

        private Answer answer(String check) {
            Answer answer = answers.get(check);
            assertThat(answer).as("answer to %s by %s", check, user.about()).isNotNull();
            assertThat(answer.error())
                    .as("%s by %s from %s", check, user.about(), maker.about())
                    .isNull();
            return answer;
        }

        private static String parmsIds(Ring ring) {
            long[] primes = ring.primes();
            SealParameters parameters = SealParameters.of(ring.degree(), primes);
            SealParameters data = SealParameters.of(ring.degree(), Arrays.copyOf(primes, primes.length - 1));
            return parameters.parmsId(primes.length) + " " + data.parmsId(primes.length - 1);
        }
    }
}

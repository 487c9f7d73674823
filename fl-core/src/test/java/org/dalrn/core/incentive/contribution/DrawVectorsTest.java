package org.dalrn.core.incentive.contribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.junit.jupiter.api.Test;

/** The draws that an independent Python program made from their description: {@code vectors/contribution/produce.py}. */
class DrawVectorsTest {
    private static List<List<String>> lines(String kind) throws IOException {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(DrawVectorsTest.class.getResourceAsStream("/vectors/contribution/draws.txt")),
                StandardCharsets.US_ASCII))) {
            return reader.lines()
                    .map(line -> Arrays.asList(line.split(" ", -1)))
                    .filter(words -> words.get(0).equals(kind))
                    .map(words -> words.subList(1, words.size()))
                    .toList();
        }
    }

    private static ContentHash seed() throws IOException {
        return ContentHash.parse(lines("seed").get(0).get(0));
    }

    /** In the first order nothing is remembered: after those of nobody and all come the coalitions of 1 to 8 players. */
    @Test
    void orders_firstOfEach_areThoseOfThePythonProgram() throws IOException {
        ContentHash seed = seed();
        for (String kind : List.of("tmc", "gtg")) {
            List<Coalition> asked = new ArrayList<>();
            CoalitionGame game = Games.game(9, set -> {
                asked.add(set);
                return set.size();
            });
            if (kind.equals("tmc")) {
                new TruncatedMonteCarlo(0, 0, 5, 1000).of(game, seed);
            } else {
                new GtgShapley(0, 0, 0, 40).of(game, seed);
            }
            Coalition expected = Coalition.empty();
            for (int i = 0; i < 8; i++) {
                expected = expected.with(Integer.parseInt(lines(kind).get(0).get(i)));
                assertThat(asked.get(2 + i)).isEqualTo(expected);
            }
        }
    }

    @Test
    void shuffle_manyOrders_areThoseOfThePythonProgram() throws IOException {
        SeededDraw random = new SeededDraw("dalrn-tmc-v1", seed());
        for (List<String> expected : lines("tmc")) {
            int[] order = IntStream.range(0, 9).toArray();
            random.shuffle(order, 0);
            assertThat(Arrays.stream(order).mapToObj(String::valueOf)).containsExactlyElementsOf(expected);
        }
        SeededDraw guided = new SeededDraw("dalrn-gtg-v1", seed());
        int first = 0;
        for (List<String> expected : lines("gtg")) {
            int[] order = IntStream.range(0, 9).toArray();
            order[0] = first;
            order[first] = 0;
            guided.shuffle(order, 1);
            assertThat(Arrays.stream(order).mapToObj(String::valueOf)).containsExactlyElementsOf(expected);
            first = (first + 1) % 9;
        }
    }

    @Test
    void groups_areThoseOfThePythonProgram() throws IOException {
        List<NodeId> nodes = IntStream.range(0, 17)
                .mapToObj(i -> new NodeId(i < 10 ? "node-0" + i : "node-" + i))
                .toList();
        Set<List<String>> heads = new LinkedHashSet<>();
        lines("group").forEach(line -> heads.add(line.subList(0, 3)));
        assertThat(heads).hasSize(4);
        for (List<String> head : heads) {
            NodeGroups drawn = NodeGroups.draw(
                    seed(),
                    Integer.parseInt(head.get(0)),
                    Integer.parseInt(head.get(1)),
                    new TreeSet<>(nodes),
                    Integer.parseInt(head.get(2)),
                    10);
            List<List<NodeId>> expected = lines("group").stream()
                    .filter(line -> line.subList(0, 3).equals(head))
                    .map(line -> line.subList(3, line.size()).stream()
                            .map(NodeId::new)
                            .toList())
                    .toList();
            assertThat(drawn.groups()).isEqualTo(expected);
        }
    }
}

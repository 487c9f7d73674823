package org.dalrn.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dalrn.core.incentive.NodeContribution;
import org.dalrn.core.incentive.Payout;
import org.dalrn.core.incentive.Settlement;
import org.dalrn.core.round.RunEvent;
import org.dalrn.podp.note.Ed25519KeyPair;
import org.dalrn.server.gateway.OperatorServer;
import org.dalrn.server.gateway.OperatorToken;
import org.dalrn.server.settings.HostPort;
import org.dalrn.server.testing.InMemoryOperatorPort;
import org.dalrn.server.testing.PaidRun;
import org.dalrn.server.testing.ScriptedRun;
import org.dalrn.server.testing.TestAuthority;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Amounts are those of hand computation: with reservations d and without caps, weighted Nash bargaining gives each claimant
 * {@code d + w (B - sum d) / sum w}.
 */
class ShowIncentivesTest {
    @TempDir
    Path folder;

    private final Map<String, String> environment = new HashMap<>();
    private String out = "";
    private String err = "";

    private int dalrn(String... arguments) {
        CalledDalrn called = CalledDalrn.with(environment, folder, arguments);
        out = called.out();
        err = called.err();
        return called.exit();
    }

    private String write(List<RunEvent> events) {
        Ed25519KeyPair key = PaidRun.write(events, folder.resolve("run.receipts"));
        return HexFormat.of().formatHex(key.publicKey().toByteArray());
    }

    private static List<RunEvent> settledOnce() {
        return PaidRun.events(4, 3, PaidRun.policy(Settlement.RUN, 1_100));
    }

    @Test
    void show_fileSettledOnce_tellsRoundsAndTotalsAndWhatWasComputedAgain() {
        String key = write(settledOnce());
        assertThat(dalrn("incentives", "show", "run.receipts", "--key", key))
                .as(err)
                .isZero();
        // Weights 3 : 3 : 4 of 1,100 with 100 reserved for north: 100 + 300, 300, 400.
        assertThat(out).isEqualTo("""
                1,100 cents for the run, rule nash, measure examples

                ROUND   CLAIMANT      MEASURED   POINTS
                1       node:node-3   3.00000    3,000,000
                1       node:node-4   4.00000    4,000,000
                1       north         3.00000    3,000,000
                2       node:node-3   3.00000    3,000,000
                2       node:node-4   4.00000    4,000,000
                2       north         3.00000    3,000,000
                3       node:node-3   3.00000    3,000,000
                3       node:node-4   4.00000    4,000,000
                3       north         3.00000    3,000,000

                CLAIMANT      ROUNDS   POINTS       CENTS   SHARE
                node:node-4   3        12,000,000   400     36.4 %
                north         3        9,000,000    400     36.4 %
                node:node-3   3        9,000,000    300     27.3 %
                1,100 cents divided among 3 after round 3, theta 3.33333e-05
                verified with the coordinator's key; the points of 3 rounds and 1 allocation were computed again \
                from the receipts alone, to the same units
                """);
    }

    @Test
    void show_fileSettledByRound_tellsTheAmountsOfEachRound() throws Exception {
        String key = write(PaidRun.events(4, 2, PaidRun.policy(Settlement.ROUND, 1_100)));
        assertThat(dalrn("incentives", "show", "run.receipts", "--key", key, "--json"))
                .as(err)
                .isZero();
        JsonNode json = new JsonMapper().readTree(out);
        assertThat(json.path("byRound")).hasSize(2);
        JsonNode first = json.path("byRound").path(0);
        assertThat(first.path("contributions").findValuesAsText("claimant"))
                .containsExactly("node:node-3", "node:node-4", "north");
        assertThat(first.path("contributions").findValuesAsText("amount")).containsExactly("300", "400", "400");
        assertThat(first.path("theta").asText()).isEqualTo("1/10000");
        assertThat(json.path("earned").findValuesAsText("amount")).containsExactly("800", "800", "600");
        assertThat(json.path("paid").asLong()).isEqualTo(2_200);
        assertThat(json.path("recomputed").asBoolean()).isTrue();
        assertThat(json.path("last").path("round").asInt()).isEqualTo(2);
        dalrn("incentives", "show", "run.receipts", "--key", key);
        assertThat(out)
                .contains("ROUND   CLAIMANT      MEASURED   POINTS      CENTS\n1       node:node-3   3.00000    "
                        + "3,000,000   300\n");
    }

    @Test
    void show_oneUnitMovedByTheSigner_isRefutedByTheReceiptsAlone() {
        List<RunEvent> events = new ArrayList<>(settledOnce());
        int at = indexOf(events, RunEvent.Allocated.class);
        RunEvent.Allocated honest = (RunEvent.Allocated) events.get(at);
        List<Payout> payouts = new ArrayList<>(honest.payouts());
        payouts.set(0, withAmount(payouts.get(0), payouts.get(0).amount() + 1));
        payouts.set(1, withAmount(payouts.get(1), payouts.get(1).amount() - 1));
        events.set(
                at,
                new RunEvent.Allocated(
                        honest.round(), honest.budget(), honest.theta(), payouts, honest.undistributed(), honest.at()));
        String key = write(events);
        assertThat(dalrn("incentives", "show", "run.receipts", "--key", key)).isEqualTo(3);
        assertThat(err).contains("DALRN-7001", "payouts.0.amount of allocated: the receipts give 300, not 301");
        assertThat(out).isEmpty();
    }

    @Test
    void show_pointsRaisedByTheSigner_isRefutedByTheReceiptsAlone() {
        List<RunEvent> events = new ArrayList<>(settledOnce());
        int at = indexOf(events, RunEvent.ContributionsMeasured.class);
        RunEvent.ContributionsMeasured honest = (RunEvent.ContributionsMeasured) events.get(at);
        List<NodeContribution> contributions = new ArrayList<>(honest.contributions());
        contributions.set(0, new NodeContribution(contributions.get(0).node(), 9, 9_000_000));
        events.set(at, new RunEvent.ContributionsMeasured(honest.round(), honest.values(), contributions, honest.at()));
        String key = write(events);
        assertThat(dalrn("incentives", "show", "run.receipts", "--key", key)).isEqualTo(3);
        assertThat(err).contains("DALRN-7001", "contributions-measured");
    }

    @Test
    void show_weightRaisedByTheSigner_isRefutedThoughNoBlobIsThere() {
        List<RunEvent> events = new ArrayList<>(settledOnce());
        int at = indexOf(events, RunEvent.UpdateAccepted.class);
        RunEvent.UpdateAccepted honest = (RunEvent.UpdateAccepted) events.get(at);
        events.set(
                at,
                new RunEvent.UpdateAccepted(
                        honest.round(),
                        honest.node(),
                        honest.update(),
                        honest.claimedExamples(),
                        honest.grantedWeight() + 1,
                        honest.l2Norm(),
                        honest.maxAbsoluteValue(),
                        honest.metrics(),
                        honest.at()));
        String key = write(events);
        assertThat(dalrn("incentives", "show", "run.receipts", "--key", key)).isEqualTo(3);
        assertThat(err).contains("DALRN-7001", "grantedWeight of update-accepted: the receipts give 1, not 2");
    }

    @Test
    void show_allocationLeftOut_isRefuted() {
        List<RunEvent> events = new ArrayList<>(settledOnce());
        events.remove(indexOf(events, RunEvent.Allocated.class));
        String key = write(events);
        assertThat(dalrn("incentives", "show", "run.receipts", "--key", key)).isEqualTo(3);
        assertThat(err).contains("DALRN-7001", "the receipts give allocated, not finished");
    }

    @Test
    void show_wrongOrMissingKeyOrFile_saysWhatIsNeeded() throws Exception {
        write(settledOnce());
        String other = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
        assertThat(dalrn("incentives", "show", "run.receipts", "--key", other)).isEqualTo(3);
        assertThat(err).contains("DALRN-7001", "CHECKPOINT_SIGNATURE");
        assertThat(dalrn("incentives", "show", "run.receipts")).isEqualTo(5);
        assertThat(err).contains("--key is missing", "dalrn receipts key");
        assertThat(dalrn("incentives", "show", "none.receipts", "--key", other)).isEqualTo(5);
        assertThat(err).contains("there is no file none.receipts");
        Files.writeString(folder.resolve("junk"), "junk");
        assertThat(dalrn("incentives", "show", "junk", "--key", other)).isEqualTo(3);
    }

    @Test
    void show_runWithoutIncentives_saysSo() {
        List<RunEvent> events = new ArrayList<>(List.of(ScriptedRun.opened()));
        String key = write(events);
        assertThat(dalrn("incentives", "show", "run.receipts", "--key", key, "--json"))
                .isEqualTo(3);
        assertThat(err).contains("DALRN-1008", "no run with incentives");
        assertThat(out).startsWith("{\"code\":\"DALRN-1008\"");
    }

    @Test
    void show_roundThatWasNotCompleted_countsForNobody() throws Exception {
        List<RunEvent> events = PaidRun.events(4, 2, PaidRun.policy(Settlement.ROUND, 1_100));
        int paid = indexOf(events, RunEvent.Allocated.class);
        int measured =
                paid + 1 + indexOf(events.subList(paid + 1, events.size()), RunEvent.ContributionsMeasured.class);
        List<RunEvent> stopped = new ArrayList<>(events.subList(0, measured + 2));
        stopped.add(new RunEvent.Stopped("enough", stopped.get(measured + 1).at()));
        String key = write(stopped);
        assertThat(dalrn("incentives", "show", "run.receipts", "--key", key, "--json"))
                .as(err)
                .isZero();
        JsonNode json = new JsonMapper().readTree(out);
        assertThat(json.path("byRound")).hasSize(2);
        assertThat(json.path("byRound").path(1).findValuesAsText("amount")).isEmpty();
        assertThat(json.path("earned").findValuesAsText("points")).containsExactly("4000000", "3000000", "3000000");
        assertThat(json.path("earned").findValuesAsText("rounds")).containsExactly("1", "1", "1");
    }

    @Test
    void showOfARun_roundThatNobodyMeasured_tellsTheReservationsThatWerePaid() throws Exception {
        List<RunEvent> events = new ArrayList<>(PaidRun.events(4, 1, PaidRun.policy(Settlement.ROUND, 1_100)));
        int measured = indexOf(events, RunEvent.ContributionsMeasured.class);
        events.set(
                measured,
                new RunEvent.ContributionsMeasured(
                        1, List.of(), List.of(), events.get(measured).at()));
        int at = indexOf(events, RunEvent.Allocated.class);
        RunEvent.Allocated allocated = (RunEvent.Allocated) events.get(at);
        List<Payout> payouts = allocated.payouts().stream()
                .map(payout -> withAmount(payout, payout.reservation()))
                .toList();
        events.set(at, new RunEvent.Allocated(1, 1_100, allocated.theta(), payouts, 1_000, allocated.at()));
        InMemoryOperatorPort port =
                new InMemoryOperatorPort(TestAuthority.create().certificate());
        port.open((RunEvent.Opened) events.get(0));
        events.subList(1, events.size()).forEach(event -> port.append(PaidRun.RUN, event));
        try (OperatorServer server = serve(port)) {
            environment.put(
                    "DALRN_SERVER", "http://127.0.0.1:" + server.address().getPort());
            assertThat(dalrn("incentives", "show", PaidRun.RUN.value())).as(err).isZero();
            assertThat(out).containsPattern("1 +nobody measured it\n1 +north +0 +100\n");
            assertThat(dalrn("incentives", "show", PaidRun.RUN.value(), "--json"))
                    .isZero();
            JsonNode round = new JsonMapper().readTree(out).path("byRound").path(0);
            assertThat(round.findValuesAsText("claimant")).containsExactly("node:node-3", "node:node-4", "north");
            assertThat(round.findValuesAsText("amount")).containsExactly("0", "0", "100");
        }
    }

    private OperatorServer serve(InMemoryOperatorPort port) throws IOException {
        String token = "t".repeat(43);
        Files.writeString(folder.resolve("token"), token + "\n");
        environment.put("DALRN_TOKEN_FILE", "token");
        return OperatorServer.start(
                new OperatorServer.Endpoint(HostPort.parse("127.0.0.1:0"), Optional.empty(), false, 1 << 20),
                OperatorToken.of(token),
                port);
    }

    @Test
    void showOfARun_manyNodes_isBoundedForPeopleAndWholeInJson() throws Exception {
        int nodes = 600;
        List<RunEvent> events = PaidRun.events(nodes, 2, PaidRun.policy(Settlement.RUN, 1_000_000_000));
        InMemoryOperatorPort port =
                new InMemoryOperatorPort(TestAuthority.create().certificate());
        port.open((RunEvent.Opened) events.get(0));
        events.subList(1, events.size()).forEach(event -> port.append(PaidRun.RUN, event));
        try (OperatorServer server = serve(port)) {
            environment.put(
                    "DALRN_SERVER", "http://127.0.0.1:" + server.address().getPort());
            assertThat(dalrn("run", "show", PaidRun.RUN.value())).as(err).isZero();
            assertThat(out.lines()).hasSizeLessThan(50);
            assertThat(out)
                    .contains("incentive   1,000,000,000 cents for the run, rule nash, measure examples")
                    .contains("and 579 more");
            assertThat(dalrn("run", "show", PaidRun.RUN.value(), "--json")).isZero();
            JsonNode incentive = new JsonMapper().readTree(out).path("incentive");
            assertThat(incentive.path("earned")).hasSize(100);
            assertThat(incentive.path("claimants").asInt()).isEqualTo(599);
            assertThat(incentive.path("paid").asLong()).isEqualTo(1_000_000_000);
            assertThat(dalrn("incentives", "show", PaidRun.RUN.value())).isZero();
            assertThat(out.lines()).hasSizeLessThan(80);
            assertThat(out).contains("as the coordinator tells");
            assertThat(dalrn("incentives", "show", PaidRun.RUN.value(), "--json"))
                    .isZero();
            JsonNode json = new JsonMapper().readTree(out);
            assertThat(json.path("recomputed").asBoolean()).isFalse();
            assertThat(json.path("earned")).hasSize(599);
            BigInteger sum = BigInteger.ZERO;
            Map<String, Long> examples = PaidRun.examples(nodes);
            for (JsonNode each : json.path("earned")) {
                sum = sum.add(each.path("amount").bigIntegerValue());
                assertThat(each.path("points").asLong())
                        .isEqualTo(
                                2_000_000 * examples.get(each.path("claimant").asText()));
            }
            assertThat(sum).isEqualTo(BigInteger.valueOf(1_000_000_000));
        }
    }

    private static Payout withAmount(Payout payout, long amount) {
        return new Payout(payout.claimant(), payout.weight(), payout.reservation(), payout.cap(), amount);
    }

    private static int indexOf(List<RunEvent> events, Class<? extends RunEvent> type) {
        for (int i = 0; i < events.size(); i++) {
            if (type.isInstance(events.get(i))) {
                return i;
            }
        }
        throw new AssertionError("no " + type.getSimpleName());
    }
}

package org.dalrn.core.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dalrn.core.testing.Runs.START;
import static org.dalrn.core.testing.Runs.hash;
import static org.dalrn.core.testing.Runs.metrics;
import static org.dalrn.core.testing.Runs.node;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dalrn.core.incentive.CoalitionModel;
import org.dalrn.core.incentive.CoalitionValue;
import org.dalrn.core.incentive.ContributionMeasure;
import org.dalrn.core.incentive.IncentivePolicy;
import org.dalrn.core.incentive.NodeContribution;
import org.dalrn.core.incentive.Payout;
import org.dalrn.core.incentive.PayoutRule;
import org.dalrn.core.incentive.Settlement;
import org.dalrn.core.incentive.Terms;
import org.dalrn.core.incentive.contribution.Coalition;
import org.dalrn.core.incentive.contribution.GtgShapley;
import org.dalrn.core.incentive.exact.Fraction;
import org.dalrn.core.model.ConfigValue;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.RunId;
import org.dalrn.core.testing.Runs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Source of truth: vectors/event-text, written by Python's json module from dicts made by hand (produce.py). */
class EventTextTest {

    private static final int MUTATIONS = 60_000;

    private static final String HOSTILE =
            "\" \\ / \b \t \n \f \r \0 \u001f \u007f \u0085 \u2028 é e\u0301 \uD83D\uDE00 \uFFFF {}[],:";

    private static Map<String, String> vectors() throws IOException {
        try (InputStream in = EventTextTest.class.getResourceAsStream("/vectors/event-text/events.txt")) {
            String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Stream.of(all.split("\n", -1))
                    .filter(line -> !line.isEmpty())
                    .map(line -> line.split("\t", 2))
                    .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        }
    }

    static List<RunEvent> events() {
        RunSpec spec = Runs.spec();
        TreeMap<String, ConfigValue> config = new TreeMap<>();
        config.put("text", ConfigValue.of(HOSTILE));
        config.put(HOSTILE, ConfigValue.of(-0.0));
        config.put("integer", ConfigValue.of(Long.MIN_VALUE));
        config.put("flag", ConfigValue.of(false));
        RunSpec full = new RunSpec(
                HOSTILE,
                spec.layout(),
                spec.initialModel(),
                3,
                spec.strategy(),
                spec.policy(),
                spec.maxExamplesPerNode(),
                Double.MIN_VALUE,
                config);
        Instant odd = Instant.parse("+12345-12-31T23:59:59.123456789Z");
        List<RunEvent> events = new ArrayList<>(List.of(
                new RunEvent.Opened(new RunId("r"), full, hash("seed"), START),
                new RunEvent.Resumed(odd, Instant.MIN),
                new RunEvent.RoundStarted(
                        1, 2, hash("m"), List.of(node("a"), node("b")), List.of(node("0")), 2, odd, START),
                new RunEvent.UpdateAccepted(
                        1,
                        node("a"),
                        hash("u"),
                        Long.MAX_VALUE,
                        1,
                        Double.MAX_VALUE,
                        Math.PI,
                        metrics(HOSTILE, Double.MIN_VALUE),
                        odd),
                new RunEvent.RoundClosed(1, 1, List.of(hash("u")), 10, CloseReason.DEADLINE, START),
                new RunEvent.RoundAbandoned(1, 1, 0, 2, START),
                new RunEvent.ModelPublished(1, hash("m"), hash("s"), odd, START),
                new RunEvent.EvaluationStarted(1, hash("m"), List.of(), List.of(node("z")), odd, START),
                new RunEvent.NodeEvaluated(1, node("a"), 1, metrics("x", -0.0), START),
                new RunEvent.RoundCompleted(1, 0, new TreeMap<>(), START),
                new RunEvent.ModelPublished(1, hash("m"), hash("s"), odd, coalitions(), START),
                new RunEvent.EvaluationStarted(1, hash("m"), List.of(), List.of(node("z")), odd, coalitions(), START),
                new RunEvent.NodeEvaluated(1, node("a"), 1, metrics("x", -0.0), List.of(-0.0, Math.E), START),
                new RunEvent.ContributionsMeasured(
                        1,
                        List.of(new CoalitionValue(Coalition.all(200), -Double.MAX_VALUE)),
                        List.of(new NodeContribution(node("a"), Double.MIN_VALUE, Long.MAX_VALUE)),
                        START),
                new RunEvent.ContributionsMeasured(2, List.of(), List.of(), START),
                new RunEvent.Allocated(
                        1,
                        Long.MAX_VALUE,
                        Fraction.of(1, 3),
                        List.of(
                                new Payout(HOSTILE, 0, 1, 2, Long.MAX_VALUE),
                                new Payout("node:a", 0, 0, Terms.UNCAPPED, 0)),
                        0,
                        START),
                new RunEvent.Finished(hash("m"), START),
                new RunEvent.Stopped(HOSTILE, Instant.MAX),
                new RunEvent.Failed("", START)));
        policies()
                .forEach(policy ->
                        events.add(new RunEvent.Opened(new RunId("r"), Runs.paid(spec, policy), hash("seed"), START)));
        for (Refusal reason : Refusal.values()) {
            events.add(new RunEvent.UpdateRefused(Integer.MIN_VALUE, node("a"), reason, HOSTILE, START));
        }
        for (DropReason reason : DropReason.values()) {
            events.add(new RunEvent.NodeDropped(1, node("a"), reason, HOSTILE, START));
        }
        return events;
    }

    private static List<CoalitionModel> coalitions() {
        return List.of(
                new CoalitionModel(Coalition.empty(), hash("0")), new CoalitionModel(Coalition.of(0, 5), hash("1")));
    }

    private static List<IncentivePolicy> policies() {
        List<ContributionMeasure> measures = List.of(
                new ContributionMeasure.Participation(),
                new ContributionMeasure.Examples(),
                new ContributionMeasure.Alignment(),
                new ContributionMeasure.HeldOut(
                        ContributionMeasure.Method.SHAPLEY, "u", new TreeMap<>(), Optional.empty()),
                new ContributionMeasure.HeldOut(
                        ContributionMeasure.Method.LEAVE_ONE_OUT,
                        "utility-2",
                        new TreeMap<>(Map.of("x", ConfigValue.of(HOSTILE))),
                        Optional.empty()),
                new ContributionMeasure.HeldOut(
                        ContributionMeasure.Method.GTG_SHAPLEY,
                        "u",
                        new TreeMap<>(),
                        Optional.of(new GtgShapley(0, Double.MIN_VALUE, Math.PI, 3))),
                new ContributionMeasure.GroupShapley(2, 7, "a\"b", false));
        List<IncentivePolicy> policies = new ArrayList<>();
        for (ContributionMeasure measure : measures) {
            for (PayoutRule rule : PayoutRule.values()) {
                boolean auction = rule == PayoutRule.AUCTION;
                boolean examples = measure instanceof ContributionMeasure.Examples;
                Terms terms = new Terms(
                        Runs.nodes("a", "b"),
                        3,
                        auction ? 0 : 10,
                        auction ? Terms.UNCAPPED : 20,
                        examples ? OptionalLong.of(5) : OptionalLong.empty(),
                        auction ? OptionalLong.of(0) : OptionalLong.empty());
                Terms others = new Terms(
                        Runs.nodes(),
                        1,
                        0,
                        Terms.UNCAPPED,
                        OptionalLong.empty(),
                        auction ? OptionalLong.of(7) : OptionalLong.empty());
                policies.add(new IncentivePolicy(
                        "€",
                        1000,
                        auction ? Settlement.RUN : Settlement.ROUND,
                        rule,
                        measure,
                        new TreeMap<>(Map.of("org.1-x", terms)),
                        examples ? Optional.empty() : Optional.of(others)));
            }
        }
        return policies;
    }

    @ParameterizedTest
    @MethodSource("events")
    void parse_ofEveryEvent_givesTheEventBack(RunEvent event) {
        String text = EventText.of(event);
        assertThat(EventText.parse(text)).isEqualTo(event);
        assertThat(text.chars()).as("one line").noneMatch(c -> c < 0x20);
    }

    @Test
    void events_ofThisTest_areOfEveryKind() {
        assertThat(events().stream().map(RunEvent::getClass).distinct().count())
                .isEqualTo(RunEvent.class.getPermittedSubclasses().length);
    }

    @Test
    void parse_textsOfPython_areCanonicalAndComplete() throws IOException {
        Map<String, String> vectors = vectors();
        assertThat(vectors.keySet().stream().filter(kind -> !kind.contains(",")))
                .hasSize(RunEvent.class.getPermittedSubclasses().length);
        vectors.forEach((kind, text) ->
                assertThat(EventText.of(EventText.parse(text))).as(kind).isEqualTo(text));
    }

    @Test
    void parse_textsOfPython_haveTheValuesThatPythonMeant() throws IOException {
        Map<String, String> vectors = vectors();
        RunEvent.UpdateAccepted update = (RunEvent.UpdateAccepted) EventText.parse(vectors.get("update-accepted"));
        assertThat(update.claimedExamples()).isEqualTo(Long.MAX_VALUE);
        assertThat(update.update()).isEqualTo(ContentHash.of("u".getBytes(StandardCharsets.UTF_8)));
        assertThat(update.l2Norm()).isEqualTo(3.0);
        assertThat(update.metrics())
                .containsEntry("loss", -0.5)
                .containsEntry("a\"b", 1.0)
                .hasSize(2);
        RunEvent.Opened opened = (RunEvent.Opened) EventText.parse(vectors.get("opened"));
        assertThat(opened.spec().policy().overSelection()).isEqualTo(1.25);
        assertThat(opened.spec().policy().evaluateDeadline()).hasMillis(1500);
        assertThat(opened.spec().config()).containsEntry("rate", ConfigValue.of(0.1));
        IncentivePolicy policy = ((RunEvent.Opened) EventText.parse(vectors.get("opened, paid by shapley values")))
                .spec()
                .incentive()
                .orElseThrow();
        assertThat(policy.organisations().get("cleveland").cap()).isEqualTo(400_000);
        assertThat(policy.others().orElseThrow().isCapped()).isFalse();
        assertThat(((ContributionMeasure.HeldOut) policy.measure()).sampling())
                .contains(new GtgShapley(0, 0.01, 0.05, 200));
        RunEvent.Allocated allocated = (RunEvent.Allocated) EventText.parse(vectors.get("allocated"));
        assertThat(allocated.theta()).isEqualTo(Fraction.of(1_980_001, 3));
        assertThat(allocated.payouts())
                .containsExactly(
                        new Payout("cleveland", 2, 10_000, 400_000, 400_000),
                        new Payout("node:c", 1, 0, Terms.UNCAPPED, 600_000));
        RunEvent.ContributionsMeasured measured =
                (RunEvent.ContributionsMeasured) EventText.parse(vectors.get("contributions-measured"));
        assertThat(measured.values().get(1)).isEqualTo(new CoalitionValue(Coalition.all(5), -0.25));
        assertThat(measured.contributions().get(0)).isEqualTo(new NodeContribution(node("a"), 0.125, 125_000));
        RunEvent.Stopped stopped = (RunEvent.Stopped) EventText.parse(vectors.get("stopped"));
        assertThat(stopped.reason())
                .isEqualTo("quote \" backslash \\ slash / tab \t line \n null \0 esc \u001b del \u007f e\u0301 \u2028"
                        + " \uD83D\uDE00");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\uD800", "\uDC00", "x\uDBFF", "\uDC00\uD800", "\uD83D\uD83D\uDE00", "\uD83D\uDE00\uDE00"})
    void event_loneSurrogates_areReplaced(String hostile) {
        String replaced = new String(hostile.getBytes(StandardCharsets.UTF_16), StandardCharsets.UTF_16);
        assertThat(new RunEvent.Stopped(hostile, START).reason())
                .isEqualTo(replaced)
                .doesNotContain(hostile);
        assertThat(new RunEvent.Failed(hostile, START).reason()).isEqualTo(replaced);
        assertThat(new RunEvent.NodeDropped(1, node("a"), DropReason.POLICY, hostile, START).detail())
                .isEqualTo(replaced);
        assertThat(new RunEvent.UpdateRefused(1, node("a"), Refusal.RUN_OVER, hostile, START).detail())
                .isEqualTo(replaced);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"text\"",
                "[]",
                "{}",
                "{\"v\":\"1\"}",
                "{\"at\":\"2026-01-01T00:00:00Z\",\"type\":\"stopped\",\"v\":\"1\"}",
                "{\"at\":\"2026-01-01T00:00:00Z\",\"reason\":[],\"type\":\"stopped\",\"v\":\"1\"}",
                "{\"at\":\"2026-01-01T00:00:00Z\",\"reason\":\"x\",\"type\":\"stopped\",\"v\":\"2\"}",
                "{\"at\":\"2026-01-01T00:00:00Z\",\"reason\":\"x\",\"type\":\"stoppd\",\"v\":\"1\"}",
                "{\"at\":\"2026-01-01T00:00:00Z\",\"extra\":\"\",\"reason\":\"x\",\"type\":\"stopped\",\"v\":\"1\"}",
                "{\"at\":\"2026-01-01T00:00:00.000Z\",\"reason\":\"x\",\"type\":\"stopped\",\"v\":\"1\"}",
                "{\"at\":\"yesterday\",\"reason\":\"x\",\"type\":\"stopped\",\"v\":\"1\"}",
                "{\"at\":\"2026-01-01T00:00:00Z\",\"cohort\":[[]],\"deadline\":\"2026-01-01T00:00:00Z\",\"model\":\""
                        + "0000000000000000000000000000000000000000000000000000000000000000"
                        + "\",\"round\":\"1\",\"type\":\"evaluation-started\",\"v\":\"1\"}",
                "{\"at\":\"2026-01-01T00:00:00Z\",\"examples\":\"+7\",\"metrics\":{},\"node\":\"a\",\"round\":\"1\","
                        + "\"type\":\"node-evaluated\",\"v\":\"1\"}",
                "{\"at\":\"2026-01-01T00:00:00Z\",\"examples\":\"7\",\"metrics\":{\"x\":\"0.5\"},\"node\":\"a\","
                        + "\"round\":\"1\",\"type\":\"node-evaluated\",\"v\":\"1\"}",
                "{\"at\":\"2026-01-01T00:00:00Z\",\"examples\":\"7\",\"metrics\":{\"x\":{}},\"node\":\"a\","
                        + "\"round\":\"1\",\"type\":\"node-evaluated\",\"v\":\"1\"}"
            })
    void parse_foreignText_isRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EventText.parse(text))
                .withMessageMatching("(?s).{10,}");
    }

    @Test
    void parse_mutatedTexts_failOnlyAsDocumented() {
        long seed = 20261123;
        Random random = new Random(seed);
        List<String> texts = events().stream().map(EventText::of).toList();
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            String mutated = mutate(texts.get(random.nextInt(texts.size())), texts, random);
            try {
                RunEvent event = EventText.parse(mutated);
                assertThat(EventText.of(event)).as("mutation " + i).isEqualTo(mutated);
            } catch (IllegalArgumentException expected) {
                refused++;
            } catch (RuntimeException | StackOverflowError other) {
                throw new AssertionError("seed " + seed + ", mutation " + i + ": " + mutated, other);
            }
        }
        assertThat(refused).as("mutations that were refused").isBetween(MUTATIONS / 2, MUTATIONS - 1);
    }

    private static String mutate(String text, List<String> texts, Random random) {
        StringBuilder out = new StringBuilder(text);
        String interesting = "{}[]\",:\\u0019azAZ-+.\u0000\uD800TZP";
        for (int i = random.nextInt(3); i >= 0 && !out.isEmpty(); i--) {
            int at = random.nextInt(out.length());
            int end = Math.min(out.length(), at + 1 + random.nextInt(12));
            switch (random.nextInt(7)) {
                case 0 -> out.deleteCharAt(at);
                case 1 -> out.insert(at, interesting.charAt(random.nextInt(interesting.length())));
                case 2 -> out.setCharAt(at, interesting.charAt(random.nextInt(interesting.length())));
                case 3 -> out.delete(at, end);
                case 4 -> out.insert(at, out.substring(at, end));
                case 5 -> {
                    String other = texts.get(random.nextInt(texts.size()));
                    int from = random.nextInt(other.length());
                    out.replace(at, end, other.substring(from, Math.min(other.length(), from + 20)));
                }
                default -> {
                    // A string becomes another kind of tree: what the typed readers have to notice.
                    int quote = out.indexOf(":\"", at);
                    int close = quote < 0 ? -1 : out.indexOf("\"", quote + 2);
                    if (close > 0) {
                        out.replace(quote + 1, close + 1, random.nextBoolean() ? "[]" : "{}");
                    }
                }
            }
        }
        return out.toString();
    }

    @Test
    void apply_afterRoundTrip_refusesAnOpenedInTheMiddle() {
        RunEvent.Opened opened = (RunEvent.Opened) events().get(0);
        assertThatThrownBy(() -> RunState.opened(opened).apply(opened))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Opened")
                .hasMessageContaining("the log is damaged");
    }
}

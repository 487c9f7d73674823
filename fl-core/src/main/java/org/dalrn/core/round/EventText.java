package org.dalrn.core.round;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
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
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.ParameterLayout;
import org.dalrn.core.model.RunId;
import org.dalrn.core.model.TensorSpec;
import org.dalrn.core.strategy.Sampling;
import org.dalrn.core.strategy.Strategy;

/**
 * The canonical text of an event: JSON with sorted keys and no number but in strings, the same on every machine.
 *
 * <p>Whole numbers stand in decimal, floating-point numbers as the 16 hexadecimal digits of their IEEE 754 bits (exact, and
 * the same in every language), hashes in hexadecimal, times as ISO-8601 in UTC. Each text carries its {@code type} and the version
 * {@code v} of the schema. A text of a released version is readable for ever.
 */
public final class EventText {

    /** The version of the texts that {@link #of} writes. */
    public static final String VERSION = "1";

    private static final HexFormat HEX = HexFormat.of();
    private static final int BITS_DIGITS = 16;

    private EventText() {}

    /** The event's canonical text. */
    public static String of(RunEvent event) {
        return CanonicalJson.write(tree(event));
    }

    /** What the text says, as strings, lists and sorted maps. */
    static SortedMap<String, Object> tree(RunEvent event) {
        Fields fields = event.accept(new Writer());
        fields.put("v", VERSION);
        fields.put("at", event.at().toString());
        return fields.tree;
    }

    /**
     * The event that a text tells.
     *
     * @throws IllegalArgumentException if the text is not canonical or not a known event
     */
    public static RunEvent parse(String text) {
        if (!(CanonicalJson.read(text) instanceof SortedMap<?, ?> map)) {
            throw new IllegalArgumentException("an event's text is a JSON object");
        }
        Reader reader = new Reader(map, text);
        if (!reader.text("v").equals(VERSION)) {
            throw new IllegalArgumentException(
                    "event version " + reader.text("v") + " is unknown; this program reads version " + VERSION);
        }
        RunEvent event = reader.event();
        if (!of(event).equals(text)) {
            throw new IllegalArgumentException("event " + reader.text("type")
                    + " has fields that it does not define, or a value in another than its one spelling");
        }
        return event;
    }

    /** A JSON object in the making. */
    private static final class Fields {
        private final TreeMap<String, Object> tree = new TreeMap<>();

        Fields(String type) {
            tree.put("type", type);
        }

        Fields() {}

        Fields put(String key, String value) {
            tree.put(key, value);
            return this;
        }

        Fields put(String key, long value) {
            return put(key, Long.toString(value));
        }

        Fields put(String key, double value) {
            return put(key, HEX.toHexDigits(Double.doubleToRawLongBits(value)));
        }

        Fields put(String key, ContentHash value) {
            return put(key, value.toString());
        }

        Fields put(String key, NodeId value) {
            return put(key, value.value());
        }

        Fields put(String key, Instant value) {
            return put(key, value.toString());
        }

        Fields put(String key, Duration value) {
            return put(key, value.toString());
        }

        Fields put(String key, Fields value) {
            tree.put(key, value.tree);
            return this;
        }

        <T> Fields putList(String key, List<T> values, Function<T, Object> toTree) {
            tree.put(key, values.stream().map(toTree).toList());
            return this;
        }

        Fields putMetrics(SortedMap<String, Double> metrics) {
            Fields fields = new Fields();
            metrics.forEach((name, value) -> fields.put(name, value.doubleValue()));
            return put("metrics", fields);
        }

        Fields putConfig(String key, SortedMap<String, ConfigValue> config) {
            Fields fields = new Fields();
            config.forEach((name, value) -> fields.put(name, valueOf(value)));
            return put(key, fields);
        }

        private static Fields valueOf(ConfigValue value) {
            return value.<Fields>match(
                    text -> new Fields().put("text", text),
                    number -> new Fields().put("number", number.doubleValue()),
                    integer -> new Fields().put("integer", integer.longValue()),
                    flag -> new Fields().put("flag", flag.toString()));
        }
    }

    private static final class Writer implements RunEvent.Visitor<Fields> {

        @Override
        public Fields opened(RunEvent.Opened event) {
            return new Fields("opened")
                    .put("run", event.run().value())
                    .put("seed", event.seed())
                    .put("spec", spec(event.spec()));
        }

        private static Fields spec(RunSpec spec) {
            Sampling sampling = spec.strategy().sampling();
            Fields fields = new Fields()
                    .put("name", spec.name())
                    .putList("layout", spec.layout().tensors(), Writer::tensor)
                    .put("initialModel", spec.initialModel())
                    .put("rounds", spec.rounds())
                    .put("strategy", spec.strategy().name())
                    .putConfig("strategySettings", spec.strategy().settings())
                    .put("fractionTrain", sampling.fractionTrain())
                    .put("minTrainNodes", sampling.minTrainNodes())
                    .put("fractionEvaluate", sampling.fractionEvaluate())
                    .put("minEvaluateNodes", sampling.minEvaluateNodes())
                    .put("minAvailableNodes", sampling.minAvailableNodes())
                    .put("trainDeadline", spec.policy().trainDeadline())
                    .put("evaluateDeadline", spec.policy().evaluateDeadline())
                    .put("quorum", spec.policy().quorum())
                    .put("overSelection", spec.policy().overSelection())
                    .put("maxAttempts", spec.policy().maxAttempts())
                    .put("maxExamplesPerNode", spec.maxExamplesPerNode())
                    .put("maxAbsoluteValue", spec.maxAbsoluteValue())
                    .putConfig("config", spec.config());
            spec.incentive().ifPresent(incentive -> fields.put("incentive", incentive(incentive)));
            return fields;
        }

        private static Fields incentive(IncentivePolicy policy) {
            Fields organisations = new Fields();
            policy.organisations().forEach((name, terms) -> organisations.put(name, terms(terms)));
            Fields fields = new Fields()
                    .put("unit", policy.unit())
                    .put("budget", policy.budget())
                    .put("settle", policy.settlement().label())
                    .put("rule", policy.rule().label())
                    .put("measure", policy.measure().label())
                    .put("organisations", organisations);
            policy.others().ifPresent(terms -> fields.put("others", terms(terms)));
            return policy.measure()
                    .match(
                            participation -> fields,
                            examples -> fields,
                            alignment -> fields,
                            heldOut -> {
                                fields.put("utility", heldOut.utility())
                                        .putConfig("utilitySettings", heldOut.settings());
                                heldOut.sampling().ifPresent(sampling -> fields.put("sampling", sampling(sampling)));
                                return fields;
                            },
                            group -> fields.put("groups", group.groups())
                                    .put("groupSize", group.groupSize())
                                    .put("metric", group.metric())
                                    .put("largerIsBetter", Boolean.toString(group.largerIsBetter())));
        }

        private static Fields sampling(GtgShapley sampling) {
            return new Fields()
                    .put("betweenRounds", sampling.betweenRounds())
                    .put("withinRound", sampling.withinRound())
                    .put("convergence", sampling.convergence())
                    .put("mostEvaluations", sampling.mostEvaluations());
        }

        private static Fields terms(Terms terms) {
            Fields fields = new Fields()
                    .putList("nodes", List.copyOf(terms.nodes()), NodeId::value)
                    .put("weight", terms.weight())
                    .put("reservation", terms.reservation());
            if (terms.isCapped()) {
                fields.put("cap", terms.cap());
            }
            terms.verifiedExamples().ifPresent(count -> fields.put("verifiedExamples", count));
            terms.bid().ifPresent(bid -> fields.put("bid", bid));
            return fields;
        }

        private static Fields withCoalitions(Fields fields, List<CoalitionModel> coalitions) {
            return coalitions.isEmpty()
                    ? fields
                    : fields.putList(
                            "coalitions",
                            coalitions,
                            coalition -> new Fields()
                                    .put("members", coalition.members().toString())
                                    .put("model", coalition.model())
                                    .tree);
        }

        private static Object tensor(TensorSpec tensor) {
            return new Fields()
                    .put("name", tensor.name())
                    .putList("shape", tensor.shape(), dimension -> Integer.toString(dimension))
                    .tree;
        }

        @Override
        public Fields resumed(RunEvent.Resumed event) {
            return new Fields("resumed").put("deadline", event.deadline());
        }

        @Override
        public Fields roundStarted(RunEvent.RoundStarted event) {
            return new Fields("round-started")
                    .put("round", event.round())
                    .put("attempt", event.attempt())
                    .put("model", event.model())
                    .putList("cohort", event.cohort(), NodeId::value)
                    .putList("passedOver", event.passedOver(), NodeId::value)
                    .put("target", event.target())
                    .put("deadline", event.deadline());
        }

        @Override
        public Fields updateAccepted(RunEvent.UpdateAccepted event) {
            return new Fields("update-accepted")
                    .put("round", event.round())
                    .put("node", event.node())
                    .put("update", event.update())
                    .put("claimedExamples", event.claimedExamples())
                    .put("grantedWeight", event.grantedWeight())
                    .put("l2Norm", event.l2Norm())
                    .put("maxAbsoluteValue", event.maxAbsoluteValue())
                    .putMetrics(event.metrics());
        }

        @Override
        public Fields updateRefused(RunEvent.UpdateRefused event) {
            return new Fields("update-refused")
                    .put("round", event.round())
                    .put("node", event.node())
                    .put("reason", event.reason().name())
                    .put("detail", event.detail());
        }

        @Override
        public Fields nodeDropped(RunEvent.NodeDropped event) {
            return new Fields("node-dropped")
                    .put("round", event.round())
                    .put("node", event.node())
                    .put("reason", event.reason().name())
                    .put("detail", event.detail());
        }

        @Override
        public Fields roundClosed(RunEvent.RoundClosed event) {
            return new Fields("round-closed")
                    .put("round", event.round())
                    .put("attempt", event.attempt())
                    .putList("updates", event.updates(), ContentHash::toString)
                    .put("totalWeight", event.totalWeight())
                    .put("reason", event.reason().name());
        }

        @Override
        public Fields roundAbandoned(RunEvent.RoundAbandoned event) {
            return new Fields("round-abandoned")
                    .put("round", event.round())
                    .put("attempt", event.attempt())
                    .put("accepted", event.accepted())
                    .put("quorum", event.quorum());
        }

        @Override
        public Fields modelPublished(RunEvent.ModelPublished event) {
            Fields fields = new Fields("model-published")
                    .put("round", event.round())
                    .put("model", event.model())
                    .put("sumDigest", event.sumDigest())
                    .put("evaluationDeadline", event.evaluationDeadline());
            return withCoalitions(fields, event.coalitions());
        }

        @Override
        public Fields evaluationStarted(RunEvent.EvaluationStarted event) {
            Fields fields = new Fields("evaluation-started")
                    .put("round", event.round())
                    .put("model", event.model())
                    .putList("cohort", event.cohort(), NodeId::value)
                    .putList("passedOver", event.passedOver(), NodeId::value)
                    .put("deadline", event.deadline());
            return withCoalitions(fields, event.coalitions());
        }

        @Override
        public Fields nodeEvaluated(RunEvent.NodeEvaluated event) {
            Fields fields = new Fields("node-evaluated")
                    .put("round", event.round())
                    .put("node", event.node())
                    .put("examples", event.examples())
                    .putMetrics(event.metrics());
            return event.coalitionMetrics().isEmpty()
                    ? fields
                    : fields.putList("coalitionMetrics", event.coalitionMetrics(), Writer::bits);
        }

        private static String bits(double value) {
            return HEX.toHexDigits(Double.doubleToRawLongBits(value));
        }

        @Override
        public Fields contributionsMeasured(RunEvent.ContributionsMeasured event) {
            return new Fields("contributions-measured")
                    .put("round", event.round())
                    .putList(
                            "values",
                            event.values(),
                            value -> new Fields()
                                    .put("members", value.members().toString())
                                    .put("value", value.value())
                                    .tree)
                    .putList(
                            "contributions",
                            event.contributions(),
                            contribution -> new Fields()
                                    .put("node", contribution.node())
                                    .put("value", contribution.value())
                                    .put("points", contribution.points())
                                    .tree);
        }

        @Override
        public Fields allocated(RunEvent.Allocated event) {
            return new Fields("allocated")
                    .put("round", event.round())
                    .put("budget", event.budget())
                    .put("theta", event.theta().toString())
                    .putList("payouts", event.payouts(), Writer::payout)
                    .put("undistributed", event.undistributed());
        }

        private static Object payout(Payout payout) {
            Fields fields = new Fields()
                    .put("claimant", payout.claimant())
                    .put("weight", payout.weight())
                    .put("reservation", payout.reservation())
                    .put("amount", payout.amount());
            return (payout.isCapped() ? fields.put("cap", payout.cap()) : fields).tree;
        }

        @Override
        public Fields roundCompleted(RunEvent.RoundCompleted event) {
            return new Fields("round-completed")
                    .put("round", event.round())
                    .put("evaluatedExamples", event.evaluatedExamples())
                    .putMetrics(event.metrics());
        }

        @Override
        public Fields finished(RunEvent.Finished event) {
            return new Fields("finished").put("model", event.model());
        }

        @Override
        public Fields stopped(RunEvent.Stopped event) {
            return new Fields("stopped").put("reason", event.reason());
        }

        @Override
        public Fields failed(RunEvent.Failed event) {
            return new Fields("failed").put("reason", event.reason());
        }
    }

    /** Typed access to a parsed object. */
    private record Reader(SortedMap<?, ?> tree, String source) {

        RunEvent event() {
            Instant at = instant("at");
            String type = text("type");
            return switch (type) {
                case "opened" ->
                    new RunEvent.Opened(new RunId(text("run")), object("spec").spec(), hash("seed"), at);
                case "resumed" -> new RunEvent.Resumed(instant("deadline"), at);
                case "round-started" ->
                    new RunEvent.RoundStarted(
                            integer("round"),
                            integer("attempt"),
                            hash("model"),
                            nodes("cohort"),
                            nodes("passedOver"),
                            integer("target"),
                            instant("deadline"),
                            at);
                case "update-accepted" ->
                    new RunEvent.UpdateAccepted(
                            integer("round"),
                            node(),
                            hash("update"),
                            whole("claimedExamples"),
                            whole("grantedWeight"),
                            number("l2Norm"),
                            number("maxAbsoluteValue"),
                            metrics(),
                            at);
                case "update-refused" ->
                    new RunEvent.UpdateRefused(
                            integer("round"), node(), Refusal.valueOf(text("reason")), text("detail"), at);
                case "node-dropped" ->
                    new RunEvent.NodeDropped(
                            integer("round"), node(), DropReason.valueOf(text("reason")), text("detail"), at);
                case "round-closed" ->
                    new RunEvent.RoundClosed(
                            integer("round"),
                            integer("attempt"),
                            list("updates", element -> ContentHash.parse(string("updates", element))),
                            whole("totalWeight"),
                            CloseReason.valueOf(text("reason")),
                            at);
                case "round-abandoned" ->
                    new RunEvent.RoundAbandoned(
                            integer("round"), integer("attempt"), integer("accepted"), integer("quorum"), at);
                case "model-published" ->
                    new RunEvent.ModelPublished(
                            integer("round"),
                            hash("model"),
                            hash("sumDigest"),
                            instant("evaluationDeadline"),
                            coalitions(),
                            at);
                case "evaluation-started" ->
                    new RunEvent.EvaluationStarted(
                            integer("round"),
                            hash("model"),
                            nodes("cohort"),
                            nodes("passedOver"),
                            instant("deadline"),
                            coalitions(),
                            at);
                case "node-evaluated" ->
                    new RunEvent.NodeEvaluated(
                            integer("round"),
                            node(),
                            whole("examples"),
                            metrics(),
                            has("coalitionMetrics")
                                    ? list("coalitionMetrics", element -> decimal("coalitionMetrics", element))
                                    : List.of(),
                            at);
                case "contributions-measured" ->
                    new RunEvent.ContributionsMeasured(
                            integer("round"),
                            list("values", element -> {
                                Reader value = reader("values", element);
                                return new CoalitionValue(value.members(), value.number("value"));
                            }),
                            list("contributions", element -> {
                                Reader contribution = reader("contributions", element);
                                return new NodeContribution(
                                        contribution.node(),
                                        contribution.number("value"),
                                        contribution.whole("points"));
                            }),
                            at);
                case "allocated" ->
                    new RunEvent.Allocated(
                            integer("round"),
                            whole("budget"),
                            Fraction.parse(text("theta")),
                            list("payouts", this::payout),
                            whole("undistributed"),
                            at);
                case "round-completed" ->
                    new RunEvent.RoundCompleted(integer("round"), whole("evaluatedExamples"), metrics(), at);
                case "finished" -> new RunEvent.Finished(hash("model"), at);
                case "stopped" -> new RunEvent.Stopped(text("reason"), at);
                case "failed" -> new RunEvent.Failed(text("reason"), at);
                default -> throw new IllegalArgumentException("event type '" + type + "' is unknown");
            };
        }

        private RunSpec spec() {
            Sampling sampling = new Sampling(
                    number("fractionTrain"),
                    integer("minTrainNodes"),
                    number("fractionEvaluate"),
                    integer("minEvaluateNodes"),
                    integer("minAvailableNodes"));
            RoundPolicy policy = new RoundPolicy(
                    duration("trainDeadline"),
                    duration("evaluateDeadline"),
                    integer("quorum"),
                    number("overSelection"),
                    integer("maxAttempts"));
            return new RunSpec(
                    text("name"),
                    ParameterLayout.of(list("layout", this::tensor)),
                    hash("initialModel"),
                    integer("rounds"),
                    Strategy.of(
                            text("strategy"),
                            sampling,
                            object("strategySettings").config()),
                    policy,
                    whole("maxExamplesPerNode"),
                    number("maxAbsoluteValue"),
                    object("config").config(),
                    has("incentive") ? Optional.of(object("incentive").incentive()) : Optional.empty());
        }

        private IncentivePolicy incentive() {
            SortedMap<String, Terms> organisations = new TreeMap<>();
            Reader terms = object("organisations");
            terms.tree
                    .keySet()
                    .forEach(name -> organisations.put(
                            (String) name, terms.object((String) name).terms()));
            return new IncentivePolicy(
                    text("unit"),
                    whole("budget"),
                    Settlement.parse(text("settle")),
                    PayoutRule.parse(text("rule")),
                    measure(),
                    organisations,
                    has("others") ? Optional.of(object("others").terms()) : Optional.empty());
        }

        private ContributionMeasure measure() {
            String label = text("measure");
            return switch (label) {
                case ContributionMeasure.Participation.NAME -> new ContributionMeasure.Participation();
                case ContributionMeasure.Examples.NAME -> new ContributionMeasure.Examples();
                case ContributionMeasure.Alignment.NAME -> new ContributionMeasure.Alignment();
                case ContributionMeasure.GroupShapley.NAME ->
                    new ContributionMeasure.GroupShapley(
                            integer("groups"),
                            integer("groupSize"),
                            text("metric"),
                            Boolean.parseBoolean(text("largerIsBetter")));
                default ->
                    new ContributionMeasure.HeldOut(
                            ContributionMeasure.Method.parse(label),
                            text("utility"),
                            object("utilitySettings").config(),
                            has("sampling") ? Optional.of(object("sampling").sampling()) : Optional.empty());
            };
        }

        private GtgShapley sampling() {
            return new GtgShapley(
                    number("betweenRounds"), number("withinRound"), number("convergence"), integer("mostEvaluations"));
        }

        private Terms terms() {
            return new Terms(
                    new TreeSet<>(nodes("nodes")),
                    whole("weight"),
                    whole("reservation"),
                    has("cap") ? whole("cap") : Terms.UNCAPPED,
                    has("verifiedExamples") ? OptionalLong.of(whole("verifiedExamples")) : OptionalLong.empty(),
                    has("bid") ? OptionalLong.of(whole("bid")) : OptionalLong.empty());
        }

        private Payout payout(Object element) {
            Reader payout = reader("payouts", element);
            return new Payout(
                    payout.text("claimant"),
                    payout.whole("weight"),
                    payout.whole("reservation"),
                    payout.has("cap") ? payout.whole("cap") : Terms.UNCAPPED,
                    payout.whole("amount"));
        }

        private List<CoalitionModel> coalitions() {
            return has("coalitions")
                    ? list("coalitions", element -> {
                        Reader coalition = reader("coalitions", element);
                        return new CoalitionModel(coalition.members(), coalition.hash("model"));
                    })
                    : List.of();
        }

        private Coalition members() {
            return Coalition.parse(text("members"));
        }

        private boolean has(String key) {
            return tree.containsKey(key);
        }

        private TensorSpec tensor(Object element) {
            Reader reader = reader("layout", element);
            return new TensorSpec(
                    reader.text("name"),
                    reader.list("shape", dimension -> Integer.valueOf(string("shape", dimension))));
        }

        private SortedMap<String, ConfigValue> config() {
            SortedMap<String, ConfigValue> config = new TreeMap<>();
            for (Map.Entry<?, ?> entry : tree.entrySet()) {
                String key = (String) entry.getKey();
                Reader value = reader(key, entry.getValue());
                String kind = (String) value.tree.firstKey();
                config.put(
                        key,
                        switch (kind) {
                            case "text" -> ConfigValue.of(value.text(kind));
                            case "number" -> ConfigValue.of(value.number(kind));
                            case "integer" -> ConfigValue.of(value.whole(kind));
                            case "flag" -> ConfigValue.of(Boolean.parseBoolean(value.text(kind)));
                            default -> throw new IllegalArgumentException("config kind '" + kind + "' is unknown");
                        });
            }
            return config;
        }

        private Reader reader(String key, Object element) {
            if (!(element instanceof SortedMap<?, ?> map) || map.isEmpty()) {
                throw new IllegalArgumentException("field '" + key + "' is not an object with fields");
            }
            return new Reader(map, source);
        }

        private Reader object(String key) {
            if (!(field(key) instanceof SortedMap<?, ?> map)) {
                throw new IllegalArgumentException("field '" + key + "' is not an object");
            }
            return new Reader(map, source);
        }

        private Object field(String key) {
            Object value = tree.get(key);
            if (value == null) {
                throw new IllegalArgumentException("field '" + key + "' is missing");
            }
            return value;
        }

        private String text(String key) {
            return string(key, field(key));
        }

        private static String string(String key, Object value) {
            if (!(value instanceof String string)) {
                throw new IllegalArgumentException("field '" + key + "' is not a string, or holds what is none");
            }
            return string;
        }

        private <T> List<T> list(String key, Function<Object, T> read) {
            if (!(field(key) instanceof List<?> list)) {
                throw new IllegalArgumentException("field '" + key + "' is not an array");
            }
            List<T> values = new ArrayList<>(list.size());
            for (Object element : list) {
                values.add(read.apply(element));
            }
            return values;
        }

        private SortedMap<String, Double> metrics() {
            Reader metrics = object("metrics");
            SortedMap<String, Double> values = new TreeMap<>();
            metrics.tree.keySet().forEach(name -> values.put((String) name, metrics.number((String) name)));
            return values;
        }

        private List<NodeId> nodes(String key) {
            return list(key, element -> new NodeId(string(key, element)));
        }

        private NodeId node() {
            return new NodeId(text("node"));
        }

        private ContentHash hash(String key) {
            return ContentHash.parse(text(key));
        }

        private Instant instant(String key) {
            try {
                return Instant.parse(text(key));
            } catch (DateTimeException malformed) {
                throw new IllegalArgumentException("field '" + key + "' is no time in UTC (ISO-8601)", malformed);
            }
        }

        private Duration duration(String key) {
            try {
                return Duration.parse(text(key));
            } catch (DateTimeException malformed) {
                throw new IllegalArgumentException("field '" + key + "' is no duration (ISO-8601)", malformed);
            }
        }

        private double number(String key) {
            return decimal(key, field(key));
        }

        private static double decimal(String key, Object value) {
            String bits = string(key, value);
            if (bits.length() != BITS_DIGITS) {
                throw new IllegalArgumentException(
                        "field '" + key + "' is not the " + BITS_DIGITS + " hexadecimal digits of a binary64 number");
            }
            return Double.longBitsToDouble(HexFormat.fromHexDigitsToLong(bits));
        }

        private long whole(String key) {
            return Long.parseLong(text(key));
        }

        private int integer(String key) {
            return Integer.parseInt(text(key));
        }
    }
}

package org.dalrn.server.gateway;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import org.dalrn.core.incentive.ContributionMeasure;
import org.dalrn.core.incentive.IncentivePolicy;
import org.dalrn.core.incentive.PayoutRule;
import org.dalrn.core.incentive.Settlement;
import org.dalrn.core.incentive.Terms;
import org.dalrn.core.incentive.contribution.GtgShapley;
import org.dalrn.core.model.ConfigValue;
import org.dalrn.core.model.NodeId;
import org.dalrn.server.settings.NumberText;
import org.dalrn.server.settings.Settings;

/** The section {@code incentive} of a run file: who earns what. Confined to one thread. */
final class IncentiveSection {
    private static final int MOST_CLAIMS = 1 << 20;

    private final Settings settings;

    private IncentiveSection(Settings settings) {
        this.settings = settings;
    }

    /** The policy of a document; empty if it has none. */
    static Supplier<Optional<IncentivePolicy>> read(Settings settings) {
        Settings.Section root = settings.root();
        if (!root.has("incentive")) {
            return Optional::empty;
        }
        Supplier<IncentivePolicy> policy = new IncentiveSection(settings).policy(root.section("incentive"));
        return () -> Optional.of(policy.get());
    }

    private Supplier<IncentivePolicy> policy(Settings.Section section) {
        Supplier<Long> budget = section.required("budget", "budget: 1000000", NumberText::whole);
        Supplier<String> unit = section.required("unit", "unit: cent", text -> text);
        Supplier<Settlement> settle = section.required("settle", "settle: round", Settlement::parse);
        Supplier<PayoutRule> rule = section.required("rule", "rule: nash", PayoutRule::parse);
        Supplier<ContributionMeasure> measure = measure(section);
        Settings.Section named = section.section("organisations");
        SortedMap<String, Supplier<Terms>> organisations = new TreeMap<>();
        for (String name : named.unread()) {
            organisations.put(name, terms(named.section(name), true));
        }
        Supplier<Optional<Terms>> others = Optional::empty;
        if (section.has("others")) {
            Supplier<Terms> terms = terms(section.section("others"), false);
            others = () -> Optional.of(terms.get());
        }
        Supplier<Optional<Terms>> termsOfOthers = others;
        return settings.build("incentive", () -> {
            SortedMap<String, Terms> terms = new TreeMap<>();
            organisations.forEach((name, organisation) -> terms.put(name, organisation.get()));
            return new IncentivePolicy(
                    unit.get(), budget.get(), settle.get(), rule.get(), measure.get(), terms, termsOfOthers.get());
        });
    }

    private Supplier<Terms> terms(Settings.Section section, boolean hasNodes) {
        Supplier<List<NodeId>> nodes =
                hasNodes ? section.requiredList("nodes", "nodes: [cleveland]", NodeId::new) : List::of;
        Supplier<Long> weight = section.value("weight", "1", NumberText::whole);
        Supplier<Long> reservation = section.value("reservation", "0", NumberText::whole);
        Supplier<Optional<Long>> cap = section.optional("cap", IncentiveSection::amount);
        Supplier<Optional<Long>> verified = section.optional("verified-examples", NumberText::whole);
        Supplier<Optional<Long>> bid = section.optional("bid", NumberText::whole);
        return settings.build(
                section.path(),
                () -> new Terms(
                        new TreeSet<>(nodes.get()),
                        weight.get(),
                        reservation.get(),
                        cap.get().orElse(Terms.UNCAPPED),
                        asLong(verified.get()),
                        asLong(bid.get())));
    }

    /** The largest number stands for no cap inside; whoever means none leaves the key out. */
    private static long amount(String text) {
        long value = NumberText.whole(text);
        if (value == Terms.UNCAPPED) {
            throw new IllegalArgumentException(value + " is no cap; leave the key out for none");
        }
        return value;
    }

    private static OptionalLong asLong(Optional<Long> value) {
        return value.map(OptionalLong::of).orElse(OptionalLong.empty());
    }

    private Supplier<ContributionMeasure> measure(Settings.Section section) {
        Supplier<Function<Settings.Section, Supplier<ContributionMeasure>>> kind =
                section.required("measure", "measure: participation", this::measureOf);
        try {
            return kind.get().apply(section);
        } catch (IllegalStateException alreadyNamed) {
            // Without a measure nobody knows which keys belong to it.
            List.of(
                            "groups",
                            "group-size",
                            "metric",
                            "larger-is-better",
                            "utility",
                            "most-evaluations",
                            "between-rounds",
                            "within-round",
                            "convergence")
                    .forEach(section::skip);
            return () -> {
                throw alreadyNamed;
            };
        }
    }

    private Function<Settings.Section, Supplier<ContributionMeasure>> measureOf(String label) {
        return switch (label) {
            case ContributionMeasure.Participation.NAME -> section -> ContributionMeasure.Participation::new;
            case ContributionMeasure.Examples.NAME -> section -> ContributionMeasure.Examples::new;
            case ContributionMeasure.Alignment.NAME -> section -> ContributionMeasure.Alignment::new;
            case ContributionMeasure.GroupShapley.NAME -> this::groupShapley;
            default -> {
                ContributionMeasure.Method method = ContributionMeasure.Method.parse(label);
                yield section -> heldOut(section, method);
            }
        };
    }

    private Supplier<ContributionMeasure> groupShapley(Settings.Section section) {
        Supplier<Integer> groups = section.required(
                "groups", "groups: 4", NumberText.wholeBetween(2, ContributionMeasure.GroupShapley.MOST_GROUPS));
        Supplier<Integer> size =
                section.required("group-size", "group-size: 3", NumberText.wholeBetween(1, MOST_CLAIMS));
        Supplier<String> metric = section.required("metric", "metric: accuracy", text -> text);
        Supplier<Boolean> larger = section.required("larger-is-better", "larger-is-better: true", NumberText::flag);
        return settings.build(
                section.path(),
                () -> new ContributionMeasure.GroupShapley(groups.get(), size.get(), metric.get(), larger.get()));
    }

    private Supplier<ContributionMeasure> heldOut(Settings.Section section, ContributionMeasure.Method method) {
        Settings.Section utility = section.section("utility");
        Supplier<String> name = utility.required("name", "name: held-out-accuracy", text -> text);
        SortedMap<String, ConfigValue> own = new TreeMap<>(utility.others());
        Supplier<Optional<GtgShapley>> sampling = Optional::empty;
        if (method == ContributionMeasure.Method.GTG_SHAPLEY) {
            Supplier<Integer> most = section.required(
                    "most-evaluations",
                    "most-evaluations: 200",
                    NumberText.wholeBetween(3, ContributionMeasure.HeldOut.MOST_EVALUATIONS));
            Supplier<Double> between = section.value("between-rounds", "0", NumberText::decimal);
            Supplier<Double> within = section.value("within-round", "0", NumberText::decimal);
            Supplier<Double> convergence = section.value("convergence", "0.05", NumberText::decimal);
            Supplier<GtgShapley> gtg = settings.build(
                    section.path(), () -> new GtgShapley(between.get(), within.get(), convergence.get(), most.get()));
            sampling = () -> Optional.of(gtg.get());
        }
        Supplier<Optional<GtgShapley>> samples = sampling;
        return settings.build(
                section.path(), () -> new ContributionMeasure.HeldOut(method, name.get(), own, samples.get()));
    }

    /** Writes what {@link #read} reads. */
    static void write(IncentivePolicy policy, ObjectNode document) {
        ObjectNode section = document.putObject("incentive");
        section.put("budget", policy.budget())
                .put("unit", policy.unit())
                .put("settle", policy.settlement().label())
                .put("rule", policy.rule().label())
                .put("measure", policy.measure().label());
        writeMeasure(policy.measure(), section);
        ObjectNode organisations = section.putObject("organisations");
        policy.organisations().forEach((name, terms) -> {
            ObjectNode organisation = organisations.putObject(name);
            ArrayNode nodes = organisation.putArray("nodes");
            terms.nodes().forEach(node -> nodes.add(node.value()));
            writeTerms(terms, organisation);
        });
        policy.others().ifPresent(terms -> writeTerms(terms, section.putObject("others")));
    }

    private static void writeTerms(Terms terms, ObjectNode node) {
        node.put("weight", terms.weight()).put("reservation", terms.reservation());
        if (terms.isCapped()) {
            node.put("cap", terms.cap());
        }
        terms.verifiedExamples().ifPresent(count -> node.put("verified-examples", count));
        terms.bid().ifPresent(bid -> node.put("bid", bid));
    }

    private static void writeMeasure(ContributionMeasure measure, ObjectNode section) {
        measure.<ObjectNode>match(
                participation -> section,
                examples -> section,
                alignment -> section,
                heldOut -> {
                    ObjectNode utility = section.putObject("utility").put("name", heldOut.utility());
                    heldOut.settings().forEach((key, value) -> RunFile.put(utility, key, value));
                    heldOut.sampling()
                            .ifPresent(sampling -> section.put("most-evaluations", sampling.mostEvaluations())
                                    .put("between-rounds", sampling.betweenRounds())
                                    .put("within-round", sampling.withinRound())
                                    .put("convergence", sampling.convergence()));
                    return section;
                },
                group -> section.put("groups", group.groups())
                        .put("group-size", group.groupSize())
                        .put("metric", group.metric())
                        .put("larger-is-better", group.largerIsBetter()));
    }
}

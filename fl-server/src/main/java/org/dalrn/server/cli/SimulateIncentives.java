package org.dalrn.server.cli;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.dalrn.core.incentive.bargaining.Claim;
import org.dalrn.core.incentive.effort.EffortEquilibrium;
import org.dalrn.core.incentive.effort.LeastBudget;
import org.dalrn.core.incentive.effort.TullockContest;
import org.dalrn.protocol.ErrorCode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code dalrn incentives simulate}: what a rule makes it worth a node's while to do. */
@Command(
        name = "simulate",
        description = "Compute how much nodes contribute at equilibrium, and try whether doing otherwise, or stating"
                + " something else than the truth, would serve one of them better under a rule.",
        footer = "%nLists are numbers with commas between them, one for each node or one for all.")
final class SimulateIncentives implements Callable<Integer> {

    private static final long LARGEST_FILE_BYTES = 1 << 20;

    private final Shell shell;

    @Mixin
    OutputOptions output = new OutputOptions();

    @Spec
    @Nullable
    CommandSpec spec;

    @Option(names = "--budget", required = true, paramLabel = "UNITS", description = "What is divided, in whole units.")
    long budget;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            description =
                    "How many nodes; may be left out where a list says it. 2 to " + IncentiveStudy.MOST_NODES + ".")
    @Nullable
    Integer count;

    @ArgGroup(multiplicity = "1")
    UnitCosts costs = new UnitCosts();

    @Option(
            names = "--exponent",
            paramLabel = "K",
            defaultValue = "1",
            description = "An effort e costs COST * e^K / K. Default: ${DEFAULT-VALUE}, every unit costs the same.")
    double exponent;

    @Option(
            names = "--outside",
            paramLabel = "LIST",
            defaultValue = "0",
            description = "What each node has if it stays away, or its fixed costs of taking part, in whole units."
                    + " Default: nothing.")
    String outside = "";

    @Option(
            names = "--reservations",
            paramLabel = "LIST",
            description =
                    "What each node is sure to get, in whole units. Default: as --outside; an auction knows none.")
    @Nullable
    String reservations;

    @Option(names = "--caps", paramLabel = "LIST", description = "The most that each node can get. Default: no limit.")
    @Nullable
    String caps;

    @Option(
            names = "--rule",
            paramLabel = "RULE",
            defaultValue = "nash",
            description = "One of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    SimulatedRule rule = SimulatedRule.NASH;

    @Option(
            names = "--svg",
            paramLabel = "FILE",
            description = "Draw what a node has over its own effort, for up to " + EffortPlot.MOST_CURVES
                    + " of the nodes; a file that is there is replaced.")
    @Nullable
    Path svg;

    /** There is no usual cost. */
    static final class UnitCosts {
        @Option(names = "--costs", paramLabel = "LIST", description = "What a unit of effort costs each node.")
        @Nullable
        String list;

        @Option(
                names = "--costs-file",
                paramLabel = "FILE",
                description = "File with one such cost a line; lines that begin with # say nothing.")
        @Nullable
        Path file;
    }

    SimulateIncentives(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        IncentiveStudy study = study();
        List<IncentiveStudy.Finding> findings = study.findings();
        if (svg != null) {
            draw(study, shell.folder().resolve(svg));
        }
        if (output.json) {
            shell.out().println(json(study, findings));
        } else {
            print(study, findings);
        }
        return ExitCode.OK.number();
    }

    private ParameterException misused(String detail) {
        return new ParameterException(requireNonNull(spec, "spec").commandLine(), detail);
    }

    private IncentiveStudy study() {
        List<Double> unitCosts = unitCosts();
        int n = count == null ? unitCosts.size() : count;
        if (n < 2 || n > IncentiveStudy.MOST_NODES) {
            throw misused("there are " + n + " nodes; a contest has 2 to " + IncentiveStudy.MOST_NODES
                    + (n == 1 ? ": with one cost for all, --nodes says how many there are" : ""));
        }
        if (budget < 1 || budget > IncentiveStudy.LARGEST_BUDGET) {
            throw misused("--budget is " + budget + ", not in [1, " + IncentiveStudy.LARGEST_BUDGET + "]");
        }
        List<Double> costOfEach = each("--costs", unitCosts, n);
        List<Long> outsideOfEach = each("--outside", numbers("--outside", outside, this::amount), n);
        List<Long> reservationOfEach = reservations == null
                ? rule == SimulatedRule.AUCTION ? each("--reservations", List.of(0L), n) : outsideOfEach
                : each("--reservations", numbers("--reservations", reservations, this::amount), n);
        if (rule == SimulatedRule.AUCTION && (reservations != null || caps != null)) {
            throw misused("an auction has neither --reservations nor --caps: bids take their place");
        }
        List<Long> capOfEach =
                each("--caps", caps == null ? List.of(Claim.UNCAPPED) : numbers("--caps", caps, this::amount), n);
        List<IncentiveStudy.Node> nodes = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            double cost = costOfEach.get(i);
            if (!(cost >= 1 / TullockContest.LARGEST_UNIT_COST && cost <= TullockContest.LARGEST_UNIT_COST)) {
                throw misused("the unit cost of node " + (i + 1) + " is " + cost + ", not in ["
                        + 1 / TullockContest.LARGEST_UNIT_COST + ", " + TullockContest.LARGEST_UNIT_COST
                        + "]; choose another unit of effort");
            }
            if (capOfEach.get(i) < reservationOfEach.get(i)) {
                throw misused("the cap of node " + (i + 1) + " is " + capOfEach.get(i) + ", below its reservation "
                        + reservationOfEach.get(i));
            }
            nodes.add(new IncentiveStudy.Node(
                    costOfEach.get(i), outsideOfEach.get(i), reservationOfEach.get(i), capOfEach.get(i)));
        }
        try {
            return new IncentiveStudy(rule, budget, exponent, nodes);
        } catch (IllegalArgumentException refused) {
            throw misused(String.valueOf(refused.getMessage()));
        }
    }

    private List<Double> unitCosts() {
        if (costs.list != null) {
            return numbers("--costs", costs.list, Double::valueOf);
        }
        Path file = shell.folder().resolve(requireNonNull(costs.file, "file"));
        try {
            if (Files.size(file) > LARGEST_FILE_BYTES) {
                throw misused(file + " has more than " + LARGEST_FILE_BYTES + " bytes; it holds one number a line");
            }
            List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
            return numbers("--costs-file", String.join(",", lines), Double::valueOf);
        } catch (IOException unreadable) {
            throw new CliException(
                    ErrorCode.CONFIG_INVALID, "the costs cannot be read from " + file + ": " + unreadable, unreadable);
        }
    }

    private <T> List<T> numbers(String option, String list, Function<String, T> parse) {
        List<T> numbers = new ArrayList<>();
        for (String word : list.split(",", -1)) {
            try {
                numbers.add(parse.apply(word.strip()));
            } catch (NumberFormatException none) {
                throw misused(option + ": entry " + (numbers.size() + 1) + " is '" + TextTable.plain(word)
                        + "', which is no number that can stand there");
            }
        }
        return numbers;
    }

    /** Whole units from 0 to the largest budget. */
    private Long amount(String word) {
        long amount = Long.parseLong(word);
        if (amount < 0 || amount > IncentiveStudy.LARGEST_BUDGET) {
            throw new NumberFormatException(word);
        }
        return amount;
    }

    private <T> List<T> each(String option, List<T> values, int n) {
        if (values.size() == n) {
            return values;
        }
        if (values.size() == 1) {
            return Collections.nCopies(n, values.get(0));
        }
        throw misused(option + " has " + values.size() + " entries for " + n + " nodes; give one for each, or one for"
                + " all");
    }

    private static void draw(IncentiveStudy study, Path file) {
        try {
            Files.writeString(file, new EffortPlot(study).svg());
        } catch (IOException disk) {
            throw new CliException(
                    ErrorCode.STORE_UNAVAILABLE, "the plot cannot be written to " + file + ": " + disk, disk);
        }
    }

    private void print(IncentiveStudy study, List<IncentiveStudy.Finding> findings) {
        EffortEquilibrium equilibrium = study.equilibrium();
        int[] examined = study.examined();
        int n = study.nodes().size();
        shell.out()
                .println(n + " nodes, budget " + study.budget() + ", rule " + study.rule()
                        + ". A node's payoff is its amount less its costs and its outside option.");
        shell.out().println();
        TextTable table =
                new TextTable("node", "unit cost", "effort", "share", "amount", "payoff", "best reply", "outside");
        for (int i : examined) {
            table.row(
                    Integer.toString(i + 1),
                    IncentiveStudy.number(study.nodes().get(i).unitCost()),
                    IncentiveStudy.number(equilibrium.effort(i)),
                    String.format(Locale.ROOT, "%.2f %%", 100 * equilibrium.share(i)),
                    IncentiveStudy.number(study.amount(i)),
                    IncentiveStudy.number(study.payoff(i)),
                    IncentiveStudy.number(study.bestEffort(i)),
                    Long.toString(study.nodes().get(i).outside()));
        }
        table.print(shell.out());
        shell.out().println();
        if (examined.length < n) {
            shell.out()
                    .println(examined.length + " of the " + n
                            + " nodes, evenly from the cheapest to the dearest, are shown and examined.");
        }
        shell.out()
                .println("Contest for "
                        + IncentiveStudy.number(study.budget() - study.reservedAhead())
                        + ": " + equilibrium.active() + " of " + n + " nodes contribute "
                        + IncentiveStudy.number(equilibrium.totalEffort())
                        + " in all; in the contest itself nobody gains more than "
                        + (equilibrium.largestGain() == 0
                                ? "0"
                                : String.format(Locale.ROOT, "%.1e", equilibrium.largestGain()))
                        + " by another effort.");
        study.participation()
                .ifPresent(who -> shell.out()
                        .println(who.nodes().size() + " of " + n
                                + " nodes take part if each is free to take its outside option instead."));
        study.smallestBudget().ifPresent(least -> {
            String told = sentence(study, least);
            shell.out().println(told);
        });
        shell.out().println();
        shell.out().println("Is it a node's best reply, found by trying under the rule itself?");
        TextTable answers = new TextTable();
        for (IncentiveStudy.Finding finding : findings) {
            answers.row(finding.holds() ? "yes" : "no", finding.question(), sentence(finding));
        }
        answers.print(shell.out());
        shell.out().println();
        if (study.rule() != SimulatedRule.AUCTION) {
            shell.out()
                    .println("Where a contract sets the reservation values, there is none to state; where nodes state"
                            + " them, use the rule auction.");
        }
        shell.out().println("Sample counts that a node states itself need a verified limit.");
        shell.out().println();
        shell.out().println("What was tried, for one node at a time:");
        TextTable tried = new TextTable();
        findings.forEach(finding -> tried.row("", finding.question(), finding.tried()));
        tried.print(shell.out());
        if (svg != null) {
            shell.out().println();
            shell.out().println("The plot is in " + svg + ".");
        }
        shell.out().flush();
    }

    private static String sentence(IncentiveStudy study, LeastBudget least) {
        int n = study.nodes().size();
        return least.match(
                found -> "The smallest budget that keeps all " + n + " in is "
                        + IncentiveStudy.number(found.budget() + study.reservedAhead()) + "; node "
                        + (found.lastToStay() + 1) + " would be the first to leave.",
                impossible -> "No budget makes all " + n + " contribute: next to the others, "
                        + impossible.nodes().size() + " contribute nothing, node "
                        + (impossible.nodes().get(0) + 1) + " for one.");
    }

    private static String sentence(IncentiveStudy.Finding finding) {
        return finding.holds()
                ? "nothing that was tried gains anything"
                : "node " + finding.node() + " gains " + IncentiveStudy.number(finding.gain()) + " by "
                        + finding.instead();
    }

    private static String json(IncentiveStudy study, List<IncentiveStudy.Finding> findings) {
        EffortEquilibrium equilibrium = study.equilibrium();
        ObjectNode root = Dalrn.JSON
                .createObjectNode()
                .put("rule", study.rule().toString())
                .put("budget", study.budget())
                .put("nodes", study.nodes().size())
                .put("totalEffort", equilibrium.totalEffort())
                .put("active", equilibrium.active())
                .put("largestGainInContest", equilibrium.largestGain());
        study.participation()
                .ifPresent(who -> root.put("participants", who.nodes().size()));
        study.smallestBudget()
                .ifPresent(least -> least.match(
                        found -> root.put("smallestBudget", found.budget() + study.reservedAhead()),
                        impossible -> root.putNull("smallestBudget")));
        ArrayNode nodes = root.putArray("examined");
        for (int i : study.examined()) {
            IncentiveStudy.Node node = study.nodes().get(i);
            nodes.addObject()
                    .put("node", i + 1)
                    .put("unitCost", node.unitCost())
                    .put("outside", node.outside())
                    .put("reservation", node.reservation())
                    .put("effort", equilibrium.effort(i))
                    .put("share", equilibrium.share(i))
                    .put("amount", study.amount(i))
                    .put("payoff", study.payoff(i))
                    .put("bestReply", study.bestEffort(i));
        }
        ArrayNode answers = root.putArray("findings");
        for (IncentiveStudy.Finding finding : findings) {
            ObjectNode answer = answers.addObject()
                    .put("question", finding.question())
                    .put("bestReply", finding.holds())
                    .put("gain", finding.gain())
                    .put("tried", finding.tried());
            if (!finding.holds()) {
                answer.put("node", finding.node()).put("instead", finding.instead());
            }
        }
        return root.toString();
    }
}

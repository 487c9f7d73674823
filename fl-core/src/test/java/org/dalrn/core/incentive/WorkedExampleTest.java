package org.dalrn.core.incentive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.dalrn.core.incentive.bargaining.Allocation;
import org.dalrn.core.incentive.bargaining.AllocationRule;
import org.dalrn.core.incentive.bargaining.AuctionOutcome;
import org.dalrn.core.incentive.bargaining.Bid;
import org.dalrn.core.incentive.bargaining.Claim;
import org.dalrn.core.incentive.bargaining.ProportionalShareAuction;
import org.dalrn.core.incentive.bargaining.Share;
import org.dalrn.core.incentive.effort.EffortEquilibrium;
import org.dalrn.core.incentive.effort.TullockContest;
import org.dalrn.core.incentive.exact.Fraction;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.RunId;
import org.junit.jupiter.api.Test;

/**
 * The tables of docs/incentives.md, computed from what the page itself gives. The numbers on the page are from a few lines of Python
 * that search theta by bisection, and from paper.
 */
class WorkedExampleTest {

    private static final ContentHash SALT = ContentHash.of(new byte[] {7});
    private static final Pattern ORGANISATION = Pattern.compile("    ([a-z]+): \\{nodes: \\[([^]]*)\\](.*)\\}");

    private final String page = read();

    private static String read() {
        try {
            return Files.readString(Path.of("../docs/incentives.md"));
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    /** The rows of the table with this header, by column, in order. */
    private List<Map<String, String>> table(String header) {
        int start = page.indexOf("\n" + header + "\n|---");
        assertThat(start).as("a table with the header " + header).isNotNegative();
        List<String> names = cells(header);
        List<Map<String, String>> rows = new ArrayList<>();
        for (String line : page.substring(start + 1).lines().skip(2).toList()) {
            if (!line.startsWith("|")) {
                break;
            }
            List<String> cells = cells(line);
            assertThat(cells).as(line).hasSameSizeAs(names);
            Map<String, String> row = new LinkedHashMap<>();
            for (int i = 0; i < names.size(); i++) {
                row.put(names.get(i), cells.get(i));
            }
            rows.add(row);
        }
        assertThat(rows).as("rows of the table with the header " + header).isNotEmpty();
        return rows;
    }

    private static List<String> cells(String line) {
        return Arrays.stream(line.substring(1, line.length() - 1).split("\\|", -1))
                .map(String::strip)
                .toList();
    }

    private static long whole(Map<String, String> row, String column) {
        return Long.parseLong(row.getOrDefault(column, ""));
    }

    private List<Claim> claims() {
        return table("| partner | examples claimed | verified | counted | reservation | cap |").stream()
                .map(row -> new Claim(
                        row.getOrDefault("partner", ""),
                        whole(row, "counted"),
                        whole(row, "reservation"),
                        "none".equals(row.get("cap")) ? Claim.UNCAPPED : whole(row, "cap")))
                .toList();
    }

    private static Allocation allocation(AllocationRule rule, long budget, List<Claim> claims) {
        return rule.allocate(budget, claims, SALT).match(allocation -> allocation, infeasible -> {
            throw new AssertionError(infeasible);
        });
    }

    /** By the formulas of the table of rules, not by the code that rounds. */
    private static Fraction exact(AllocationRule rule, long budget, List<Claim> claims, Claim claim, Fraction theta) {
        Fraction reservation = Fraction.of(claim.reservation());
        long reserved = claims.stream().mapToLong(Claim::reservation).sum();
        Fraction amount = switch (rule) {
            case NASH -> reservation.plus(Fraction.of(claim.weight()).times(theta));
            case PROPORTIONAL -> reservation.max(Fraction.of(claim.weight()).times(theta));
            case EGALITARIAN -> reservation.plus(theta);
            case KALAI_SMORODINSKY ->
                reservation.plus(Fraction.of(Math.min(claim.cap() - claim.reservation(), budget - reserved))
                        .times(theta));
        };
        return claim.cap() == Claim.UNCAPPED ? amount : amount.min(Fraction.of(claim.cap()));
    }

    private static String twoDigits(Fraction exact) {
        return String.format(Locale.ROOT, "%.2f", exact.toDouble());
    }

    @Test
    void examplesThatCount_areTheClaimedUpToTheVerified() {
        for (Map<String, String> row :
                table("| partner | examples claimed | verified | counted | reservation | cap |")) {
            assertThat(whole(row, "counted"))
                    .isEqualTo(Math.min(whole(row, "examples claimed"), whole(row, "verified")));
        }
    }

    @Test
    void amounts_areThoseOfTheRule() {
        List<Claim> claims = claims();
        Allocation allocation = allocation(AllocationRule.NASH, 1000, claims);
        assertThat(allocation.theta()).isEqualTo(Fraction.parse("11/12"));
        assertThat(page).contains("they claim 600: theta is 11/12.");
        List<Map<String, String>> rows = table("| partner | computed | exact | paid |");
        assertThat(rows).hasSameSizeAs(claims);
        for (int i = 0; i < rows.size(); i++) {
            Map<String, String> row = rows.get(i);
            Share share = allocation.shares().get(i);
            assertThat(row).containsEntry("partner", share.claim().claimant());
            Fraction exact = exact(AllocationRule.NASH, 1000, claims, share.claim(), allocation.theta());
            assertThat(row).containsEntry("exact", twoDigits(exact));
            assertThat(whole(row, "paid")).isEqualTo(share.amount());
            String formula = share.claim().reservation() + " + " + share.claim().weight() + " * 11/12";
            assertThat(row.get("computed"))
                    .isEqualTo(
                            share.claim().cap() == Claim.UNCAPPED
                                    ? formula
                                    : "min(" + share.claim().cap() + ", " + formula + ")");
        }
        assertThat(rows.stream().mapToLong(row -> whole(row, "paid")).sum()).isEqualTo(1000);
        long roundedDown = claims.stream()
                .mapToLong(claim -> exact(AllocationRule.NASH, 1000, claims, claim, allocation.theta())
                        .floor()
                        .longValueExact())
                .sum();
        assertThat(page).contains("Rounded down that is " + roundedDown + ".");
    }

    @Test
    void runOfThePage_paysTheSame() {
        Matcher organisations = ORGANISATION.matcher(page);
        SortedMap<String, Terms> terms = new TreeMap<>();
        SortedMap<NodeId, Long> granted = new TreeMap<>();
        Map<String, Map<String, String>> rows =
                table("| partner | examples claimed | verified | counted | reservation | cap |").stream()
                        .collect(Collectors.toMap(row -> row.getOrDefault("partner", ""), row -> row));
        while (organisations.find()) {
            String name = organisations.group(1);
            List<NodeId> nodes = Arrays.stream(organisations.group(2).split(",", -1))
                    .map(node -> new NodeId(node.strip()))
                    .toList();
            terms.put(
                    name,
                    new Terms(
                            new TreeSet<>(nodes),
                            1,
                            value(organisations.group(3), "reservation").orElse(0),
                            value(organisations.group(3), "cap").orElse(Terms.UNCAPPED),
                            value(organisations.group(3), "verified-examples"),
                            OptionalLong.empty()));
            // What it claims comes from its nodes in equal parts.
            long claimed = whole(rows.getOrDefault(name, Map.of()), "examples claimed");
            nodes.forEach(node -> granted.put(node, claimed / nodes.size()));
        }
        assertThat(terms).hasSize(4);
        assertThat(page).contains("  budget: 1000\n  unit: euro\n  settle: round\n  rule: nash\n  measure: examples\n");
        IncentivePolicy policy = new IncentivePolicy(
                "euro",
                1000,
                Settlement.ROUND,
                PayoutRule.NASH,
                new ContributionMeasure.Examples(),
                terms,
                Optional.empty());
        List<NodeContribution> contributions =
                new RoundPlayers(SALT, 1, 1, granted).contributions(policy, new TreeMap<>(), List.of());
        Allotment allotment = Earnings.none()
                .withMeasured(1, contributions)
                .withCompleted(policy, 1, granted.keySet())
                .allot(policy, new RunId("heart-1"), 1, 10);
        Map<String, Long> paid = new TreeMap<>();
        table("| partner | computed | exact | paid |")
                .forEach(row -> paid.put(row.getOrDefault("partner", ""), whole(row, "paid")));
        assertThat(allotment.payouts().stream().collect(Collectors.toMap(Payout::claimant, Payout::amount)))
                .isEqualTo(paid);
        assertThat(page).contains("so theta in the receipt is " + allotment.theta() + ".");
    }

    private static OptionalLong value(String terms, String name) {
        Matcher matcher = Pattern.compile(", " + name + ": ([0-9]+)").matcher(terms);
        return matcher.find() ? OptionalLong.of(Long.parseLong(matcher.group(1))) : OptionalLong.empty();
    }

    /** The page says how to compute lots; here by nothing but SHA-256. */
    @Test
    void lots_areDrawnAsThePageSays() {
        assertThat(page)
                .contains(
                        "`SHA-256(salt || claimant)` come first, as bytes; the salt is `SHA-256(\"dalrn-settlement-v1\" || run id"
                                + " || line feed || round as 4 bytes, big-endian)`");
        for (int round = 1; round <= 20; round++) {
            // One unit for three equals.
            SortedMap<String, Terms> terms = new TreeMap<>();
            SortedMap<NodeId, Long> granted = new TreeMap<>();
            for (String name : List.of("a", "b", "c")) {
                NodeId node = new NodeId("node-" + name);
                terms.put(
                        name,
                        new Terms(
                                new TreeSet<>(List.of(node)),
                                1,
                                0,
                                Terms.UNCAPPED,
                                OptionalLong.empty(),
                                OptionalLong.empty()));
                granted.put(node, 1L);
            }
            IncentivePolicy policy = new IncentivePolicy(
                    "euro",
                    1,
                    Settlement.ROUND,
                    PayoutRule.NASH,
                    new ContributionMeasure.Participation(),
                    terms,
                    Optional.empty());
            Earnings earnings = Earnings.none()
                    .withMeasured(
                            round,
                            new RoundPlayers(SALT, round, 1, granted).contributions(policy, new TreeMap<>(), List.of()))
                    .withCompleted(policy, round, granted.keySet());
            String winner = earnings.allot(policy, new RunId("heart-1"), round, 100).payouts().stream()
                    .filter(payout -> payout.amount() == 1)
                    .map(Payout::claimant)
                    .collect(Collectors.joining());
            ContentHash salt = ContentHash.of(concatenated(
                    "dalrn-settlement-v1heart-1\n".getBytes(StandardCharsets.US_ASCII),
                    new byte[] {0, 0, 0, (byte) round}));
            TreeMap<String, String> lots = new TreeMap<>();
            for (String name : terms.keySet()) {
                byte[] claimant = name.getBytes(StandardCharsets.US_ASCII);
                lots.put(
                        ContentHash.of(concatenated(salt.toByteArray(), claimant))
                                .toString(),
                        name);
            }
            assertThat(winner).isEqualTo(lots.firstEntry().getValue());
        }
    }

    private static byte[] concatenated(byte[] one, byte[] two) {
        byte[] both = Arrays.copyOf(one, one.length + two.length);
        System.arraycopy(two, 0, both, one.length, two.length);
        return both;
    }

    @Test
    void otherCases_areComputedByTheSameRules() {
        List<Map<String, String>> rows = table("| case | theta | clinic | hospital | lab | university |");
        assertThat(rows).hasSize(9);
        for (Map<String, String> row : rows) {
            String name = row.getOrDefault("case", "");
            List<String> words = Arrays.asList(name.split(", ", -1));
            AllocationRule rule =
                    AllocationRule.valueOf(words.get(0).toUpperCase(Locale.ROOT).replace('-', '_'));
            String change = words.size() > 1 ? words.get(1) : "";
            long budget = change.startsWith("budget ") ? number(change) : 1000;
            List<Claim> claims = changed(claims(), change);
            Allocation allocation = allocation(rule, budget, claims);
            assertThat(allocation.theta()).as(name).isEqualTo(Fraction.parse(row.getOrDefault("theta", "")));
            for (String partner : List.of("clinic", "hospital", "lab", "university")) {
                Fraction exact = Fraction.ZERO;
                long paid = 0;
                int parts = 0;
                for (Share share : allocation.shares()) {
                    if (share.claim().claimant().startsWith(partner)) {
                        exact = exact.plus(exact(rule, budget, claims, share.claim(), allocation.theta()));
                        paid += share.amount();
                        parts++;
                    }
                }
                assertThat(twoDigits(exact)).as(name + ", " + partner).isEqualTo(row.get(partner));
                assertThat((double) paid).isCloseTo(exact.toDouble(), within((double) parts));
            }
        }
    }

    private static long number(String words) {
        return Long.parseLong(words.substring(words.lastIndexOf(' ') + 1));
    }

    private static List<Claim> changed(List<Claim> claims, String change) {
        List<Claim> changed = new ArrayList<>();
        for (Claim claim : claims) {
            String name = claim.claimant();
            if (change.startsWith(name + " counts ")) {
                changed.add(new Claim(name, number(change), claim.reservation(), claim.cap()));
            } else if (change.startsWith(name + " reserves ")) {
                changed.add(new Claim(name, claim.weight(), number(change), claim.cap()));
            } else if (change.equals(name + " in two halves")) {
                for (int half = 1; half <= 2; half++) {
                    changed.add(new Claim(name + " " + half, claim.weight() / 2, claim.reservation() / 2, claim.cap()));
                }
            } else {
                changed.add(claim);
            }
        }
        assertThat(change.isEmpty() || change.startsWith("budget ")).as(change).isEqualTo(changed.equals(claims));
        return changed;
    }

    @Test
    void warnings_areTheDifferencesOfTheTable() {
        Map<String, Map<String, String>> rows =
                table("| case | theta | clinic | hospital | lab | university |").stream()
                        .collect(Collectors.toMap(row -> row.getOrDefault("case", ""), row -> row));
        assertThat(gain(rows, "nash, clinic reserves 160", "clinic")).isCloseTo(50, within(0.01));
        assertThat(gain(rows, "nash, lab in two halves", "lab")).isZero();
        assertThat(gain(rows, "nash, hospital in two halves", "hospital")).isCloseTo(86.36, within(0.01));
        assertThat(page)
                .contains("60 more stated are 50 more\n  paid")
                .contains("in the\n  example 86 units")
                .contains("the hospital, split into two with a cap of 300 each, gains 86.");
    }

    private static double gain(Map<String, Map<String, String>> rows, String name, String partner) {
        return Double.parseDouble(rows.getOrDefault(name, Map.of()).getOrDefault(partner, ""))
                - Double.parseDouble(rows.getOrDefault("nash", Map.of()).getOrDefault(partner, ""));
    }

    @Test
    void auction_paysTheWinnersWhatThePageSays() {
        List<Map<String, String>> rows = table("| partner | claim | bid | bid per claim | allowed | paid |");
        List<Bid> bids = rows.stream()
                .map(row -> new Bid(row.getOrDefault("partner", ""), whole(row, "claim"), whole(row, "bid")))
                .toList();
        AuctionOutcome outcome = ProportionalShareAuction.run(1000, bids);
        Map<String, Long> paid = outcome.payments().stream()
                .collect(Collectors.toMap(payment -> payment.claimant(), payment -> payment.amount()));
        long soFar = 0;
        for (int i = 0; i < rows.size(); i++) {
            Map<String, String> row = rows.get(i);
            Bid bid = bids.get(i);
            soFar += bid.weight();
            assertThat(whole(row, "paid")).isEqualTo(paid.getOrDefault(bid.claimant(), 0L));
            assertThat(row).containsEntry("bid per claim", twoDigits(Fraction.of(bid.bid(), bid.weight())));
            assertThat(row).containsEntry("allowed", twoDigits(Fraction.of(1000 * bid.weight(), soFar)));
        }
        long total = paid.values().stream().mapToLong(amount -> amount).sum();
        assertThat(page).contains("= " + total + ", and " + outcome.carried() + " euros are carried on.");
        assertThat(total + outcome.carried()).isEqualTo(1000);
    }

    @Test
    void effort_isTheEquilibriumOfTheContest() {
        List<Map<String, String>> rows = table("| partner | cost of a unit | work | paid | surplus |");
        double[] costs = rows.stream()
                .mapToDouble(row -> (double) whole(row, "cost of a unit"))
                .toArray();
        EffortEquilibrium equilibrium = TullockContest.of(500, costs).equilibrium();
        double all =
                rows.stream().mapToDouble(row -> (double) whole(row, "work")).sum();
        for (int i = 0; i < rows.size(); i++) {
            Map<String, String> row = rows.get(i);
            assertThat(equilibrium.effort(i)).isCloseTo((double) whole(row, "work"), within(1e-9));
            assertThat(equilibrium.payoff(i)).isCloseTo((double) whole(row, "surplus"), within(1e-9));
            assertThat((double) whole(row, "paid")).isEqualTo(500.0 * whole(row, "work") / all);
            assertThat(whole(row, "surplus"))
                    .isEqualTo(whole(row, "paid") - whole(row, "work") * whole(row, "cost of a unit"));
        }
        assertThat(TullockContest.of(500, 2, 3, 4.99).equilibrium().effort(2)).isPositive();
        assertThat(TullockContest.of(500, 2, 3, 5.01).equilibrium().effort(2)).isZero();
        assertThat(page).contains("The third would need costs below 5.");
    }

    /** What a protection allows, by the code that refuses runs at the door. */
    @Test
    void measures_needWhatTheTableSays() {
        List<ContributionMeasure> measures = List.of(
                new ContributionMeasure.Participation(),
                new ContributionMeasure.Examples(),
                new ContributionMeasure.Alignment(),
                new ContributionMeasure.GroupShapley(2, 2, "accuracy", true));
        Map<String, UpdateVisibility> needs = new TreeMap<>();
        measures.forEach(measure -> needs.put(measure.label(), measure.needs()));
        for (ContributionMeasure.Method method : ContributionMeasure.Method.values()) {
            needs.put(method.label(), UpdateVisibility.EACH_UPDATE);
        }
        List<Map<String, String>> rows = table("| `measure` | the coordinator sees each update | only sums of groups"
                + " | only the sum of all (masked, encrypted) |");
        assertThat(rows).hasSameSizeAs(needs.keySet());
        for (Map<String, String> row : rows) {
            UpdateVisibility needed =
                    needs.get(row.getOrDefault("`measure`", "").replace("`", ""));
            assertThat(needed).as(row.toString()).isNotNull();
            List<String> answers = List.copyOf(row.values()).subList(1, 4);
            assertThat(answers)
                    .isEqualTo(Arrays.stream(UpdateVisibility.values())
                            .map(shown -> shown.shows(needed) ? "yes" : "no")
                            .toList());
        }
        assertThat(table("| `measure` | a node's contribution | can be fooled by | against that |"))
                .extracting(row -> row.getOrDefault("`measure`", "").replace("`", ""))
                .containsExactlyInAnyOrderElementsOf(needs.keySet());
        assertThat(table("| `rule` | amount | when |"))
                .extracting(row -> row.getOrDefault("`rule`", "").replace("`", ""))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(PayoutRule.values())
                        .map(PayoutRule::label)
                        .toList());
    }

    /** The solution is the one that maximises the product of gains to the power of claims: no shift between two gains more. */
    @Test
    void amountsOfThePage_maximiseTheNashProduct() {
        List<Claim> claims = claims();
        Allocation allocation = allocation(AllocationRule.NASH, 1000, claims);
        double[] amounts = claims.stream()
                .mapToDouble(claim -> exact(AllocationRule.NASH, 1000, claims, claim, allocation.theta())
                        .toDouble())
                .toArray();
        double best = product(claims, amounts);
        for (int from = 0; from < amounts.length; from++) {
            for (int to = 0; to < amounts.length; to++) {
                double[] shifted = amounts.clone();
                shifted[from] -= 0.5;
                shifted[to] += 0.5;
                if (from != to && shifted[to] <= claims.get(to).cap()) {
                    assertThat(product(claims, shifted)).isLessThan(best);
                }
            }
        }
        assertThat(BigInteger.valueOf(allocation.undistributed())).isZero();
    }

    /** Its logarithm. */
    private static double product(List<Claim> claims, double[] amounts) {
        double sum = 0;
        for (int i = 0; i < amounts.length; i++) {
            sum += claims.get(i).weight() * Math.log(amounts[i] - claims.get(i).reservation());
        }
        return sum;
    }
}

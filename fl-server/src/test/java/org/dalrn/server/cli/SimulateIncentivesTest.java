package org.dalrn.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Element;

class SimulateIncentivesTest {

    private static final String EFFORT = "effort of the equilibrium";
    private static final String VALUE = "true reservation value, if nodes state it";
    private static final String BID = "true costs as bid";
    private static final String BELIEVED = "true sample count, if counts are believed";
    private static final String VERIFIED = "true sample count, if counts are verified";
    private static final String NAMES = "one name for each node";
    private static final String STAYING = "staying in";

    @TempDir
    Path folder;

    private String out = "";
    private String err = "";

    private int simulate(String... arguments) {
        List<String> words = new ArrayList<>(List.of("incentives", "simulate"));
        words.addAll(List.of(arguments));
        CalledDalrn called = CalledDalrn.with(Map.of(), folder, words.toArray(new String[0]));
        out = called.out();
        err = called.err();
        return called.exit();
    }

    private JsonNode json(String... arguments) throws Exception {
        List<String> words = new ArrayList<>(List.of(arguments));
        words.add("--json");
        assertThat(simulate(words.toArray(new String[0]))).as(err).isZero();
        return Dalrn.JSON.readTree(out);
    }

    private static JsonNode finding(JsonNode study, String question) {
        for (JsonNode finding : study.required("findings")) {
            if (finding.required("question").textValue().equals(question)) {
                return finding;
            }
        }
        throw new AssertionError(question + " is not answered in " + study);
    }

    private static boolean holds(JsonNode study, String question) {
        return finding(study, question).required("bestReply").booleanValue();
    }

    /** The contest of unit costs 1 and 2 for 100 of nash-oracles.json: efforts 200/9 and 100/9, payoffs 400/9 and 100/9. */
    @Test
    void nash_referenceContest_tellsItsEquilibriumAndWhatLiesGain() throws Exception {
        JsonNode study = json("--budget", "100", "--costs", "1,2");

        assertThat(study.required("totalEffort").doubleValue()).isCloseTo(100 / 3.0, within(1e-12));
        JsonNode first = study.required("examined").get(0);
        assertThat(first.required("effort").doubleValue()).isCloseTo(200 / 9.0, within(1e-12));
        assertThat(first.required("payoff").doubleValue()).isCloseTo(400 / 9.0, within(1e-5));
        assertThat(first.required("bestReply").doubleValue()).isCloseTo(200 / 9.0, within(1e-12));
        assertThat(study.required("examined").get(1).required("amount").doubleValue())
                .isCloseTo(100 / 3.0, within(1e-5));
        assertThat(holds(study, EFFORT)).isTrue();
        assertThat(holds(study, VERIFIED)).isTrue();
        assertThat(holds(study, NAMES)).isTrue();
        assertThat(holds(study, STAYING)).isTrue();
        // A reservation of all of the budget gets all of it: from one third to everything.
        JsonNode value = finding(study, VALUE);
        assertThat(value.required("bestReply").booleanValue()).isFalse();
        assertThat(value.required("node").intValue()).isEqualTo(2);
        assertThat(value.required("gain").doubleValue()).isCloseTo(200 / 3.0, within(1e-5));
        assertThat(value.required("instead").textValue()).isEqualTo("stating 100 instead of 0");
        // Ten times a third next to two thirds is five sixths.
        JsonNode believed = finding(study, BELIEVED);
        assertThat(believed.required("bestReply").booleanValue()).isFalse();
        assertThat(believed.required("gain").doubleValue()).isCloseTo(50, within(1e-5));
    }

    @Test
    void auction_truthIsTheBestBid() throws Exception {
        JsonNode study = json("--budget", "100", "--costs", "1,1.5,2", "--outside", "5,5,10", "--rule", "auction");
        assertThat(holds(study, BID)).isTrue();
        assertThat(holds(study, STAYING)).isTrue();
        assertThat(holds(study, BELIEVED)).isFalse();
        assertThat(holds(study, VERIFIED)).isTrue();
    }

    @Test
    void egalitarian_effortDoesNotPay_andASecondNameDoes() throws Exception {
        JsonNode study = json("--budget", "90", "--nodes", "3", "--costs", "1", "--rule", "egalitarian");
        assertThat(holds(study, EFFORT)).isFalse();
        // Half of the budget with four names instead of a third with three.
        assertThat(finding(study, NAMES).required("gain").doubleValue()).isCloseTo(15, within(1e-5));
    }

    @Test
    void caps_ofEachName_makeASecondNamePay() throws Exception {
        JsonNode study = json("--budget", "90", "--nodes", "3", "--costs", "1", "--caps", "20");
        assertThat(finding(study, NAMES).required("gain").doubleValue()).isCloseTo(20, within(1e-5));
        assertThat(study.has("smallestBudget")).isFalse();
    }

    @Test
    void outsideOptions_withoutReservations_sayWhoLeaves_andWhatWouldKeepThem() throws Exception {
        // Payoffs 25 each; the second has 30 elsewhere and stays for four times 30.
        JsonNode study = json("--budget", "100", "--costs", "1,1", "--outside", "0,30", "--reservations", "0");
        JsonNode staying = finding(study, STAYING);
        assertThat(staying.required("node").intValue()).isEqualTo(2);
        assertThat(staying.required("gain").doubleValue()).isCloseTo(5, within(1e-5));
        assertThat(study.required("smallestBudget").doubleValue()).isCloseTo(120, within(1e-9));
        assertThat(study.required("participants").intValue()).isEqualTo(1);

        // As reservations, both 30s come first: nobody leaves.
        assertThat(holds(json("--budget", "100", "--costs", "1,1", "--outside", "0,30"), STAYING))
                .isTrue();
    }

    /** The first has 40 of 100 and may state 45, as 55 are reserved; the second is at its cap. */
    @Test
    void proportional_onlyLieBetweenTheSteps_isFound() throws Exception {
        JsonNode study =
                json("--budget 100 --costs 3,2 --rule proportional --reservations 0,55 --caps 100,60".split(" ", -1));
        assertThat(holds(study, VALUE)).isFalse();
        assertThat(finding(study, VALUE).required("gain").doubleValue()).isCloseTo(5, within(1e-5));
    }

    @ParameterizedTest
    @CsvSource({"nash", "egalitarian", "kalai-smorodinsky", "proportional", "auction"})
    void everyRule_manyNodes_printsAndDraws(String rule) throws Exception {
        assertThat(simulate(
                        "--budget",
                        "1000000",
                        "--nodes",
                        "60",
                        "--costs",
                        "2",
                        "--exponent",
                        "1.5",
                        "--rule",
                        rule,
                        "--svg",
                        "plot.svg"))
                .as(err)
                .isZero();
        assertThat(out)
                .contains("60 nodes, budget 1000000, rule " + rule)
                .contains("50 of the 60 nodes, evenly from the cheapest to the dearest, are shown and examined.")
                .contains("Is it a node's best reply, found by trying under the rule itself?")
                .contains("The plot is in plot.svg.");
        Element svg = svg();
        assertThat(svg.getElementsByTagName("polyline").getLength()).isEqualTo(5);
        // One mark for each curve and one in the legend.
        assertThat(svg.getElementsByTagName("circle").getLength()).isEqualTo(6);
    }

    private Element svg() throws Exception {
        byte[] bytes = Files.readAllBytes(folder.resolve("plot.svg"));
        assertThat(new String(bytes, StandardCharsets.UTF_8))
                .doesNotContain("NaN")
                .doesNotContain("Infinity")
                .doesNotContain("href")
                .doesNotContain("<script");
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        return factory.newDocumentBuilder()
                .parse(new ByteArrayInputStream(bytes))
                .getDocumentElement();
    }

    /** The mark of a curve lies on it, at its top. */
    @Test
    void plot_mark_isTheHighestPointOfItsCurve() throws Exception {
        assertThat(simulate("--budget", "100", "--costs", "1,2", "--svg", "plot.svg"))
                .isZero();
        Element svg = svg();
        for (int curve = 0; curve < 2; curve++) {
            Element line = (Element) svg.getElementsByTagName("polyline").item(curve);
            Element mark = (Element) svg.getElementsByTagName("circle").item(curve);
            double highest = Double.MAX_VALUE;
            double at = 0;
            for (String point : line.getAttribute("points").split(" ", -1)) {
                String[] xy = point.split(",", -1);
                if (Double.parseDouble(xy[1]) < highest) {
                    highest = Double.parseDouble(xy[1]);
                    at = Double.parseDouble(xy[0]);
                }
            }
            assertThat(Double.parseDouble(mark.getAttribute("cy"))).isCloseTo(highest, within(0.1));
            assertThat(Double.parseDouble(mark.getAttribute("cx"))).isCloseTo(at, within(8.0));
        }
    }

    @Test
    void costsFile_isReadLineByLine() throws Exception {
        Files.writeString(folder.resolve("costs.txt"), "# north\n1\n\n2\n");
        JsonNode study = json("--budget", "100", "--costs-file", "costs.txt");
        assertThat(study.required("nodes").intValue()).isEqualTo(2);
        assertThat(study.required("totalEffort").doubleValue()).isCloseTo(100 / 3.0, within(1e-12));

        assertThat(simulate("--budget", "100", "--costs-file", "nowhere.txt")).isEqualTo(5);
        assertThat(err).startsWith("error DALRN-1001 CONFIG_INVALID: the costs cannot be read from ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --budget 100 --costs 1              | there are 1 nodes; a contest has 2 to 10000: with one cost for all, --nodes says how many there are
            --budget 100 --costs 1,x            | --costs: entry 2 is 'x', which is no number that can stand there
            --budget 100 --costs 1,2,3 --nodes 4| --costs has 3 entries for 4 nodes; give one for each, or one for all
            --budget 0 --costs 1,2              | --budget is 0, not in [1, 1000000000000]
            --budget 100 --costs 1,-2           | the unit cost of node 2 is -2.0, not in [1.0E-9, 1.0E9]; choose another unit of effort
            --budget 100 --costs 1,2 --outside 60 | the reservations sum to 120 or more and leave nothing of the budget 100 to compete for; raise the budget or lower them
            --budget 100 --costs 1,2 --outside -1 | --outside: entry 1 is '-1', which is no number that can stand there
            --budget 100 --costs 1,2 --outside 5 --caps 4 | the cap of node 1 is 4, below its reservation 5
            --budget 100 --costs 1,2 --rule auction --caps 4 | an auction has neither --reservations nor --caps: bids take their place
            --budget 100 --costs 1,2 --exponent 0.5 | the exponent of the costs is 0.5, not in [1, 16.0]; below 1 an equilibrium need not exist
            """)
    void badInput_isNamed_andEndsWith2(String arguments, String message) {
        assertThat(simulate(arguments.split(" ", -1))).isEqualTo(2);
        assertThat(err).startsWith("usage: " + message);
        assertThat(out).isEmpty();
    }
}

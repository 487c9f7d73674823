package org.dalrn.server.cli;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** What some nodes have over their own effort, the others at equilibrium, as one SVG document without references. */
final class EffortPlot {

    static final int MOST_CURVES = 5;

    private static final int WIDTH = 900;
    private static final int HEIGHT = 560;
    private static final int LEFT = 90;
    private static final int RIGHT = 690;
    private static final int TOP = 80;
    private static final int BOTTOM = 480;
    private static final int POINTS = 160;
    /** Told apart by most who do not see all colours (Okabe and Ito); the dashes help in print. */
    private static final List<String> COLOURS = List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#7a5c00");

    private static final List<String> DASHES = List.of("none", "10 4", "3 3", "14 4 3 4", "6 6");

    private final IncentiveStudy study;
    private final int[] nodes;
    private final double widest;
    private final double[] efforts;
    private final double[][] payoffs;
    private final double low;
    private final double high;
    private final StringBuilder out = new StringBuilder(32_768);

    EffortPlot(IncentiveStudy study) {
        this.study = study;
        this.nodes = chosen(study);
        double largest = Arrays.stream(nodes)
                .mapToDouble(study.equilibrium()::effort)
                .max()
                .orElseThrow();
        this.widest = 2.5 * (largest > 0 ? largest : study.equilibrium().totalEffort());
        this.efforts = IntStream.rangeClosed(0, POINTS)
                .mapToDouble(k -> widest * k / POINTS)
                .toArray();
        this.payoffs = Arrays.stream(nodes)
                .mapToObj(node -> Arrays.stream(efforts)
                        .map(effort -> study.payoff(node, effort))
                        .toArray())
                .toArray(double[][]::new);
        double top = 0;
        double bottom = 0;
        for (double[] curve : payoffs) {
            top = Math.max(top, Arrays.stream(curve).max().orElseThrow());
            bottom = Math.min(bottom, Arrays.stream(curve).min().orElseThrow());
        }
        double span = top - bottom > 0 ? top - bottom : 1;
        // Losses beyond the height of the gains teach nothing and would flatten the rest.
        this.low = Math.max(bottom, top > 0 ? -0.6 * top : bottom) - 0.02 * span;
        this.high = top + 0.08 * (top - this.low);
    }

    /** The cheapest that contribute, evenly, and the dearest of all. */
    private static int[] chosen(IncentiveStudy study) {
        List<Integer> byCost = IntStream.range(0, study.nodes().size())
                .boxed()
                .sorted(Comparator.comparingDouble(i -> study.nodes().get(i).unitCost()))
                .toList();
        int count = Math.min(MOST_CURVES, byCost.size());
        TreeSet<Integer> chosen = new TreeSet<>();
        for (int k = 0; k < count; k++) {
            chosen.add(byCost.get((int) ((long) k * (byCost.size() - 1) / (count - 1))));
        }
        return chosen.stream().mapToInt(i -> i).toArray();
    }

    String svg() {
        line(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
                        + " font-family=\"sans-serif\" font-size=\"15\">",
                WIDTH, HEIGHT, WIDTH, HEIGHT);
        line("<title>Payoff over own effort</title>");
        line("<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>", WIDTH, HEIGHT);
        text(LEFT, 32, "start", 20, "#111111", "Payoff over a node's own effort, all others at equilibrium");
        text(
                LEFT,
                56,
                "start",
                15,
                "#444444",
                "rule " + study.rule() + ", budget " + study.budget() + ", "
                        + study.nodes().size() + " nodes");
        axes();
        for (int curve = 0; curve < nodes.length; curve++) {
            curve(curve);
        }
        // Marks and their labels lie over all curves.
        for (int curve = 0; curve < nodes.length; curve++) {
            mark(curve);
        }
        legend();
        line("</svg>");
        return out.toString();
    }

    private double x(double effort) {
        return LEFT + (RIGHT - LEFT) * effort / widest;
    }

    private double y(double payoff) {
        return BOTTOM - (BOTTOM - TOP) * (payoff - low) / (high - low);
    }

    private void axes() {
        line(
                "<defs><clipPath id=\"area\"><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/></clipPath></defs>",
                LEFT, TOP, RIGHT - LEFT, BOTTOM - TOP);
        double stepY = step((high - low) / 6);
        for (double tick = Math.ceil(low / stepY) * stepY; tick <= high; tick += stepY) {
            double value = Math.abs(tick) < stepY / 2 ? 0 : tick;
            line(
                    "<line x1=\"%d\" y1=\"%.2f\" x2=\"%d\" y2=\"%.2f\" stroke=\"%s\" stroke-width=\"1\"/>",
                    LEFT, y(value), RIGHT, y(value), value == 0 ? "#555555" : "#dddddd");
            text(LEFT - 10, y(value) + 5, "end", 14, "#333333", IncentiveStudy.number(value));
        }
        double stepX = step(widest / 6);
        for (int k = 0; k * stepX <= widest; k++) {
            double value = k * stepX;
            line(
                    "<line x1=\"%.2f\" y1=\"%d\" x2=\"%.2f\" y2=\"%d\" stroke=\"#555555\" stroke-width=\"1\"/>",
                    x(value), BOTTOM, x(value), BOTTOM + 6);
            text(x(value), BOTTOM + 24, "middle", 14, "#333333", IncentiveStudy.number(value));
        }
        line("<path d=\"M%d %d V%d H%d\" fill=\"none\" stroke=\"#555555\"/>", LEFT, TOP, BOTTOM, RIGHT);
        text((LEFT + RIGHT) / 2.0, BOTTOM + 52, "middle", 15, "#111111", "own effort");
        line(
                "<text transform=\"translate(26 %d) rotate(-90)\" text-anchor=\"middle\" fill=\"#111111\">payoff (amount less"
                        + " costs and outside option)</text>",
                (TOP + BOTTOM) / 2);
    }

    /** 1, 2 or 5 times a power of ten, the value or more. */
    private static double step(double value) {
        double power = Math.pow(10, Math.floor(Math.log10(value)));
        double times = value / power;
        return power * (times <= 1 ? 1 : times <= 2 ? 2 : times <= 5 ? 5 : 10);
    }

    private void curve(int curve) {
        StringBuilder points = new StringBuilder();
        for (int k = 0; k < efforts.length; k++) {
            points.append(String.format(Locale.ROOT, "%.2f,%.2f ", x(efforts[k]), y(payoffs[curve][k])));
        }
        line(
                "<polyline clip-path=\"url(#area)\" fill=\"none\" stroke=\"%s\" stroke-width=\"2.5\" stroke-dasharray=\"%s\""
                        + " points=\"%s\"/>",
                COLOURS.get(curve), DASHES.get(curve), points.toString().strip());
    }

    private void mark(int curve) {
        int node = nodes[curve];
        double effort = study.equilibrium().effort(node);
        line(
                "<circle cx=\"%.2f\" cy=\"%.2f\" r=\"6\" fill=\"%s\" stroke=\"#ffffff\" stroke-width=\"2\"/>",
                x(effort), y(Math.max(low, study.payoff(node))), COLOURS.get(curve));
    }

    private void legend() {
        int x = RIGHT + 24;
        for (int curve = 0; curve < nodes.length; curve++) {
            int node = nodes[curve];
            int y = TOP + 14 + 62 * curve;
            line(
                    "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\" stroke-width=\"2.5\" stroke-dasharray=\"%s\"/>",
                    x, y - 5, x + 34, y - 5, COLOURS.get(curve), DASHES.get(curve));
            text(x + 42, y, "start", 15, "#111111", "node " + (node + 1));
            text(
                    x + 42,
                    y + 18,
                    "start",
                    13,
                    "#444444",
                    "unit cost " + IncentiveStudy.number(study.nodes().get(node).unitCost()));
            text(
                    x + 42,
                    y + 35,
                    "start",
                    13,
                    "#444444",
                    "has " + IncentiveStudy.number(study.payoff(node)) + " at "
                            + IncentiveStudy.number(study.equilibrium().effort(node)));
        }
        int y = TOP + 14 + 62 * nodes.length + 8;
        line("<circle cx=\"%d\" cy=\"%d\" r=\"6\" fill=\"#555555\"/>", x + 17, y - 5);
        text(x + 42, y, "start", 15, "#111111", "equilibrium");
    }

    private void text(double x, double y, String anchor, int size, String colour, String words) {
        line(
                "<text x=\"%.2f\" y=\"%.2f\" text-anchor=\"%s\" font-size=\"%d\" fill=\"%s\">%s</text>",
                x, y, anchor, size, colour, words);
    }

    private void line(String format, Object... values) {
        out.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}

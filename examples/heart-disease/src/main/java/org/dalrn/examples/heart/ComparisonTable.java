package org.dalrn.examples.heart;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.dalrn.examples.heart.Comparison.Way;

/** The comparison as people and programs read it. */
final class ComparisonTable {

    private static final String ROW = "  %-16s %-15s  %-15s  %-15s%n";

    private ComparisonTable() {}

    /** Prints accuracy and AUC, mean ± sample standard deviation over the splits. */
    static void print(Comparison comparison, PrintStream out) {
        out.printf("%n" + ROW, "accuracy", "alone", "federation", "all data pooled");
        forEachRow((name, hospital) -> out.printf(
                ROW,
                name,
                text(Optional.of(comparison.accuracy(Way.LOCAL, hospital))),
                text(Optional.of(comparison.accuracy(Way.FEDERATED, hospital))),
                text(Optional.of(comparison.accuracy(Way.POOLED_TRAINING, hospital)))));
        out.printf("%n" + ROW, "AUC", "alone", "federation", "all data pooled");
        forEachRow((name, hospital) -> out.printf(
                ROW,
                name,
                text(comparison.auc(Way.LOCAL, hospital)),
                text(comparison.auc(Way.FEDERATED, hospital)),
                text(comparison.auc(Way.POOLED_TRAINING, hospital))));
    }

    /** The same as a tree for JSON: {@code accuracy.federated.pooled.mean} and so on. */
    static Map<String, Object> tree(Comparison comparison) {
        Map<String, Object> accuracy = new LinkedHashMap<>();
        Map<String, Object> auc = new LinkedHashMap<>();
        for (Way way : Way.values()) {
            Map<String, Object> accuracies = new LinkedHashMap<>();
            Map<String, Object> aucs = new LinkedHashMap<>();
            forEachRow((name, hospital) -> {
                String key = hospital.map(Hospital::id).orElse("pooled");
                accuracies.put(key, tree(comparison.accuracy(way, hospital)));
                comparison.auc(way, hospital).ifPresent(spread -> aucs.put(key, tree(spread)));
            });
            accuracy.put(key(way), accuracies);
            auc.put(key(way), aucs);
        }
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("accuracy", accuracy);
        tree.put("auc", auc);
        return tree;
    }

    private static String key(Way way) {
        return switch (way) {
            case LOCAL -> "local";
            case FEDERATED -> "federated";
            case POOLED_TRAINING -> "pooledTraining";
        };
    }

    private static Map<String, Object> tree(Spread spread) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("mean", spread.mean());
        tree.put("sd", spread.sd());
        tree.put("splits", spread.count());
        return tree;
    }

    private static void forEachRow(RowPrinter printer) {
        for (Hospital hospital : Hospital.values()) {
            printer.row(hospital.displayName(), Optional.of(hospital));
        }
        printer.row("all four", Optional.empty());
    }

    private interface RowPrinter {
        void row(String name, Optional<Hospital> hospital);
    }

    private static String text(Optional<Spread> spread) {
        return spread.map(value -> String.format(Locale.ROOT, "%.3f ± %.3f", value.mean(), value.sd()))
                .orElse("undefined");
    }
}

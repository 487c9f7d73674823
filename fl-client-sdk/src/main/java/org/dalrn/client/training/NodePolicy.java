package org.dalrn.client.training;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.dalrn.protocol.FederationMethods;
import org.jspecify.annotations.Nullable;

/**
 * What a site allows its node to do. The client enforces it before a byte of a model is fetched; a coordinator cannot
 * lift it. Immutable; thread-safe if the run predicate is.
 */
public final class NodePolicy {

    private final Predicate<String> runs;
    private final String runsText;
    private final long maxModelBytes;
    private final Duration maxTaskDuration;
    private final Protection leastProtection;
    private final boolean evaluation;
    private final int maxEvaluatedModels;

    private NodePolicy(
            Predicate<String> runs,
            String runsText,
            long maxModelBytes,
            Duration maxTaskDuration,
            Protection leastProtection,
            boolean evaluation,
            int maxEvaluatedModels) {
        this.runs = runs;
        this.runsText = runsText;
        this.maxModelBytes = maxModelBytes;
        this.maxTaskDuration = maxTaskDuration;
        this.leastProtection = leastProtection;
        this.evaluation = evaluation;
        this.maxEvaluatedModels = maxEvaluatedModels;
    }

    /** A policy to be written down: nothing has a default, but {@link Builder#maxEvaluatedModels} that allows none. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Every run, models of up to 2 GiB, tasks of up to a day, unprotected updates, evaluation of as many models as one
     * task may name: for a federation whose operator this site trusts with everything but the data itself.
     */
    public static NodePolicy acceptEveryRun() {
        return builder()
                .allowRuns("*")
                .maxModelBytes(1L << 31)
                .maxTaskDuration(Duration.ofDays(1))
                .leastProtection(Protection.PLAIN)
                .allowEvaluation(true)
                .maxEvaluatedModels(FederationMethods.MAX_EXTRA_MODELS)
                .build();
    }

    /** The longest that one task may keep the trainer busy. */
    public Duration maxTaskDuration() {
        return maxTaskDuration;
    }

    /** The most models that one evaluation may name beside the published one; 0 if this site measures no others. */
    public int maxEvaluatedModels() {
        return maxEvaluatedModels;
    }

    /** Why a training is forbidden; empty if it is allowed. */
    public Optional<String> forbidsTraining(String runName, long modelBytes, Protection protection) {
        if (protection.compareTo(leastProtection) < 0) {
            return Optional.of("this site asks for protection " + leastProtection + " at least, the run has "
                    + protection + "; raise the run's protection");
        }
        return forbidsModel(runName, modelBytes);
    }

    /** Why an evaluation is forbidden; empty if it is allowed. */
    public Optional<String> forbidsEvaluation(String runName, long modelBytes) {
        if (!evaluation) {
            return Optional.of("this site evaluates no models; leave it out of evaluation");
        }
        return forbidsModel(runName, modelBytes);
    }

    private Optional<String> forbidsModel(String runName, long modelBytes) {
        if (!runs.test(runName)) {
            return Optional.of("this site does not take part in this run; the runs it allows are " + runsText);
        }
        if (modelBytes > maxModelBytes) {
            return Optional.of("the model has " + modelBytes + " bytes, this site takes at most " + maxModelBytes
                    + "; use a smaller model");
        }
        return Optional.empty();
    }

    @Override
    public String toString() {
        return "NodePolicy[runs " + runsText + ", models up to " + maxModelBytes + " bytes, tasks up to "
                + maxTaskDuration + ", protection from " + leastProtection + ", evaluation " + evaluation
                + ", models beside the published one up to " + maxEvaluatedModels + "]";
    }

    /** Collects a policy. Confined to one thread. */
    public static final class Builder {
        private @Nullable Predicate<String> runs;
        private String runsText = "";
        private @Nullable Long maxModelBytes;
        private @Nullable Duration maxTaskDuration;
        private @Nullable Protection leastProtection;
        private @Nullable Boolean evaluation;
        private int maxEvaluatedModels;

        private Builder() {}

        /** The runs whose name matches one of the patterns; {@code *} stands for any characters. */
        public Builder allowRuns(String... patterns) {
            List<Pattern> compiled = Arrays.stream(patterns)
                    .map(pattern -> Pattern.compile(Arrays.stream(pattern.split("\\*", -1))
                            .map(Pattern::quote)
                            .collect(Collectors.joining(".*"))))
                    .toList();
            this.runs = name -> compiled.stream().anyMatch(p -> p.matcher(name).matches());
            this.runsText = String.join(", ", patterns);
            return this;
        }

        /** The runs whose name passes. */
        public Builder allowRuns(Predicate<String> runName) {
            this.runs = requireNonNull(runName, "runName");
            this.runsText = "chosen by this site's program";
            return this;
        }

        /** The largest model, in bytes of float32, at least 4. */
        public Builder maxModelBytes(long bytes) {
            if (bytes < Float.BYTES) {
                throw new IllegalArgumentException(
                        "largest model of " + bytes + " bytes holds not even one element; allow 4 bytes or more");
            }
            this.maxModelBytes = bytes;
            return this;
        }

        /** The longest that one task may keep the trainer busy, above zero. */
        public Builder maxTaskDuration(Duration duration) {
            if (duration.isNegative() || duration.isZero()) {
                throw new IllegalArgumentException("longest task of " + duration + "; allow more than zero");
            }
            this.maxTaskDuration = duration;
            return this;
        }

        /** The weakest protection under which this site's updates may leave it. */
        public Builder leastProtection(Protection protection) {
            this.leastProtection = requireNonNull(protection, "protection");
            return this;
        }

        /** Whether this site measures models and reports the metrics; without it, it measures no model at all. */
        public Builder allowEvaluation(boolean allowed) {
            this.evaluation = allowed;
            return this;
        }

        /**
         * The most models that one evaluation may name beside the published one; none unless this is called.
         *
         * <p>A run that pays its sites by what groups of them add to the model asks its evaluators to measure the models
         * of these groups too. Such a model is the round's model as the updates of a few sites alone would have made it:
         * whoever measures it can look at it, and a site of a group of two can take its own update away and has the other
         * one's. So an allowing site sees more of the others than the published models show, and tells more of its own
         * data: one set of metrics for each model. A task that names more than are allowed is answered with the published
         * model's metrics alone, and none of the others is fetched.
         *
         * @param most 0 to {@link FederationMethods#MAX_EXTRA_MODELS}
         */
        public Builder maxEvaluatedModels(int most) {
            if (most < 0 || most > FederationMethods.MAX_EXTRA_MODELS) {
                throw new IllegalArgumentException("at most " + most + " models beside the published one; allow 0 to "
                        + FederationMethods.MAX_EXTRA_MODELS);
            }
            this.maxEvaluatedModels = most;
            return this;
        }

        /**
         * The policy.
         *
         * @throws IllegalStateException naming everything that was not decided
         */
        public NodePolicy build() {
            if (runs == null
                    || maxModelBytes == null
                    || maxTaskDuration == null
                    || leastProtection == null
                    || evaluation == null) {
                List<String> missing = new ArrayList<>();
                addIfMissing(missing, runs, "allowRuns");
                addIfMissing(missing, maxModelBytes, "maxModelBytes");
                addIfMissing(missing, maxTaskDuration, "maxTaskDuration");
                addIfMissing(missing, leastProtection, "leastProtection");
                addIfMissing(missing, evaluation, "allowEvaluation");
                throw new IllegalStateException("node policy leaves open: " + String.join(", ", missing)
                        + "; a site decides each of them itself");
            }
            return new NodePolicy(
                    runs, runsText, maxModelBytes, maxTaskDuration, leastProtection, evaluation, maxEvaluatedModels);
        }

        private static void addIfMissing(List<String> missing, @Nullable Object value, String name) {
            if (value == null) {
                missing.add(name);
            }
        }
    }
}

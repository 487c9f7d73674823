package org.dalrn.server.gateway;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.dalrn.core.incentive.IncentivePolicy;
import org.dalrn.core.model.ConfigValue;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.ParameterLayout;
import org.dalrn.core.model.TensorSpec;
import org.dalrn.core.round.RoundPolicy;
import org.dalrn.core.round.RunSpec;
import org.dalrn.core.strategy.FedAvg;
import org.dalrn.core.strategy.Sampling;
import org.dalrn.core.strategy.Strategy;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.settings.DurationText;
import org.dalrn.server.settings.NumberText;
import org.dalrn.server.settings.Settings;
import org.dalrn.server.settings.SettingsException;

/**
 * A run as its author writes it down: YAML for people, JSON with the same keys on the way to the coordinator. Immutable.
 * Every key stands in {@code docs/run-file.md}.
 *
 * @param initial the model that the first round starts from
 * @param incentive who earns what; empty: nobody earns anything
 * @param seed from which cohorts are drawn; empty: the coordinator draws it
 */
public record RunFile(
        String name,
        ParameterLayout layout,
        InitialModel initial,
        int rounds,
        Strategy strategy,
        RoundPolicy policy,
        long maxExamplesPerNode,
        double maxAbsoluteValue,
        SortedMap<String, ConfigValue> config,
        Optional<IncentivePolicy> incentive,
        Optional<ContentHash> seed) {

    private static final ContentHash NOT_YET = ContentHash.of(new byte[0]);

    /**
     * Checks the whole as {@link RunSpec} does.
     *
     * @throws IllegalArgumentException if a value is not allowed
     */
    public RunFile {
        requireNonNull(initial, "initial");
        requireNonNull(seed, "seed");
        config = new RunSpec(
                        name,
                        layout,
                        NOT_YET,
                        rounds,
                        strategy,
                        policy,
                        maxExamplesPerNode,
                        maxAbsoluteValue,
                        config,
                        incentive)
                .config();
    }

    /**
     * The run that a YAML file describes; relative paths count from its folder.
     *
     * @throws SettingsException with code {@link ErrorCode#RUN_FILE_INVALID} and all faults, if it cannot be used
     */
    public static RunFile read(Path file) {
        String text;
        try {
            text = Files.readString(file);
        } catch (CharacterCodingException notText) {
            throw unreadable(file, "is not UTF-8 text", notText);
        } catch (IOException unreadable) {
            throw unreadable(file, "cannot be read: " + unreadable, unreadable);
        }
        Path folder = file.toAbsolutePath().getParent();
        return parseYaml(file.toString(), text, folder == null ? file.toAbsolutePath() : folder);
    }

    private static SettingsException unreadable(Path file, String why, IOException cause) {
        SettingsException failure = new SettingsException(
                ErrorCode.RUN_FILE_INVALID, file.toString(), List.of(new SettingsException.Fault("", 0, why)));
        failure.initCause(cause);
        return failure;
    }

    /**
     * The run that a YAML text describes.
     *
     * @param source the text's name in messages
     * @param folder relative paths count from here
     * @throws SettingsException with code {@link ErrorCode#RUN_FILE_INVALID} and all faults, if it cannot be used
     */
    public static RunFile parseYaml(String source, String text, Path folder) {
        return new Reader(Settings.yaml(source, text, ErrorCode.RUN_FILE_INVALID))
                .runFile(value -> initial(value, folder));
    }

    /**
     * The run that a JSON text describes, whose initial model the coordinator has.
     *
     * @throws SettingsException with code {@link ErrorCode#RUN_FILE_INVALID} and all faults, if it cannot be used
     */
    public static RunFile parseJson(String text) {
        return new Reader(Settings.json("the run", text, ErrorCode.RUN_FILE_INVALID))
                .runFile(value -> new InitialModel.Stored(ContentHash.parse(value)));
    }

    private static InitialModel initial(String text, Path folder) {
        if (text.equals("zeros")) {
            return new InitialModel.Zeros();
        }
        try {
            Path path = folder.resolve(text);
            if (!Files.isRegularFile(path)) {
                throw new IllegalArgumentException("'" + text + "' is neither 'zeros' nor a file in " + folder
                        + "; name a file of little-endian float32 values");
            }
            return new InitialModel.Bytes(path);
        } catch (InvalidPathException wrong) {
            throw new IllegalArgumentException("'" + text + "' is no path: " + wrong.getReason(), wrong);
        }
    }

    /** What the coordinator runs, once the initial model's bytes have a hash. */
    public RunSpec spec(ContentHash initialModel) {
        return new RunSpec(
                name,
                layout,
                initialModel,
                rounds,
                strategy,
                policy,
                maxExamplesPerNode,
                maxAbsoluteValue,
                config,
                incentive);
    }

    /**
     * The initial model's bytes, {@code layout().byteLength()} of them; to be closed.
     *
     * @throws IllegalStateException if the initial model is {@link InitialModel.Stored}
     */
    public InputStream openInitial() throws IOException {
        Optional<Path> file = initial.match(Optional::empty, Optional::of, hash -> {
            throw new IllegalStateException("the coordinator has the initial model " + hash + " already");
        });
        return file.isPresent() ? Files.newInputStream(file.get()) : new ZeroBytes(layout.byteLength());
    }

    /** The JSON text that {@link #parseJson} reads. */
    public String json(ContentHash initialModel) {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        out.put("name", name);
        ObjectNode model = out.putObject("model");
        ArrayNode tensors = model.putArray("tensors");
        for (TensorSpec tensor : layout.tensors()) {
            ObjectNode element = tensors.addObject().put("name", tensor.name());
            ArrayNode shape = element.putArray("shape");
            tensor.shape().forEach(shape::add);
        }
        model.put("initial", initialModel.toString());
        out.put("rounds", rounds);
        Sampling sampling = strategy.sampling();
        ObjectNode strategyNode = out.putObject("strategy");
        strategyNode
                .put("name", strategy.name())
                .put("fraction-train", sampling.fractionTrain())
                .put("min-train-nodes", sampling.minTrainNodes())
                .put("fraction-evaluate", sampling.fractionEvaluate())
                .put("min-evaluate-nodes", sampling.minEvaluateNodes())
                .put("min-available-nodes", sampling.minAvailableNodes());
        strategy.settings().forEach((key, value) -> put(strategyNode, key, value));
        out.putObject("policy")
                .put("train-deadline", DurationText.of(policy.trainDeadline()))
                .put("evaluate-deadline", DurationText.of(policy.evaluateDeadline()))
                .put("quorum", policy.quorum())
                .put("over-selection", policy.overSelection())
                .put("max-attempts", policy.maxAttempts());
        out.put("max-examples-per-node", maxExamplesPerNode);
        out.put("max-absolute-value", maxAbsoluteValue);
        ObjectNode configNode = out.putObject("config");
        config.forEach((key, value) -> put(configNode, key, value));
        incentive.ifPresent(terms -> IncentiveSection.write(terms, out));
        seed.ifPresent(value -> out.put("seed", value.toString()));
        return out.toString();
    }

    static void put(ObjectNode node, String key, ConfigValue value) {
        value.<ObjectNode>match(
                text -> node.put(key, text),
                number -> node.put(key, number),
                integer -> node.put(key, integer),
                flag -> node.put(key, flag));
    }

    /** One reading of one document. */
    private static final class Reader {
        private final Settings settings;
        private final Settings.Section root;

        Reader(Settings settings) {
            this.settings = settings;
            this.root = settings.root();
        }

        RunFile runFile(Function<String, InitialModel> initialParser) {
            Supplier<String> name = root.required("name", "name: heart", text -> text);
            Settings.Section model = root.section("model");
            Supplier<ParameterLayout> layout = layout(model);
            Supplier<InitialModel> initial = model.required("initial", "initial: zeros", initialParser);
            Supplier<Integer> rounds = root.required("rounds", "rounds: 20", NumberText.wholeBetween(1, 1_000_000));
            Supplier<Strategy> strategy = strategy(root.section("strategy"));
            Supplier<RoundPolicy> policy = policy(root.section("policy"));
            Supplier<Long> maxExamples =
                    root.required("max-examples-per-node", "max-examples-per-node: 100000", Reader::examples);
            Supplier<Double> maxValue =
                    root.required("max-absolute-value", "max-absolute-value: 64", Reader::absoluteValue);
            Map<String, ConfigValue> config = root.section("config").others();
            Supplier<Optional<IncentivePolicy>> incentive = IncentiveSection.read(settings);
            Supplier<Optional<ContentHash>> seed = root.optional("seed", ContentHash::parse);
            Supplier<RunFile> file = settings.build(
                    "",
                    () -> new RunFile(
                            name.get(),
                            layout.get(),
                            initial.get(),
                            rounds.get(),
                            strategy.get(),
                            policy.get(),
                            maxExamples.get(),
                            maxValue.get(),
                            Collections.unmodifiableSortedMap(new TreeMap<>(config)),
                            incentive.get(),
                            seed.get()));
            settings.build("model.initial", () -> checkedLength(initial.get(), layout.get()));
            settings.throwIfFaulty();
            return file.get();
        }

        private static InitialModel checkedLength(InitialModel initial, ParameterLayout layout) {
            initial.<Boolean>match(() -> true, path -> checkedLength(path, layout), hash -> true);
            return initial;
        }

        private static boolean checkedLength(Path path, ParameterLayout layout) {
            long length;
            try {
                length = Files.size(path);
            } catch (IOException unreadable) {
                throw new IllegalArgumentException("'" + path + "' cannot be read: " + unreadable, unreadable);
            }
            if (length != layout.byteLength()) {
                throw new IllegalArgumentException("'" + path + "' has " + length + " bytes, but the tensors have "
                        + layout.elementCount() + " elements of 4 bytes, " + layout.byteLength() + " bytes");
            }
            return true;
        }

        private Supplier<ParameterLayout> layout(Settings.Section model) {
            List<Supplier<TensorSpec>> tensors = new ArrayList<>();
            for (Settings.Section tensor :
                    model.requiredSections("tensors", "tensors: [{name: weights, shape: [13]}]")) {
                Supplier<String> name = tensor.required("name", "name: weights", text -> text);
                Supplier<List<Integer>> shape = tensor.requiredList(
                        "shape", "shape: [13], or [] for a scalar", NumberText.wholeBetween(1, Integer.MAX_VALUE));
                tensors.add(settings.build(tensor.path(), () -> new TensorSpec(name.get(), shape.get())));
            }
            return settings.build(
                    "model.tensors",
                    () -> ParameterLayout.of(tensors.stream().map(Supplier::get).toList()));
        }

        private Supplier<Strategy> strategy(Settings.Section section) {
            Supplier<String> name = section.value("name", FedAvg.NAME, text -> text);
            Sampling defaults = Sampling.defaults();
            Supplier<Double> fractionTrain =
                    section.value("fraction-train", "" + defaults.fractionTrain(), NumberText::decimal);
            Supplier<Integer> minTrain = count(section, "min-train-nodes", defaults.minTrainNodes());
            Supplier<Double> fractionEvaluate =
                    section.value("fraction-evaluate", "" + defaults.fractionEvaluate(), NumberText::decimal);
            Supplier<Integer> minEvaluate = count(section, "min-evaluate-nodes", defaults.minEvaluateNodes());
            Supplier<Integer> minAvailable = count(section, "min-available-nodes", defaults.minAvailableNodes());
            Supplier<Sampling> sampling = settings.build(
                    "strategy",
                    () -> new Sampling(
                            fractionTrain.get(),
                            minTrain.get(),
                            fractionEvaluate.get(),
                            minEvaluate.get(),
                            minAvailable.get()));
            // A near miss of a key that every strategy has is a slip; other keys are the strategy's own settings.
            SortedMap<String, ConfigValue> own = new TreeMap<>();
            for (String key : section.unread()) {
                Optional<String> near = section.nearest(key);
                if (near.isPresent()) {
                    section.fault(key, "is unknown; did you mean '" + near.get() + "'?");
                    section.skip(key);
                }
            }
            own.putAll(section.others());
            return settings.build("strategy", () -> Strategy.of(name.get(), sampling.get(), own));
        }

        private Supplier<RoundPolicy> policy(Settings.Section section) {
            Supplier<Duration> train = section.value("train-deadline", "10m", DurationText::parse);
            Supplier<Duration> evaluate = section.value("evaluate-deadline", "2m", DurationText::parse);
            Supplier<Integer> quorum = count(section, "quorum", 2);
            Supplier<Double> overSelection = section.value("over-selection", "1.0", NumberText::decimal);
            Supplier<Integer> attempts = count(section, "max-attempts", 3);
            return settings.build(
                    "policy",
                    () -> new RoundPolicy(
                            train.get(), evaluate.get(), quorum.get(), overSelection.get(), attempts.get()));
        }

        private static Supplier<Integer> count(Settings.Section section, String key, int defaultValue) {
            return section.value(
                    key, Integer.toString(defaultValue), NumberText.wholeBetween(1, RunSpec.LARGEST_COHORT));
        }

        private static long examples(String text) {
            long value = NumberText.whole(text);
            if (value < 1 || value > RunSpec.LARGEST_WEIGHT_CAP) {
                throw new IllegalArgumentException(value + " is not in [1, " + RunSpec.LARGEST_WEIGHT_CAP + "]");
            }
            return value;
        }

        private static double absoluteValue(String text) {
            double value = NumberText.decimal(text);
            if (!(value > 0 && value <= Float.MAX_VALUE)) {
                throw new IllegalArgumentException(value
                        + " is not a positive float; write the largest |value| that an update's element may have");
            }
            return value;
        }
    }
}

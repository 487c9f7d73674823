package org.dalrn.server.receipts;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.dalrn.core.round.EventText;
import org.dalrn.core.round.RunEvent;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.canonical.CanonicalJson;
import org.dalrn.podp.receipt.Artifact;
import org.dalrn.podp.receipt.Facts;
import org.dalrn.podp.receipt.Receipt;

/**
 * The receipts of one run as far as they have come: what the next one needs to know of those before it.
 *
 * <p>The receipt of an event is made of the event's canonical text: times go into {@code obs}, hashes of blobs into inputs
 * and outputs, everything else into the parameters. {@link #eventOf} is the exact inverse. A model-published receipt says
 * two things more, which the events before it tell: the model that the round started from, as its input, and the replay
 * digest of the receipt that closed the round.
 *
 * <p>Immutable and thread-safe.
 */
public final class RunReceipts {

    /** What the types of all receipts of runs begin with. */
    public static final String TYPE_PREFIX = "dalrn.run.";

    private static final String TYPE_VERSION = "/1";
    private static final String BASE_MODEL = "base-model";
    private static final String CLOSED_ROUND = "closedRound";
    private static final String PUBLISHED = "model-published";
    private static final String INITIAL_MODEL = "initialModel";
    private static final String COALITIONS = "coalitions";
    private static final String COALITION = "coalition";
    private static final List<String> TIMES = List.of("at", "deadline", "evaluationDeadline");

    private enum Side {
        INPUT,
        OUTPUT
    }

    /** A field of an event that holds the hash of a blob. */
    private record Hash(String field, Side side, String role) {}

    private static final Map<String, List<Hash>> HASHES = Map.of(
            "opened",
            List.of(new Hash(INITIAL_MODEL, Side.INPUT, "initial-model")),
            "round-started",
            List.of(new Hash("model", Side.INPUT, "model")),
            "update-accepted",
            List.of(new Hash("update", Side.INPUT, "update")),
            "round-closed",
            List.of(new Hash("updates", Side.INPUT, "update")),
            PUBLISHED,
            List.of(new Hash("model", Side.OUTPUT, "model")),
            "evaluation-started",
            List.of(new Hash("model", Side.INPUT, "model")),
            "finished",
            List.of(new Hash("model", Side.OUTPUT, "model")));

    private final String log;
    private final Sha256Hash actor;
    private final long size;
    private final Optional<Sha256Hash> last;
    private final Optional<Sha256Hash> baseModel;
    private final Optional<Sha256Hash> closedRound;

    private RunReceipts(
            String log,
            Sha256Hash actor,
            long size,
            Optional<Sha256Hash> last,
            Optional<Sha256Hash> baseModel,
            Optional<Sha256Hash> closedRound) {
        this.log = log;
        this.actor = actor;
        this.size = size;
        this.last = last;
        this.baseModel = baseModel;
        this.closedRound = closedRound;
    }

    /**
     * A run without events.
     *
     * @param log the origin of the run's log
     * @param actor key id of the coordinator
     */
    public static RunReceipts begin(String log, Sha256Hash actor) {
        return new RunReceipts(log, actor, 0, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** How many receipts there are. */
    public long size() {
        return size;
    }

    /**
     * The receipt of the next event.
     *
     * @param eventText canonical text
     * @throws MalformedException if it is no canonical text of an event
     */
    public Receipt receiptOf(String eventText) {
        Object tree = CanonicalJson.read(eventText.getBytes(StandardCharsets.UTF_8));
        if (!(tree instanceof SortedMap<?, ?> map)) {
            throw new MalformedException("an event's text is a JSON object");
        }
        SortedMap<String, Object> parameters = copy(map);
        String type = text(parameters, "type");
        if (!EventText.VERSION.equals(text(parameters, "v"))) {
            throw new MalformedException("an event's version is " + EventText.VERSION);
        }
        SortedMap<String, Object> obs = new TreeMap<>();
        for (String time : TIMES) {
            Object value = parameters.remove(time);
            if (value != null) {
                obs.put(time, value);
            }
        }
        List<Artifact> inputs = new ArrayList<>();
        List<Artifact> outputs = new ArrayList<>();
        List<Artifact> coalitions = takeCoalitions(parameters);
        if (type.equals(PUBLISHED)) {
            inputs.add(new Artifact(BASE_MODEL, baseModel.orElseThrow(RunReceipts::noRound)));
            put(
                    parameters,
                    CLOSED_ROUND,
                    closedRound.orElseThrow(RunReceipts::noRound).toString());
        }
        for (Hash hash : HASHES.getOrDefault(type, List.of())) {
            SortedMap<String, Object> holder = holder(parameters, hash);
            List<Artifact> side = hash.side() == Side.INPUT ? inputs : outputs;
            Object value = holder.remove(hash.field());
            for (Object element : value instanceof List<?> list ? list : List.of(String.valueOf(value))) {
                side.add(new Artifact(hash.role(), Sha256Hash.parse((String) element)));
            }
        }
        (type.equals(PUBLISHED) ? outputs : inputs).addAll(coalitions);
        return new Receipt(log, size, last, actor, new Facts(typeOf(type), inputs, outputs, parameters), obs);
    }

    /** The models of coalitions become artifacts; who is in them stays. */
    private static List<Artifact> takeCoalitions(SortedMap<String, Object> parameters) {
        if (!(parameters.get(COALITIONS) instanceof List<?> coalitions)) {
            return List.of();
        }
        List<Artifact> models = new ArrayList<>();
        List<Object> members = new ArrayList<>();
        for (Object element : coalitions) {
            if (!(element instanceof SortedMap<?, ?> coalition)) {
                throw new MalformedException("a coalition of an event is not an object");
            }
            SortedMap<String, Object> fields = copy(coalition);
            models.add(new Artifact(COALITION, Sha256Hash.parse(text(fields, "model"))));
            members.add(text(fields, "members"));
        }
        parameters.put(COALITIONS, members);
        return models;
    }

    /** The inverse of {@link #takeCoalitions}. */
    private static void giveCoalitions(SortedMap<String, Object> tree, List<Artifact> side) {
        List<String> models = side.stream()
                .filter(artifact -> artifact.role().equals(COALITION))
                .map(artifact -> artifact.sha256().toString())
                .toList();
        Object members = tree.get(COALITIONS);
        int count = members instanceof List<?> list ? list.size() : 0;
        if (count != models.size()) {
            throw new MalformedException("a receipt has " + models.size() + " hashes of role '" + COALITION
                    + "', but names " + count + " coalitions");
        }
        if (members instanceof List<?> list) {
            List<Object> coalitions = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                SortedMap<String, Object> coalition = new TreeMap<>();
                coalition.put("members", list.get(i));
                coalition.put("model", models.get(i));
                coalitions.add(coalition);
            }
            tree.put(COALITIONS, coalitions);
        }
    }

    private static MalformedException noRound() {
        return new MalformedException("a model was published before a round was started and closed");
    }

    /** The fields of an event that a hash stands among: the run's description for the initial model. */
    private static SortedMap<String, Object> holder(SortedMap<String, Object> parameters, Hash hash) {
        if (!hash.field().equals(INITIAL_MODEL)) {
            return parameters;
        }
        if (!(parameters.get("spec") instanceof SortedMap<?, ?> spec)) {
            throw new MalformedException("field 'spec' is not an object");
        }
        SortedMap<String, Object> own = copy(spec);
        parameters.put("spec", own);
        return own;
    }

    private static SortedMap<String, Object> copy(SortedMap<?, ?> map) {
        SortedMap<String, Object> copy = new TreeMap<>();
        map.forEach((key, value) -> copy.put((String) key, value));
        return copy;
    }

    private static String text(SortedMap<String, Object> fields, String name) {
        Object value = fields.remove(name);
        if (!(value instanceof String text)) {
            throw new MalformedException("field '" + name + "' of an event is missing or not a string");
        }
        return text;
    }

    /**
     * The run with one receipt more.
     *
     * @param replayDigest of the receipt, {@link Receipt#replayDigest}
     */
    public RunReceipts with(Receipt receipt, Sha256Hash replayDigest) {
        String type = receipt.facts().type();
        List<Artifact> inputs = receipt.facts().inputs();
        boolean starts = type.equals(typeOf("round-started")) && !inputs.isEmpty();
        boolean closes = type.equals(typeOf("round-closed"));
        return new RunReceipts(
                log,
                actor,
                size + 1,
                Optional.of(replayDigest),
                starts ? Optional.of(inputs.get(0).sha256()) : baseModel,
                closes ? Optional.of(replayDigest) : closedRound);
    }

    /** The type of the receipts of a kind of event. */
    static String typeOf(String kind) {
        return TYPE_PREFIX + kind + TYPE_VERSION;
    }

    /** The word for the kind of event that a receipt tells, for instance {@code round-closed}; empty for another type. */
    public static Optional<String> kindOf(Receipt receipt) {
        String type = receipt.facts().type();
        return type.startsWith(TYPE_PREFIX) && type.endsWith(TYPE_VERSION)
                ? Optional.of(type.substring(TYPE_PREFIX.length(), type.length() - TYPE_VERSION.length()))
                : Optional.empty();
    }

    /**
     * The canonical text of the event that a receipt tells.
     *
     * @throws MalformedException if the receipt is of another type, or lacks what the type needs
     */
    public static String eventTextOf(Receipt receipt) {
        String kind = kindOf(receipt)
                .orElseThrow(() -> new MalformedException("type '"
                        + MalformedException.excerpt(receipt.facts().type())
                        + "' is none of a run's; allowed are " + TYPE_PREFIX + "..." + TYPE_VERSION));
        SortedMap<String, Object> tree = copy(receipt.facts().parameters());
        if (kind.equals(PUBLISHED) && tree.remove(CLOSED_ROUND) == null) {
            throw new MalformedException("a receipt of type " + receipt.facts().type() + " has no " + CLOSED_ROUND);
        }
        put(tree, "type", kind);
        put(tree, "v", EventText.VERSION);
        receipt.obs().forEach((name, value) -> put(tree, name, value));
        giveCoalitions(
                tree,
                kind.equals(PUBLISHED)
                        ? receipt.facts().outputs()
                        : receipt.facts().inputs());
        for (Hash hash : HASHES.getOrDefault(kind, List.of())) {
            List<Artifact> side = hash.side() == Side.INPUT
                    ? receipt.facts().inputs()
                    : receipt.facts().outputs();
            List<String> values = side.stream()
                    .filter(artifact -> artifact.role().equals(hash.role()))
                    .map(artifact -> artifact.sha256().toString())
                    .toList();
            if (hash.field().equals("updates")) {
                put(tree, hash.field(), values);
            } else if (values.size() == 1) {
                put(holder(tree, hash), hash.field(), values.get(0));
            } else {
                throw new MalformedException(
                        "a receipt of type " + receipt.facts().type() + " has " + values.size() + " hashes of role '"
                                + hash.role() + "'; it needs one");
            }
        }
        return new String(CanonicalJson.write(tree), StandardCharsets.UTF_8);
    }

    private static void put(SortedMap<String, Object> tree, String name, Object value) {
        if (tree.put(name, value) != null) {
            throw new MalformedException("field '" + MalformedException.excerpt(name) + "' is there twice");
        }
    }

    /**
     * The event that a receipt tells.
     *
     * @throws MalformedException if it tells none, or says more or less than the event
     */
    public static RunEvent eventOf(Receipt receipt) {
        String text = eventTextOf(receipt);
        try {
            return EventText.parse(text);
        } catch (IllegalArgumentException noEvent) {
            throw new MalformedException(
                    "the receipt tells no event: " + MalformedException.excerpt(String.valueOf(noEvent.getMessage())),
                    noEvent);
        }
    }
}

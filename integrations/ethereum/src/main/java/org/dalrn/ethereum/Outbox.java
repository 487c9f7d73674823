package org.dalrn.ethereum;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.web3j.crypto.Hash;
import org.web3j.crypto.RawTransaction;

/**
 * The transactions of one account, in order, from the wish to the finalized block.
 *
 * <p>A wish is durable when {@link #add} returns, and a signed transaction before it is sent: after a crash the very same bytes are sent
 * again, which a chain takes once. A transaction has one nonce; every try with a higher fee has the same, so that at most one lands. One
 * transaction at a time waits for a block; those after it are not signed until it is in one. Nobody else may send from the account.
 *
 * <p>{@link #advance} asks the chain and takes the next steps; it is called again and again by one thread. Everything else may be called
 * by any thread at any time and does not wait for the chain.
 */
final class Outbox implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

    /** A fifth more than the node estimates. */
    private static final BigInteger GAS_NUMERATOR = BigInteger.valueOf(6);

    private static final BigInteger GAS_DENOMINATOR = BigInteger.valueOf(5);

    /** For nodes that do not suggest a tip: 1 gwei. */
    private static final BigInteger USUAL_TIP = BigInteger.valueOf(1_000_000_000);

    private static final BigInteger MOST_GAS = BigInteger.valueOf(30_000_000);

    private static final String SAID_NO = "the contract said no";

    /** One signed transaction. */
    private record Attempt(BigInteger nonce, Fees fees, String hash, String raw, long block) {}

    /** Where a transaction is. */
    private record Place(
            Attempt attempt, long block, String blockHash, boolean reverted, Optional<EthereumAddress> made) {}

    /** What one look at the chain found. */
    private record Head(long block, BigInteger baseFee, Optional<Long> finalized) {}

    private static final class Entry {
        final long id;
        final Optional<EthereumAddress> to;
        final String data;
        final BigInteger value;
        final JsonNode memo;
        final List<Attempt> attempts = new ArrayList<>();
        TransactionStatus status = TransactionStatus.QUEUED;

        @Nullable
        Place place;

        String note = "";

        Entry(long id, Optional<EthereumAddress> to, String data, BigInteger value, JsonNode memo) {
            this.id = id;
            this.to = to;
            this.data = data;
            this.value = value;
            this.memo = memo;
        }

        OutboxEntry view() {
            Place at = place;
            return new OutboxEntry(
                    id,
                    to,
                    status,
                    attempts.size(),
                    at != null
                            ? Optional.of(at.attempt.hash)
                            : attempts.isEmpty()
                                    ? Optional.empty()
                                    : Optional.of(attempts.get(attempts.size() - 1).hash),
                    at == null ? Optional.empty() : Optional.of(at.block),
                    at == null ? Optional.empty() : at.made,
                    note.isEmpty() ? Optional.empty() : Optional.of(note),
                    memo);
        }
    }

    private final EthereumSettings settings;
    private final AccountKey key;
    private final JsonRpc rpc;
    private final InstantSource clock;
    private final Repetition repetition;
    private final CircuitBreaker breaker;

    /** Guards the journal and the fields of the entries; never held while the chain is asked. */
    private final ReentrantLock lock = new ReentrantLock();

    /** Held by the one who advances. */
    private final ReentrantLock advancing = new ReentrantLock();

    private final Journal journal;
    private final List<Entry> entries = new ArrayList<>();

    /** The lowest nonce that nothing in the journal has used, somebody else's included. */
    private BigInteger unused = BigInteger.ZERO;

    private boolean rightChain;
    private boolean asked;
    private String trouble = "";

    private Outbox(
            EthereumSettings settings,
            AccountKey key,
            InstantSource clock,
            RandomGenerator random,
            Repetition repetition,
            Journal journal) {
        this.settings = settings;
        this.key = key;
        this.clock = clock;
        this.repetition = repetition;
        this.journal = journal;
        rpc = new JsonRpc(settings.node(), settings.timeout());
        breaker = new CircuitBreaker(random);
    }

    /**
     * Opens the journal and goes on where it ends; the chain is not asked.
     *
     * @param repetition asked before a transaction is sent again under another nonce
     * @throws JournalDamagedException if the journal was changed
     * @throws IllegalArgumentException if it belongs to another account or chain
     * @throws IllegalStateException if another process has it
     */
    static Outbox open(
            EthereumSettings settings,
            AccountKey key,
            InstantSource clock,
            RandomGenerator random,
            Repetition repetition) {
        Journal journal = Journal.open(settings.journal());
        Outbox outbox = new Outbox(settings, key, clock, random, repetition, journal);
        try {
            outbox.restore();
            return outbox;
        } catch (RuntimeException failure) {
            journal.close();
            throw failure;
        }
    }

    private void restore() {
        List<JsonNode> lines = journal.read();
        if (lines.isEmpty()) {
            journal.append(line("account")
                    .put("chain", settings.chainId())
                    .put("account", key.address().text()));
            return;
        }
        JsonNode owner = lines.get(0);
        if (!owner.path("is").asText().equals("account")
                || owner.path("chain").asLong() != settings.chainId()
                || !owner.path("account").asText().equals(key.address().text())) {
            throw new IllegalArgumentException("the journal in " + settings.journal() + " belongs to account "
                    + Quantity.excerpt(owner.path("account").asText()) + " on chain "
                    + owner.path("chain").asLong() + ", not to " + key.address() + " on chain " + settings.chainId()
                    + ": each has a folder of its own");
        }
        lines.subList(1, lines.size()).forEach(this::restore);
    }

    private void restore(JsonNode line) {
        long id = line.path("id").asLong(-1);
        String what = line.path("is").asText();
        if (what.equals("added") && id == entries.size()) {
            Optional<EthereumAddress> to = line.has("to")
                    ? Optional.of(new EthereumAddress(line.path("to").asText()))
                    : Optional.empty();
            entries.add(new Entry(
                    id,
                    to,
                    line.path("data").asText(),
                    new BigInteger(line.path("value").asText("0")),
                    line.path("memo")));
            return;
        }
        if (id < 0 || id >= entries.size()) {
            throw new JournalDamagedException("the journal in " + settings.journal() + " says '"
                    + Quantity.excerpt(what) + "' of transaction " + id + ", which was not added");
        }
        Entry entry = entries.get(Math.toIntExact(id));
        switch (what) {
            case "sent" -> {
                entry.attempts.add(new Attempt(
                        new BigInteger(line.path("nonce").asText()),
                        new Fees(
                                new BigInteger(line.path("fee").asText()),
                                new BigInteger(line.path("tip").asText())),
                        line.path("hash").asText(),
                        line.path("raw").asText(),
                        line.path("block").asLong()));
                use(entry.attempts.get(entry.attempts.size() - 1).nonce);
                entry.status = TransactionStatus.PENDING;
            }
            case "lost" -> {
                entry.attempts.clear();
                entry.status = TransactionStatus.QUEUED;
            }
            case "done" -> {
                entry.note = line.path("why").asText();
                entry.status = TransactionStatus.FINAL;
            }
            case "unclear" -> {
                entry.note = line.path("why").asText();
                entry.status = TransactionStatus.UNCLEAR;
            }
            case "refused" -> {
                entry.note = line.path("why").asText();
                entry.status = TransactionStatus.REFUSED;
            }
            case "final" -> {
                String hash = line.path("hash").asText();
                Attempt landed = entry.attempts.stream()
                        .filter(attempt -> attempt.hash.equals(hash))
                        .findFirst()
                        .orElseThrow(() -> new JournalDamagedException("the journal in " + settings.journal()
                                + " calls a transaction final that it never sent: " + Quantity.excerpt(hash)));
                boolean reverted = line.path("reverted").asBoolean();
                entry.place = new Place(
                        landed,
                        line.path("block").asLong(),
                        line.path("blockHash").asText(),
                        reverted,
                        line.has("made")
                                ? Optional.of(
                                        new EthereumAddress(line.path("made").asText()))
                                : Optional.empty());
                entry.note = reverted ? SAID_NO : "";
                entry.status = reverted ? TransactionStatus.REVERTED : TransactionStatus.FINAL;
            }
            default ->
                throw new JournalDamagedException("the journal in " + settings.journal() + " says '"
                        + Quantity.excerpt(what) + "', which this version does not know");
        }
    }

    private void use(BigInteger nonce) {
        unused = unused.max(nonce.add(BigInteger.ONE));
    }

    private static ObjectNode line(String what) {
        return JsonRpc.MAPPER.createObjectNode().put("is", what);
    }

    /**
     * Adds a transaction; durable on return.
     *
     * @param to contract; empty to make one
     * @param data what it is given
     * @param value in wei
     * @param memo kept with it
     * @return its number
     */
    long add(Optional<EthereumAddress> to, String data, BigInteger value, JsonNode memo) {
        lock.lock();
        try {
            Entry entry = new Entry(entries.size(), to, data, value, memo);
            ObjectNode line = line("added").put("id", entry.id);
            to.ifPresent(address -> line.put("to", address.text()));
            line.put("data", data).put("value", value.toString()).set("memo", memo);
            journal.append(line);
            entries.add(entry);
            return entry.id;
        } finally {
            lock.unlock();
        }
    }

    /** All transactions in their order. */
    List<OutboxEntry> entries() {
        lock.lock();
        try {
            return entries.stream().map(Entry::view).toList();
        } finally {
            lock.unlock();
        }
    }

    AnchorState state() {
        lock.lock();
        try {
            Map<TransactionStatus, Integer> counts = new EnumMap<>(TransactionStatus.class);
            String waiting = trouble;
            for (Entry entry : entries) {
                counts.merge(entry.status, 1, Integer::sum);
                boolean waits = !entry.status.isOver() || entry.status == TransactionStatus.UNCLEAR;
                if (waiting.isEmpty() && waits) {
                    waiting = entry.note;
                }
            }
            AnchorState.Chain chain = !asked
                    ? AnchorState.Chain.UNKNOWN
                    : breaker.failures() == 0
                            ? AnchorState.Chain.UP
                            : breaker.isOpen() ? AnchorState.Chain.DOWN : AnchorState.Chain.FAILING;
            return new AnchorState(
                    chain,
                    counts.getOrDefault(TransactionStatus.QUEUED, 0),
                    counts.getOrDefault(TransactionStatus.PENDING, 0),
                    counts.getOrDefault(TransactionStatus.INCLUDED, 0)
                            + counts.getOrDefault(TransactionStatus.CONFIRMED, 0),
                    counts.getOrDefault(TransactionStatus.FINAL, 0),
                    counts.getOrDefault(TransactionStatus.REFUSED, 0)
                            + counts.getOrDefault(TransactionStatus.REVERTED, 0),
                    counts.getOrDefault(TransactionStatus.UNCLEAR, 0),
                    breaker.failures(),
                    breaker.failures() == 0 ? Optional.empty() : Optional.of(breaker.next()),
                    waiting.isEmpty() ? Optional.empty() : Optional.of(waiting));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes the next steps. A chain that does not answer is a state, no exception.
     *
     * @throws IllegalStateException if another thread is at it
     */
    AnchorState advance() {
        if (!advancing.tryLock()) {
            throw new IllegalStateException("another thread advances this outbox: let one do it");
        }
        try {
            Instant now = clock.instant();
            if (!mayAsk(now)) {
                return state();
            }
            String found;
            boolean up = true;
            try {
                step();
                found = "";
            } catch (ChainUnavailableException down) {
                up = false;
                found = String.valueOf(down.getMessage());
                LOG.debug("the chain does not answer", down);
            } catch (ChainRefusalException refused) {
                // The node is there; what it refuses stays where it is until it no longer does.
                found = String.valueOf(refused.getMessage());
                LOG.debug("the node refuses", refused);
            }
            note(now, up, found);
            return state();
        } finally {
            advancing.unlock();
        }
    }

    private boolean mayAsk(Instant now) {
        lock.lock();
        try {
            return breaker.lets(now);
        } finally {
            lock.unlock();
        }
    }

    private void note(Instant now, boolean up, String found) {
        lock.lock();
        try {
            asked = true;
            boolean wasOpen = breaker.isOpen();
            if (up) {
                breaker.succeeded();
            } else {
                breaker.failed(now);
            }
            trouble = found;
            if (wasOpen != breaker.isOpen()) {
                LOG.warn(
                        breaker.isOpen()
                                ? "the chain at {} does not answer: anchors wait in the journal; everything else goes on"
                                : "the chain at {} answers again",
                        rpc.name());
            }
        } finally {
            lock.unlock();
        }
    }

    private void step() {
        if (!rightChain) {
            BigInteger id = Quantity.number(rpc.call("eth_chainId"), "its chain's number");
            if (!id.equals(BigInteger.valueOf(settings.chainId()))) {
                throw new ChainUnavailableException(rpc.name() + " is a node of chain " + id + ", not of "
                        + settings.chainId() + ": nothing is sent to it");
            }
            rightChain = true;
        }
        List<Entry> open = open();
        if (open.isEmpty()) {
            return;
        }
        Head head = head();
        for (Entry entry : open) {
            boolean used = entry.status.isOver();
            // Those before it are in blocks: a transaction that vanished from its block comes first again.
            if (!track(entry, head) && !used) {
                push(entry, head);
                return;
            }
        }
    }

    /** Those that go on, and those without a receipt, which another node may have. */
    private List<Entry> open() {
        lock.lock();
        try {
            return entries.stream()
                    .filter(entry -> !entry.status.isOver() || (entry.place == null && !entry.attempts.isEmpty()))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /** The finalized block first: what a receipt says after that about an earlier block can no longer change. */
    private Head head() {
        Optional<Long> finalized = Optional.empty();
        try {
            JsonNode block = rpc.call("eth_getBlockByNumber", "finalized", false);
            if (block.isObject()) {
                finalized = Optional.of(Quantity.small(block.path("number"), "the finalized block's number"));
            }
        } catch (ChainRefusalException unknown) {
            LOG.debug("the chain has no finalized block", unknown);
        }
        JsonNode latest = rpc.call("eth_getBlockByNumber", "latest", false);
        return new Head(
                Quantity.small(latest.path("number"), "the latest block's number"),
                Quantity.number(latest.path("baseFeePerGas"), "the base fee"),
                finalized);
    }

    /** Whether the transaction is in a block. */
    private boolean track(Entry entry, Head head) {
        Place found = null;
        for (int i = entry.attempts.size() - 1; i >= 0 && found == null; i--) {
            found = place(entry.attempts.get(i));
        }
        boolean isFinal = found != null && isFinal(found, head);
        lock.lock();
        try {
            if (found == null) {
                if (entry.place != null) {
                    LOG.warn("transaction {} is no longer in a block: the chain was reorganised", entry.id);
                    entry.place = null;
                    entry.status = TransactionStatus.PENDING;
                }
                return false;
            }
            entry.place = found;
            entry.note = found.reverted ? SAID_NO : "";
            long block = found.block;
            if (isFinal) {
                ObjectNode line = line("final")
                        .put("id", entry.id)
                        .put("hash", found.attempt.hash)
                        .put("block", block)
                        .put("blockHash", found.blockHash)
                        .put("reverted", found.reverted);
                found.made.ifPresent(address -> line.put("made", address.text()));
                journal.append(line);
                entry.status = found.reverted ? TransactionStatus.REVERTED : TransactionStatus.FINAL;
            } else {
                entry.status = head.block - block + 1 >= settings.confirmations()
                        ? TransactionStatus.CONFIRMED
                        : TransactionStatus.INCLUDED;
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the receipt's block is finalized, and is the block of the chain: of several nodes one may be on another branch. */
    private boolean isFinal(Place found, Head head) {
        if (head.finalized.filter(last -> last >= found.block).isEmpty()) {
            return false;
        }
        JsonNode block = rpc.call("eth_getBlockByNumber", Quantity.text(found.block), false);
        return block.isObject()
                && Quantity.hash(block.path("hash"), "the hash of a block").equals(found.blockHash);
    }

    private @Nullable Place place(Attempt attempt) {
        JsonNode receipt = rpc.call("eth_getTransactionReceipt", attempt.hash);
        if (!receipt.isObject()) {
            return null;
        }
        if (!Quantity.hash(receipt.path("transactionHash"), "the hash in a receipt")
                .equals(attempt.hash)) {
            throw new ChainUnavailableException(rpc.name() + " gave the receipt of another transaction");
        }
        JsonNode made = receipt.path("contractAddress");
        return new Place(
                attempt,
                Quantity.small(receipt.path("blockNumber"), "the block of a receipt"),
                Quantity.hash(receipt.path("blockHash"), "the block of a receipt"),
                Quantity.number(receipt.path("status"), "the status of a receipt")
                                .signum()
                        == 0,
                made.isTextual() ? Optional.of(EthereumAddress.parse(made.asText())) : Optional.empty());
    }

    private void push(Entry entry, Head head) {
        if (entry.attempts.isEmpty()) {
            first(entry, head);
            return;
        }
        Attempt last = entry.attempts.get(entry.attempts.size() - 1);
        if (isUsedUp(last, head) && entry.attempts.stream().allMatch(attempt -> place(attempt) == null)) {
            lost(entry, last, head.finalized.orElseThrow());
            return;
        }
        boolean stuck = head.block - last.block >= settings.resendAfterBlocks();
        if (stuck && again(entry, last, head)) {
            return;
        }
        if (rpc.call("eth_getTransactionByHash", last.hash).isNull()) {
            broadcast(entry, last);
        }
    }

    private boolean isUsedUp(Attempt last, Head head) {
        return head.finalized.isPresent()
                && Quantity.number(transactionCount(Quantity.text(head.finalized.orElseThrow())), "the account's nonce")
                                .compareTo(last.nonce)
                        > 0;
    }

    private JsonNode transactionCount(String when) {
        return rpc.call("eth_getTransactionCount", key.address().text(), when);
    }

    /**
     * The nonce is used for good and there is no receipt: another transaction of the account took it, or the node has forgotten the
     * receipt.
     */
    private void lost(Entry entry, Attempt last, long finalized) {
        // A payment, or a second contract, is nothing that could be asked for.
        boolean canAsk = entry.value.signum() == 0 && entry.to.isPresent();
        switch (canAsk ? repetition.ask(entry.view(), finalized, rpc) : Repetition.Answer.UNCLEAR) {
            case ALLOWED -> {
                LOG.warn(
                        "the nonce {} of transaction {} was used by somebody else with the same key: it gets another",
                        last.nonce,
                        entry.id);
                over(entry, "lost", TransactionStatus.QUEUED, "");
            }
            case DONE ->
                over(
                        entry,
                        "done",
                        TransactionStatus.FINAL,
                        "the contract holds it, but " + rpc.name()
                                + " has no receipt: ask a node that keeps them for the proof");
            case UNCLEAR -> {
                String why = "nonce " + last.nonce + " is used and " + rpc.name()
                        + " has no receipt: it may have happened, so it is not sent again; ask a node that keeps receipts,"
                        + " or look for the nonce yourself and add it again if another transaction took it";
                LOG.error("transaction {} needs somebody to look: {}", entry.id, why);
                over(entry, "unclear", TransactionStatus.UNCLEAR, why);
            }
        }
    }

    private void over(Entry entry, String what, TransactionStatus status, String why) {
        lock.lock();
        try {
            journal.append(line(what).put("id", entry.id).put("why", why));
            if (status == TransactionStatus.QUEUED) {
                entry.attempts.clear();
            }
            entry.note = why;
            entry.status = status;
        } finally {
            lock.unlock();
        }
    }

    private void first(Entry entry, Head head) {
        BigInteger gas;
        try {
            gas = estimate(entry);
        } catch (ChainRefusalException refusal) {
            if (!refusal.isRevert()) {
                throw refusal;
            }
            over(entry, "refused", TransactionStatus.REFUSED, String.valueOf(refusal.getMessage()));
            return;
        }
        Optional<Fees> fees = Fees.first(head.baseFee, tip(), settings.maxFeePerGas());
        if (fees.isEmpty()) {
            tooDear(entry, head);
            return;
        }
        send(entry, nextNonce(), gas, fees.orElseThrow(), head);
    }

    /**
     * Never one of the journal: of several nodes behind one address some lag. One that does not know of our earlier transactions is
     * told of them first, or what comes next would wait for a nonce there.
     */
    private BigInteger nextNonce() {
        BigInteger next = Quantity.number(transactionCount("pending"), "the account's nonce");
        for (Map.Entry<Entry, Attempt> missed : unknownFrom(next).entrySet()) {
            broadcast(missed.getKey(), missed.getValue());
        }
        lock.lock();
        try {
            return next.max(unused);
        } finally {
            lock.unlock();
        }
    }

    /** The transactions that are not final and have this nonce or a later one, as they landed or else were sent last. */
    private Map<Entry, Attempt> unknownFrom(BigInteger nonce) {
        lock.lock();
        try {
            Map<Entry, Attempt> found = new LinkedHashMap<>();
            for (Entry entry : entries) {
                if (!entry.status.isOver() && !entry.attempts.isEmpty()) {
                    Place at = entry.place;
                    Attempt attempt = at == null ? entry.attempts.get(entry.attempts.size() - 1) : at.attempt;
                    if (attempt.nonce.compareTo(nonce) >= 0) {
                        found.put(entry, attempt);
                    }
                }
            }
            return found;
        } finally {
            lock.unlock();
        }
    }

    /** Whether a higher fee was allowed. */
    private boolean again(Entry entry, Attempt last, Head head) {
        Optional<Fees> fees = last.fees.bumped(head.baseFee, tip(), settings.maxFeePerGas());
        if (fees.isEmpty()) {
            tooDear(entry, head);
            return false;
        }
        BigInteger gas = gasLimit(last);
        LOG.info(
                "transaction {} is in none of {} blocks: sent again for at most {} wei per gas",
                entry.id,
                head.block - last.block,
                fees.orElseThrow().most());
        send(entry, last.nonce, gas, fees.orElseThrow(), head);
        return true;
    }

    private static BigInteger gasLimit(Attempt attempt) {
        return org.web3j.crypto.TransactionDecoder.decode(attempt.raw).getGasLimit();
    }

    private void tooDear(Entry entry, Head head) {
        note(
                entry,
                "gas is too dear: the base fee is " + head.baseFee + " wei and the most to offer "
                        + settings.maxFeePerGas() + "; wait, or allow more");
    }

    private void note(Entry entry, String note) {
        lock.lock();
        try {
            entry.note = note;
        } finally {
            lock.unlock();
        }
    }

    private BigInteger estimate(Entry entry) {
        ObjectNode call =
                JsonRpc.MAPPER.createObjectNode().put("from", key.address().text());
        entry.to.ifPresent(address -> call.put("to", address.text()));
        call.put("data", entry.data).put("value", Quantity.text(entry.value));
        BigInteger gas = Quantity.number(rpc.call("eth_estimateGas", call), "the gas of a transaction")
                .multiply(GAS_NUMERATOR)
                .divide(GAS_DENOMINATOR);
        if (gas.compareTo(MOST_GAS) > 0) {
            throw new ChainUnavailableException(
                    rpc.name() + " estimates " + gas + " gas, more than the " + MOST_GAS + " that are believed");
        }
        return gas;
    }

    private BigInteger tip() {
        try {
            return Quantity.number(rpc.call("eth_maxPriorityFeePerGas"), "the tip");
        } catch (ChainRefusalException unknown) {
            LOG.debug("the node suggests no tip", unknown);
            return USUAL_TIP;
        }
    }

    private void send(Entry entry, BigInteger nonce, BigInteger gas, Fees fees, Head head) {
        byte[] raw = key.sign(RawTransaction.createTransaction(
                settings.chainId(),
                nonce,
                gas,
                entry.to.map(EthereumAddress::text).orElse(""),
                entry.value,
                entry.data,
                fees.tip(),
                fees.most()));
        Attempt attempt = new Attempt(
                nonce,
                fees,
                Quantity.text(Hash.sha3(raw)),
                "0x" + HexFormat.of().formatHex(raw),
                head.block);
        lock.lock();
        try {
            journal.append(line("sent")
                    .put("id", entry.id)
                    .put("nonce", nonce.toString())
                    .put("fee", fees.most().toString())
                    .put("tip", fees.tip().toString())
                    .put("hash", attempt.hash)
                    .put("raw", attempt.raw)
                    .put("block", attempt.block));
            entry.attempts.add(attempt);
            use(nonce);
            entry.status = TransactionStatus.PENDING;
            entry.note = "";
        } finally {
            lock.unlock();
        }
        broadcast(entry, attempt);
    }

    private void broadcast(Entry entry, Attempt attempt) {
        try {
            rpc.call("eth_sendRawTransaction", attempt.raw);
        } catch (ChainRefusalException refusal) {
            // It is there already, or an earlier try of it is in a block: the next look tells.
            if (!refusal.says("already known") && !refusal.says("already imported") && !refusal.says("nonce too low")) {
                note(entry, String.valueOf(refusal.getMessage()));
            }
        }
    }

    JsonRpc rpc() {
        return requireNonNull(rpc, "rpc");
    }

    EthereumAddress account() {
        return key.address();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            journal.close();
        } finally {
            lock.unlock();
        }
    }
}

package org.dalrn.ethereum;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.dalrn.podp.PodpException;
import org.dalrn.podp.Sha256Hash;

/**
 * Pays rewards through a contract RewardClaims, from one account.
 *
 * <p>Whatever is asked for is durable on return and sent later, in order, by {@link #advance}; what is sent twice (nothing), how fees
 * rise and what counts as final stands in {@code docs/anchoring.md}. Beyond that, what the journal holds already is not added again:
 * who asks a second time to fund the same payouts, or to claim the same one, gets the number of the first transaction. One that the
 * contract refused does not count.
 *
 * <p>An account has one journal, for rewards and anchors alike. Thread-safe; {@link #advance} by one thread at a time.
 */
public final class RewardSettlement implements Transactions, AutoCloseable {

    static final String FUND = "fund a distribution";
    static final String CLAIM = "claim a payout";
    static final String TAKE_BACK = "take back what is left";
    static final String DISTRIBUTION = "distribution";
    static final String INDEX = "index";
    private static final String LOG = "log";
    private static final String ROOT = "root";
    private static final String DEADLINE = "deadline";

    private final EthereumSettings settings;
    private final Outbox outbox;

    private RewardSettlement(EthereumSettings settings, Outbox outbox) {
        this.settings = settings;
        this.outbox = outbox;
    }

    /**
     * Opens the journal and goes on where it ends; the chain is not asked.
     *
     * @param key of the account that pays
     * @param clock decides when a chain that is down is asked again
     * @param random spreads those times
     * @throws JournalDamagedException if the journal was changed
     * @throws IllegalArgumentException if it belongs to another account or chain
     * @throws IllegalStateException if another process has it
     */
    public static RewardSettlement open(
            EthereumSettings settings, AccountKey key, InstantSource clock, RandomGenerator random) {
        return new RewardSettlement(
                settings, Outbox.open(settings, key, clock, random, RewardRepetition.ofAccount(key.address())));
    }

    /** The account that pays. */
    public EthereumAddress account() {
        return outbox.account();
    }

    /**
     * Makes a contract, which nobody administers.
     *
     * @return number of the transaction, as with all that follow
     */
    public long deploy() {
        return outbox.add(
                Optional.empty(), RewardCalls.deploy(), BigInteger.ZERO, memo("deploy the contract for rewards"));
    }

    /**
     * Opens a distribution for the payouts of a run, and pays their total into it.
     *
     * @param deadline from when on the rest can be taken back; the contract asks for a day or more
     * @param again whether to pay the run a second time, whatever the journal holds
     * @return the transaction in the journal, if it holds one that is not refused; else a new one
     * @throws IllegalArgumentException if the one in the journal has another deadline, or the journal holds other payouts of this
     *     run or another contract for them; or if the deadline is not in the years 1970 to 9999
     * @throws PodpException if at the contract's address is something else, so that nothing was added
     * @throws ChainException if the chain does not answer, so that nothing was added
     */
    public long fund(EthereumAddress contract, PayoutStatement payouts, Instant deadline, boolean again) {
        Instant seconds = Instant.ofEpochSecond(deadline.getEpochSecond());
        if (seconds.isBefore(Instant.EPOCH) || seconds.isAfter(RewardLookup.LAST_DEADLINE)) {
            throw new IllegalArgumentException("the deadline " + seconds + " is not between " + Instant.EPOCH + " and "
                    + RewardLookup.LAST_DEADLINE + ": choose one from a day from now on");
        }
        String root = payouts.tree().root().toString();
        if (!again) {
            OptionalLong before = funded(contract, payouts.log(), root, seconds);
            if (before.isPresent()) {
                return before.getAsLong();
            }
        }
        requireContract(contract);
        ObjectNode memo = memo(FUND).put(LOG, payouts.log()).put(ROOT, root).put(DEADLINE, seconds.toString());
        String data = RewardCalls.fund(payouts.tree(), seconds);
        synchronized (this) {
            OptionalLong before = again ? OptionalLong.empty() : funded(contract, payouts.log(), root, seconds);
            return before.isPresent()
                    ? before.getAsLong()
                    : outbox.add(Optional.of(contract), data, payouts.tree().total(), memo);
        }
    }

    /** The transaction that funds these payouts. A run is paid for once: one of other payouts of the run is an error. */
    private OptionalLong funded(EthereumAddress contract, String log, String root, Instant deadline) {
        Predicate<OutboxEntry> ofRun = entry -> entry.memo().path(LOG).asText().equals(log);
        Optional<OutboxEntry> same = newest(
                FUND,
                entry -> ofRun.test(entry)
                        && entry.to().equals(Optional.of(contract))
                        && entry.memo().path(ROOT).asText().equals(root));
        if (same.isPresent()) {
            String then = same.get().memo().path(DEADLINE).asText();
            if (!then.equals(deadline.toString())) {
                throw new IllegalArgumentException("transaction " + same.get().id()
                        + " funds these payouts already, until " + then + ", not " + deadline
                        + ": name that deadline to go on with it");
            }
            return OptionalLong.of(same.get().id());
        }
        newest(FUND, ofRun).ifPresent(other -> {
            throw new IllegalArgumentException("transaction " + other.id() + " funds other payouts of the run " + log
                    + " already, with root " + other.memo().path(ROOT).asText() + " in the contract "
                    + other.to().orElseThrow() + ", and a run is paid for once: fund those, or say that it is to be"
                    + " paid again (--again)");
        });
        return OptionalLong.empty();
    }

    /**
     * Claims one payout for its account. Any account may: the money goes to the account of the payout.
     *
     * @param distribution its number
     * @param index number of the payout
     * @return the transaction in the journal, if it holds one that is not refused; else a new one
     * @throws IllegalArgumentException if there is no such distribution or payout, or the distribution is of other payouts
     * @throws PodpException if at the contract's address is something else, so that nothing was added
     * @throws ChainException if the chain does not answer, so that nothing was added
     */
    public long claim(EthereumAddress contract, long distribution, PayoutStatement payouts, int index) {
        RewardTree tree = payouts.tree();
        if (index < 0 || index >= tree.payouts().size()) {
            throw new IllegalArgumentException("there is no payout " + index + ", there are "
                    + tree.payouts().size() + ", numbered from 0 on");
        }
        ObjectNode memo = memo(CLAIM).put(DISTRIBUTION, distribution).put(INDEX, index);
        Predicate<OutboxEntry> same = entry -> entry.memo().path(DISTRIBUTION).asLong(-1) == distribution
                && entry.memo().path(INDEX).asLong(-1) == index;
        Optional<OutboxEntry> before = underWay(contract, CLAIM, same);
        if (before.isPresent()) {
            return before.orElseThrow().id();
        }
        requireContract(contract);
        RewardDistribution there = new RewardLookup(outbox.rpc(), contract)
                .distribution(distribution)
                .orElseThrow(() -> new IllegalArgumentException("the contract " + contract + " has no distribution "
                        + distribution + ": the number is what `dalrn rewards fund` printed"));
        if (!there.isOf(tree)) {
            throw new IllegalArgumentException("distribution " + distribution + " is for " + there.size()
                    + " payouts with root " + there.root() + "; these are "
                    + tree.payouts().size() + " with root " + tree.root());
        }
        String data = RewardCalls.claim(distribution, tree.payouts().get(index), tree.proof(index));
        return addOnce(contract, CLAIM, data, memo, same);
    }

    /**
     * Whether a payout was paid at the newest block, by whomever.
     *
     * @throws ChainException if the chain does not answer
     */
    public boolean isPaid(EthereumAddress contract, long distribution, int index) {
        return new RewardLookup(outbox.rpc(), contract).payment(distribution, index) != RewardLookup.Payment.OPEN;
    }

    /**
     * As the funder, from the deadline on: takes back what nobody claimed.
     *
     * @return the transaction in the journal, if it holds one that is not refused; else a new one
     * @throws PodpException if at the contract's address is something else, so that nothing was added
     * @throws ChainException if the chain does not answer, so that nothing was added
     */
    public long takeBack(EthereumAddress contract, long distribution) {
        ObjectNode memo = memo(TAKE_BACK).put(DISTRIBUTION, distribution);
        Predicate<OutboxEntry> same = entry -> entry.memo().path(DISTRIBUTION).asLong(-1) == distribution;
        Optional<OutboxEntry> before = underWay(contract, TAKE_BACK, same);
        if (before.isPresent()) {
            return before.orElseThrow().id();
        }
        requireContract(contract);
        return addOnce(contract, TAKE_BACK, RewardCalls.takeBack(distribution), memo, same);
    }

    private synchronized long addOnce(
            EthereumAddress contract, String purpose, String data, ObjectNode memo, Predicate<OutboxEntry> same) {
        Optional<OutboxEntry> before = underWay(contract, purpose, same);
        return before.isPresent()
                ? before.orElseThrow().id()
                : outbox.add(Optional.of(contract), data, BigInteger.ZERO, memo);
    }

    private Optional<OutboxEntry> underWay(EthereumAddress contract, String purpose, Predicate<OutboxEntry> same) {
        return newest(purpose, entry -> entry.to().equals(Optional.of(contract)) && same.test(entry));
    }

    /** The newest of the journal that the contract did not refuse. */
    private Optional<OutboxEntry> newest(String purpose, Predicate<OutboxEntry> same) {
        return outbox.entries().stream()
                .filter(entry -> entry.status() != TransactionStatus.REFUSED
                        && entry.status() != TransactionStatus.REVERTED
                        && entry.memo()
                                .path(CheckpointAnchoring.PURPOSE)
                                .asText()
                                .equals(purpose)
                        && same.test(entry))
                .reduce((first, second) -> second);
    }

    /** Money is only sent where the compiled contract is, on the chain that was named. */
    private void requireContract(EthereumAddress contract) {
        BigInteger id = Quantity.number(outbox.rpc().call("eth_chainId"), "its chain's number");
        if (!id.equals(BigInteger.valueOf(settings.chainId()))) {
            throw new ChainUnavailableException(outbox.rpc().name() + " is a node of chain " + id + ", not of "
                    + settings.chainId() + ": nothing is sent to it");
        }
        new RewardLookup(outbox.rpc(), contract).requireContract();
    }

    private static ObjectNode memo(String purpose) {
        return JsonRpc.MAPPER.createObjectNode().put(CheckpointAnchoring.PURPOSE, purpose);
    }

    /**
     * The number of the distribution that a transaction opened.
     *
     * @param id of a transaction that funds
     * @return empty as long as the transaction is in no block; before it is final, a reorganisation can give it another number
     * @throws IllegalArgumentException if the transaction does something else
     * @throws ChainException if the chain does not answer
     */
    public OptionalLong distribution(long id) {
        OutboxEntry entry = outbox.entries().stream()
                .filter(each -> each.id() == id
                        && each.memo()
                                .path(CheckpointAnchoring.PURPOSE)
                                .asText()
                                .equals(FUND))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("transaction " + id + " funds no distribution"));
        if (entry.block().isEmpty()) {
            return OptionalLong.empty();
        }
        return new RewardLookup(outbox.rpc(), entry.to().orElseThrow())
                .opened(
                        entry.transaction().orElseThrow(),
                        Sha256Hash.parse(entry.memo().path(ROOT).asText()));
    }

    /**
     * A contract that a transaction of this account made, once its code is there.
     *
     * @throws PodpException if the code is not the compiled contract's
     * @throws ChainException if the chain does not answer
     */
    public Optional<EthereumAddress> deployed(long id) {
        Optional<EthereumAddress> made = transaction(id).contract();
        made.ifPresent(address -> new RewardLookup(outbox.rpc(), address).requireContract());
        return made;
    }

    @Override
    public AnchorState advance() {
        return outbox.advance();
    }

    @Override
    public AnchorState state() {
        return outbox.state();
    }

    @Override
    public List<Anchoring> transactions() {
        return outbox.entries().stream().map(Anchoring::of).toList();
    }

    /** Closes the journal; what is under way goes on at the next start. */
    @Override
    public void close() {
        outbox.close();
    }
}

package org.dalrn.fhe.aggregation;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.dalrn.fhe.committee.Digest;
import org.dalrn.fhe.ring.CoefficientPolynomial;
import org.dalrn.fhe.ring.Modulus;
import org.dalrn.fhe.ring.ResiduePacking;
import org.dalrn.fhe.rlwe.KeyId;
import org.jspecify.annotations.Nullable;

/**
 * The running sum of the encrypted updates of a round, all blocks or a range of them.
 *
 * <p>Each client counts once. A malformed update leaves the sum as it was. For updates larger than memory, sum a range of
 * blocks over all clients, open it, and go on with the next: each update is read from its buffer at the place of the range.
 *
 * <p>Packed residues are added to 64-bit words without reducing them, which for primes below 2^49 is exact for thousands of
 * updates; the words are reduced before they could overflow. Holds no secrets. Not thread-safe: sum in parallel by {@link
 * #merge}.
 */
public final class CiphertextSum {
    private final SumRound round;
    private final SumPlan plan;
    private final BlockLayout layout;
    private final int firstBlock;
    private final int blockCount;
    /** {@code [part][block * limbs + limb][coefficient]}; part 1 is that which the key is multiplied with, if it is summed. */
    private final long[][][] sums;

    private final TreeSet<Integer> clients = new TreeSet<>();
    /** What was added for each client, to be compared with what the committee agreed on; only with one-time keys. */
    private final TreeMap<Integer, Digest> uploads = new TreeMap<>();

    private @Nullable KeyId keyId;
    /** Numbers below 2^bits that each word may hold by now. */
    private long unreduced = 1;

    private final long mostUnreduced;
    private byte[] scratch = new byte[0];

    private CiphertextSum(SumRound round, BlockLayout layout, int firstBlock, int blockCount) {
        this.round = round;
        this.plan = round.plan();
        this.layout = layout;
        this.firstBlock = firstBlock;
        this.blockCount = blockCount;
        int limbs = plan.limbs();
        int mostBits = 0;
        for (int limb = 0; limb < limbs; limb++) {
            mostBits = Math.max(mostBits, plan.primeBits(limb));
        }
        mostUnreduced = 1L << (62 - mostBits);
        sums = new long[plan.mode() == SumMode.ONE_TIME_KEY ? 1 : 2][blockCount * limbs][];
        for (int i = 0; i < blockCount * limbs; i++) {
            sums[0][i] = new long[layout.dataCoefficients(firstBlock + i / limbs) + 1];
            if (sums.length > 1) {
                sums[1][i] = new long[plan.ringDegree()];
            }
        }
    }

    /**
     * An empty sum of whole updates.
     *
     * @param parameters values of each update, 1 to 2^38
     */
    public static CiphertextSum create(SumRound round, long parameters) {
        BlockLayout layout = new BlockLayout(round.plan(), parameters);
        return new CiphertextSum(round, layout, 0, layout.blocks());
    }

    /**
     * An empty sum of some blocks.
     *
     * @param parameters values of each whole update, 1 to 2^38
     * @param firstBlock from 0
     * @param blockCount at least 1
     */
    public static CiphertextSum ofBlocks(SumRound round, long parameters, int firstBlock, int blockCount) {
        BlockLayout layout = new BlockLayout(round.plan(), parameters);
        layout.requireRange(firstBlock, blockCount);
        return new CiphertextSum(round, layout, firstBlock, blockCount);
    }

    /**
     * Blocks of an update under a plan.
     *
     * @param parameters values of the update, 1 to 2^38
     */
    public static int blocks(SumPlan plan, long parameters) {
        return new BlockLayout(plan, parameters).blocks();
    }

    /**
     * Adds a client's update. With one-time keys its {@link EncryptedUpdate#digest} is kept, as only the upload that was agreed on
     * is opened. To take it is most of the work, unless it was taken before, as for the client's signature.
     *
     * @param update of this round and size, with at least this sum's blocks
     * @throws SumFormatException if it is of another round, size or key, its client is in the sum already, the sum is full or
     *     a residue is out of range; the sum is then unchanged
     */
    public void add(EncryptedUpdate update) {
        UpdateHeader header = update.header();
        requireFit(header);
        if (clients.contains(header.clientId)) {
            throw new SumFormatException(
                    "client " + header.clientId + " is in this sum already; one update counts for each client");
        }
        if (clients.size() == plan.maxClients()) {
            throw new SumFormatException("this sum has its " + plan.maxClients()
                    + " updates; plan for more clients, the values would run into each other");
        }
        prepare(1);
        ByteBuffer residues = update.residues();
        long at =
                header.firstBlock == firstBlock ? 0 : layout.bytesOf(header.firstBlock, firstBlock - header.firstBlock);
        long start = at;
        for (int block = firstBlock; block < firstBlock + blockCount; block++) {
            int bytes = layout.bytesOf(block);
            if (!addBlock(block, residues, Math.toIntExact(at), bytes)) {
                takeBack(residues, start, block);
                throw new SumFormatException(
                        "the update of client " + header.clientId + " has a residue in block " + block
                                + " that is not below its prime, or bits after the last one: it was not made by this plan");
            }
            at += bytes;
        }
        if (plan.mode() == SumMode.SHARED_KEY) {
            addMask(header.seed);
        }
        if (plan.mode() == SumMode.ONE_TIME_KEY) {
            uploads.put(header.clientId, update.digest());
        }
        unreduced++;
        keyId = header.keyId;
        clients.add(header.clientId);
    }

    private void requireFit(UpdateHeader header) {
        if (!header.round.equals(round)) {
            throw new SumFormatException("an update parsed for another round than this sum's");
        }
        if (header.layout.parameters() != layout.parameters()) {
            throw new SumFormatException("an update of " + header.layout.parameters()
                    + " parameters in a sum of updates of " + layout.parameters() + "; all must have the same");
        }
        if (header.firstBlock > firstBlock || header.firstBlock + header.blockCount < firstBlock + blockCount) {
            throw new SumFormatException("an update with blocks " + header.firstBlock + " to "
                    + (header.firstBlock + header.blockCount - 1) + " in a sum of blocks " + firstBlock + " to "
                    + (firstBlock + blockCount - 1) + "; it must have them all");
        }
        if (keyId != null && !keyId.equals(header.keyId)) {
            throw new SumFormatException("an update under key " + header.keyId + " in a sum under key " + keyId
                    + "; all must be encrypted under the same");
        }
    }

    private boolean addBlock(int block, ByteBuffer residues, int at, int bytes) {
        byte[] in = array(residues, at, bytes);
        int from = in == scratch ? 0 : residues.arrayOffset() + at;
        long wrong = 0;
        for (int part = 0; part < sentParts(); part++) {
            for (int limb = 0; limb < plan.limbs(); limb++) {
                long[] target = sums[part][(block - firstBlock) * plan.limbs() + limb];
                int bits = plan.primeBits(limb);
                long q = plan.basis().modulus(limb).value();
                wrong |= ResiduePacking.add(in, from, target.length, bits, q, target);
                from += ResiduePacking.bytes(target.length, bits);
            }
        }
        return wrong >= 0;
    }

    private void takeBack(ByteBuffer residues, long start, int lastBlock) {
        int at = Math.toIntExact(start);
        for (int block = firstBlock; block <= lastBlock; block++) {
            int bytes = layout.bytesOf(block);
            byte[] in = array(residues, at, bytes);
            int from = in == scratch ? 0 : residues.arrayOffset() + at;
            for (int part = 0; part < sentParts(); part++) {
                for (int limb = 0; limb < plan.limbs(); limb++) {
                    long[] target = sums[part][(block - firstBlock) * plan.limbs() + limb];
                    int bits = plan.primeBits(limb);
                    ResiduePacking.subtract(in, from, target.length, bits, target);
                    from += ResiduePacking.bytes(target.length, bits);
                }
            }
            at += bytes;
        }
    }

    private int sentParts() {
        return plan.mode() == SumMode.COLLECTIVE_KEY ? 2 : 1;
    }

    /** The buffer's own array if whole words can be read from it up to the block's last bit, else a copy. */
    private byte[] array(ByteBuffer residues, int at, int bytes) {
        if (residues.hasArray() && residues.arrayOffset() + at + bytes + Long.BYTES <= residues.array().length) {
            return residues.array();
        }
        if (scratch.length < bytes + Long.BYTES) {
            scratch = new byte[layout.bytesOf(firstBlock) + Long.BYTES];
        }
        residues.get(at, scratch, 0, bytes);
        return scratch;
    }

    private void addMask(byte[] seed) {
        PublicMask mask = new PublicMask(plan, seed);
        for (int i = 0; i < sums[1].length; i++) {
            mask.add(firstBlock + i / plan.limbs(), i % plan.limbs(), sums[1][i]);
        }
    }

    /** Makes room for that many more numbers in each word. */
    private void prepare(long more) {
        if (unreduced + more <= mostUnreduced) {
            return;
        }
        for (long[][] part : sums) {
            for (int i = 0; i < part.length; i++) {
                reduce(part[i], plan.basis().modulus(i % plan.limbs()));
            }
        }
        unreduced = 1;
    }

    private static void reduce(long[] words, Modulus modulus) {
        for (int i = 0; i < words.length; i++) {
            words[i] = modulus.reduceWord(words[i]);
        }
    }

    /**
     * Adds another partial sum of the same round and blocks, of other clients.
     *
     * @param other unchanged except that its words may be reduced
     * @throws IllegalArgumentException if it is of another round, size, range or key, shares a client, or both together have too
     *     many; this sum is then unchanged
     */
    public void merge(CiphertextSum other) {
        Objects.requireNonNull(other, "other");
        if (!round.equals(other.round)
                || !layout.equals(other.layout)
                || firstBlock != other.firstBlock
                || blockCount != other.blockCount) {
            throw new IllegalArgumentException(
                    "partial sums of different rounds, sizes or blocks: " + this + " and " + other);
        }
        if (keyId != null && other.keyId != null && !keyId.equals(other.keyId)) {
            throw new IllegalArgumentException("partial sums under two keys: " + keyId + " and " + other.keyId);
        }
        if (!Collections.disjoint(clients, other.clients)) {
            throw new IllegalArgumentException("partial sums that share a client; each client counts once");
        }
        if (clients.size() + other.clients.size() > plan.maxClients()) {
            throw new IllegalArgumentException("partial sums of " + clients.size() + " and " + other.clients.size()
                    + " updates; the plan takes " + plan.maxClients() + " together");
        }
        other.prepare(mostUnreduced / 2 - 1);
        prepare(other.unreduced);
        for (int part = 0; part < sums.length; part++) {
            for (int i = 0; i < sums[part].length; i++) {
                add(other.sums[part][i], sums[part][i]);
            }
        }
        unreduced += other.unreduced;
        keyId = keyId == null ? other.keyId : keyId;
        clients.addAll(other.clients);
        uploads.putAll(other.uploads);
    }

    private static void add(long[] x, long[] sum) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += x[i];
        }
    }

    /** The round of the updates. */
    public SumRound round() {
        return round;
    }

    /** Values of each update, without the weight. */
    public long parameters() {
        return layout.parameters();
    }

    /** The first block of the sum. */
    public int firstBlock() {
        return firstBlock;
    }

    /** Blocks of the sum. */
    public int blockCount() {
        return blockCount;
    }

    /** The clients whose updates are in the sum, by their numbers in the roster, ascending. */
    public SortedSet<Integer> clients() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(clients));
    }

    BlockLayout layout() {
        return layout;
    }

    /** The key that the updates are under; empty with one-time keys and before the first update. */
    public Optional<KeyId> keyId() {
        return Optional.ofNullable(keyId);
    }

    int clientCount() {
        return clients.size();
    }

    /** The digest of each client's upload with one-time keys, empty in the other modes. */
    SortedMap<Integer, Digest> uploads() {
        return Collections.unmodifiableSortedMap(uploads);
    }

    /** The words of one limb, below 2^62, congruent to the sum. */
    long[] words(int part, int block, int limb) {
        return sums[part][(block - firstBlock) * plan.limbs() + limb];
    }

    /**
     * The part that the collective key is multiplied with to open a block: what its holders answer for.
     *
     * @param block of this sum
     * @throws IllegalStateException in another mode
     */
    public CoefficientPolynomial keyPart(int block) {
        if (plan.mode() != SumMode.COLLECTIVE_KEY) {
            throw new IllegalStateException("a sum of mode " + plan.mode() + " has no part for a collective key");
        }
        Objects.checkIndex(block - firstBlock, blockCount);
        long[][] limbs = new long[plan.limbs()][];
        for (int limb = 0; limb < limbs.length; limb++) {
            limbs[limb] = words(1, block, limb).clone();
            reduce(limbs[limb], plan.basis().modulus(limb));
        }
        return CoefficientPolynomial.wrap(plan.basis(), limbs);
    }

    /** For tests: the residues of the first part. */
    LongStream residues(int block, int limb) {
        Modulus modulus = plan.basis().modulus(limb);
        return LongStream.of(words(0, block, limb)).map(modulus::reduceWord);
    }

    @Override
    public String toString() {
        return "CiphertextSum[clients=" + clients.size() + ", parameters=" + layout.parameters() + ", blocks="
                + firstBlock + "+" + blockCount + ", " + round + "]";
    }
}

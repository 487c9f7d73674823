package org.dalrn.fhe.multiparty;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.dalrn.fhe.aggregation.CiphertextSum;
import org.dalrn.fhe.aggregation.SumPlan;
import org.dalrn.fhe.ckks.Ciphertext;
import org.dalrn.fhe.ring.Modulus;
import org.dalrn.fhe.ring.NttPolynomial;
import org.dalrn.fhe.ring.RnsBasis;
import org.dalrn.fhe.rlwe.PublicKey;

/**
 * What a set of parties is asked to decrypt together: the digests of the polynomials {@code c1}, the parties that are to answer,
 * and for whom.
 *
 * <p>A party does not trust a request: it makes the request anew from the ciphertexts it is willing to have opened (for a sum, from
 * the signed inputs), compares the two with {@code equals}, and only then endorses it. Immutable, thread-safe.
 *
 * <p>Each polynomial has two digests. One is of its residues. The other is of its residues modulo the first prime, divided by the
 * first one that is not zero: it is the same for the polynomial at all levels and for all its constant multiples, and by it the
 * parties remember what they answered for.
 */
public final class DecryptionRequest {
    /** The most polynomials of one request. */
    public static final int MAX_POLYNOMIALS = 1 << 20;

    private static final byte[] NONE = new byte[Transcript.DIGEST_BYTES];
    private static final byte VERSION = 1;
    private static final int HEADER_BYTES =
            4 + Transcript.DIGEST_BYTES + 2 + 2 * Transcript.DIGEST_BYTES + 2 * Integer.BYTES;

    private final KeyGroup group;
    private final SortedSet<Integer> activeSet;
    private final int primes;
    private final byte[] receiver;
    /** The digest of the round whose sum it is; zeros if it is none. */
    private final byte[] sumRound;
    /** The place of the first polynomial in the sum; 0 if it is none. */
    private final int firstBlock;
    /** {@code [polynomial][64]}: the digest of the residues, then that of the class. */
    private final byte[][] polynomials;

    private final byte[] digest;

    private DecryptionRequest(
            KeyGroup group,
            SortedSet<Integer> activeSet,
            int primes,
            byte[] receiver,
            byte[] sumRound,
            int firstBlock,
            byte[][] polynomials) {
        this.group = group;
        this.activeSet = activeSet;
        this.primes = primes;
        this.receiver = receiver;
        this.sumRound = sumRound;
        this.firstBlock = firstBlock;
        this.polynomials = polynomials;
        Transcript transcript = Transcript.of("request")
                .bytes(group.rawDigest())
                .numbers(activeSet)
                .number(primes)
                .bytes(receiver)
                .bytes(sumRound)
                .number(firstBlock)
                .number(polynomials.length);
        for (byte[] polynomial : polynomials) {
            transcript.bytes(polynomial);
        }
        digest = transcript.digest();
    }

    /**
     * A request to open ciphertexts.
     *
     * @param group whose key they are under
     * @param activeSet exactly {@link KeyGroup#threshold} parties
     * @param ciphertexts of two polynomials, all of one level
     * @param fractionBits bits after the binary point that must survive the noise
     * @throws IllegalArgumentException if fewer survive, and says how many
     * @throws MultipartyException if a ciphertext is under another key, has three polynomials or is of another level
     */
    public static DecryptionRequest forCiphertexts(
            KeyGroup group, Collection<Integer> activeSet, List<Ciphertext> ciphertexts, int fractionBits) {
        requireFractionBits(group, ciphertexts, fractionBits);
        return of(group, activeSet, secondParts(group, ciphertexts), NONE, NONE, 0);
    }

    /**
     * A request to hand ciphertexts over to another key, under which nobody of the group can read them.
     *
     * @param receiver the public key of the one who is to read them, over the same ring
     * @param fractionBits bits after the binary point that must survive the noise
     */
    public static DecryptionRequest forReceiver(
            KeyGroup group,
            Collection<Integer> activeSet,
            List<Ciphertext> ciphertexts,
            int fractionBits,
            PublicKey receiver) {
        if (!receiver.context().equals(group.ceremony().context())) {
            throw new MultipartyException("the receiver's key is over " + receiver.context() + ", the ciphertexts over "
                    + group.ceremony().context() + "; make one over the same ring and chain");
        }
        requireFractionBits(group, ciphertexts, fractionBits);
        return of(group, activeSet, secondParts(group, ciphertexts), receiverDigest(receiver), NONE, 0);
    }

    /**
     * A request to open integers that stand above guard bits.
     *
     * @param c1 the polynomials that the key is multiplied with, over all primes or the first ones, all of one ring
     * @param guardBits the bits below the lowest one of the message, in each coefficient
     * @throws IllegalArgumentException if the noise reaches the message
     */
    public static DecryptionRequest forIntegers(
            KeyGroup group, Collection<Integer> activeSet, List<NttPolynomial> c1, int guardBits) {
        requireNotEmpty(c1);
        group.requireGuardBits(c1.get(0).basis(), guardBits);
        return of(group, activeSet, c1, NONE, NONE, 0);
    }

    /**
     * A request to open a sum of encrypted updates. A party answers for one sum of a round only: the sums of two sets of clients
     * would show what one client more or less makes of them.
     *
     * @param sum of mode COLLECTIVE_KEY under the group's key; made by this party itself from the signed updates
     * @param leastClients the fewest updates that are opened together, at least 2
     * @throws IllegalArgumentException if the sum holds fewer, or its plan counts on less noise than the answers add
     * @throws MultipartyException if the sum is under another key than the group's
     */
    public static DecryptionRequest forSum(
            KeyGroup group, Collection<Integer> activeSet, CiphertextSum sum, int leastClients) {
        SumPlan plan = sum.round().plan();
        int clients = sum.clients().size();
        if (leastClients < 2 || clients < leastClients) {
            throw new IllegalArgumentException("a sum of " + clients + " updates, where at least " + leastClients
                    + " are opened together; a sum of one is that client's update");
        }
        if (!sum.keyId().equals(Optional.of(group.keyId()))) {
            throw new MultipartyException("a sum under "
                    + sum.keyId().map(id -> "key " + id).orElse("one-time keys") + " given to the holders of key "
                    + group.keyId());
        }
        int parties = group.members().size();
        if (plan.keyParties() < parties) {
            throw new IllegalArgumentException(plan + " counts on a key of " + plan.keyParties()
                    + " parties, and this one" + " has " + parties + ", whose encryptions have more noise");
        }
        double noise = group.smudging().openingStdDev(plan.ringDegree(), group.threshold(), parties);
        if (noise > plan.openingNoise() * (1 + 1e-9)) {
            throw new IllegalArgumentException("the answers add noise of standard deviation " + noise + ", and " + plan
                    + " counts on " + plan.openingNoise() + "; plan it with collectiveKey("
                    + group.members().size() + ", "
                    + noise + ")");
        }
        return of(group, activeSet, keyParts(sum), NONE, roundDigest(sum), sum.firstBlock());
    }

    private static byte[] roundDigest(CiphertextSum sum) {
        return Transcript.of("sum round")
                .bytes(sum.round().plan().digest())
                .bytes(sum.round().id())
                .digest();
    }

    /** What the key is multiplied with, block by block. */
    static List<NttPolynomial> keyParts(CiphertextSum sum) {
        List<NttPolynomial> c1 = new ArrayList<>();
        for (int block = 0; block < sum.blockCount(); block++) {
            c1.add(sum.keyPart(sum.firstBlock() + block).toNtt());
        }
        return c1;
    }

    private static void requireFractionBits(KeyGroup group, List<Ciphertext> ciphertexts, int fractionBits) {
        requireNotEmpty(ciphertexts);
        for (Ciphertext ciphertext : ciphertexts) {
            group.requireFractionBits(ciphertext.part(0).basis(), ciphertext.scale(), fractionBits);
        }
    }

    private static List<NttPolynomial> secondParts(KeyGroup group, List<Ciphertext> ciphertexts) {
        List<NttPolynomial> c1 = new ArrayList<>();
        for (Ciphertext ciphertext : ciphertexts) {
            if (!ciphertext.keyId().equals(group.keyId())) {
                throw new MultipartyException("a ciphertext under key " + ciphertext.keyId()
                        + " given to the holders of key " + group.keyId());
            }
            if (ciphertext.size() != 2) {
                throw new MultipartyException("a ciphertext of " + ciphertext.size()
                        + " polynomials cannot be decrypted together; relinearize it first");
            }
            c1.add(ciphertext.part(1));
        }
        return c1;
    }

    private static void requireNotEmpty(List<?> given) {
        if (given.isEmpty()) {
            throw new IllegalArgumentException("a request for nothing; give at least one ciphertext");
        }
    }

    private static DecryptionRequest of(
            KeyGroup group,
            Collection<Integer> activeSet,
            List<NttPolynomial> c1,
            byte[] receiver,
            byte[] sumRound,
            int firstBlock) {
        SortedSet<Integer> active = group.requireActive(activeSet);
        int primes = c1.get(0).basis().size();
        RnsBasis basis = basis(group, primes);
        byte[][] polynomials = new byte[c1.size()][];
        for (int i = 0; i < polynomials.length; i++) {
            if (!c1.get(i).basis().equals(basis)) {
                throw new MultipartyException("polynomial " + i + " is over "
                        + c1.get(i).basis() + ", the first one over " + basis + "; bring all to one level");
            }
            polynomials[i] = digests(c1.get(i));
        }
        requireDistinct(polynomials);
        requireCount(group, polynomials.length);
        return new DecryptionRequest(group, active, primes, receiver, sumRound, firstBlock, polynomials);
    }

    private static void requireCount(KeyGroup group, int count) {
        int most = Math.min(MAX_POLYNOMIALS, group.smudging().maxPolynomials());
        if (count < 1 || count > most) {
            throw new MultipartyException("a request for " + count + " polynomials; the group answers 1 to " + most
                    + " at once, as its smudging counts on");
        }
    }

    private static void requireDistinct(byte[][] polynomials) {
        TreeSet<byte[]> classes = new TreeSet<>(Arrays::compare);
        for (byte[] polynomial : polynomials) {
            if (!classes.add(Arrays.copyOfRange(polynomial, Transcript.DIGEST_BYTES, polynomial.length))) {
                throw new MultipartyException(
                        "the request holds a ciphertext twice, or a multiple of it; ask once for each");
            }
        }
    }

    private static RnsBasis basis(KeyGroup group, int primes) {
        RnsBasis all = group.ceremony().context().keyBasis();
        if (primes < 1 || primes > all.size()) {
            throw new MultipartyException("a request over " + primes + " primes; the key has " + all.size());
        }
        return all.prefix(primes);
    }

    /** The digest of the residues, then that of the class. */
    private static byte[] digests(NttPolynomial c1) {
        byte[] exact = Transcript.of("polynomial").polynomial(c1).digest();
        Modulus modulus = c1.basis().modulus(0);
        long[] residues = c1.limb(0);
        int first = 0;
        while (first < residues.length && residues[first] == 0) {
            first++;
        }
        if (first == residues.length) {
            throw new MultipartyException(
                    "a ciphertext whose second polynomial is zero hides nothing; there is nothing to" + " decrypt");
        }
        long factor = modulus.inverse(residues[first]);
        long shoup = modulus.shoup(factor);
        byte[] bytes = new byte[Long.BYTES * residues.length];
        ByteBuffer words = ByteBuffer.wrap(bytes);
        for (long residue : residues) {
            words.putLong(modulus.multiplyShoup(residue, factor, shoup));
        }
        byte[] both = Arrays.copyOf(exact, 2 * Transcript.DIGEST_BYTES);
        byte[] projective = Transcript.of("polynomial up to a factor")
                .number(modulus.value())
                .bytes(bytes)
                .digest();
        System.arraycopy(projective, 0, both, exact.length, projective.length);
        return both;
    }

    private static byte[] receiverDigest(PublicKey receiver) {
        return Transcript.of("receiver")
                .polynomial(receiver.b())
                .polynomial(receiver.a())
                .digest();
    }

    /** Whose key it is about. */
    public KeyGroup group() {
        return group;
    }

    /** The parties that are to answer. */
    public SortedSet<Integer> activeSet() {
        return activeSet;
    }

    /** How many polynomials are to be decrypted. */
    public int size() {
        return polynomials.length;
    }

    /** Whether the result is for the holder of another key rather than for whoever has all answers. */
    public boolean isForReceiver() {
        return !Arrays.equals(receiver, NONE);
    }

    boolean isFor(Optional<PublicKey> key) {
        return Arrays.equals(
                receiver, key.map(DecryptionRequest::receiverDigest).orElse(NONE));
    }

    RnsBasis basis() {
        return basis(group, primes);
    }

    byte[] rawDigest() {
        return digest;
    }

    byte[] classDigest(int index) {
        byte[] both = polynomials[index];
        return Arrays.copyOfRange(both, Transcript.DIGEST_BYTES, both.length);
    }

    /** Whether it is to open a sum of updates. */
    public boolean isForSum() {
        return !Arrays.equals(sumRound, NONE);
    }

    /** Names the block of the round, whichever updates are in the sum. */
    byte[] blockDigest(int index) {
        return Transcript.of("block of a sum")
                .bytes(sumRound)
                .number((long) firstBlock + index)
                .digest();
    }

    byte[] setDigest() {
        return Transcript.of("active set").numbers(activeSet).digest();
    }

    /** Refuses a polynomial that is not the one at that place. */
    void require(int index, NttPolynomial c1) {
        Objects.checkIndex(index, polynomials.length);
        if (!c1.basis().equals(basis()) || !Arrays.equals(polynomials[index], digests(c1))) {
            throw new MultipartyException("the polynomial given is not number " + index + " of the request");
        }
    }

    void requireParty(int party) {
        if (!activeSet.contains(party)) {
            throw new MultipartyException("party " + party + " is not in the active set " + activeSet);
        }
    }

    /** SHA-256 of all of it. */
    public byte[] digest() {
        return digest.clone();
    }

    /**
     * Its byte form: version 1, {@code "DMR"}, the group's digest, the number of primes (u16), the receiver's digest or zeros, the
     * digest of the sum's round or zeros, the first block (u32), the number of polynomials (u32), the active parties (u16 each), 64 bytes for each polynomial; big-endian.
     */
    public byte[] toBytes() {
        ByteBuffer out = ByteBuffer.wrap(
                new byte[HEADER_BYTES + 2 * activeSet.size() + 2 * Transcript.DIGEST_BYTES * polynomials.length]);
        out.put(VERSION).put((byte) 'D').put((byte) 'M').put((byte) 'R').put(group.rawDigest());
        out.putShort((short) primes).put(receiver).put(sumRound);
        out.putInt(firstBlock).putInt(polynomials.length);
        activeSet.forEach(party -> out.putShort((short) (int) party));
        for (byte[] polynomial : polynomials) {
            out.put(polynomial);
        }
        return ShareBytes.finished(out);
    }

    /**
     * Reads the byte form.
     *
     * @param group whose key it must be about
     * @throws MultipartyException if the bytes are anything else
     */
    public static DecryptionRequest parse(KeyGroup group, byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int fixed = HEADER_BYTES + 2 * group.threshold();
        int each = 2 * Transcript.DIGEST_BYTES;
        if (bytes.length < fixed + each || (bytes.length - fixed) % each != 0) {
            throw new MultipartyException(bytes.length + " bytes given as a request; it has " + fixed + " and " + each
                    + " for each polynomial");
        }
        if (in.get() != VERSION || in.get() != 'D' || in.get() != 'M' || in.get() != 'R') {
            throw new MultipartyException("the bytes do not begin as a request of version 1");
        }
        byte[] found = new byte[Transcript.DIGEST_BYTES];
        in.get(found);
        if (!Arrays.equals(found, group.rawDigest())) {
            throw new MultipartyException("a request to another group; ask for that to " + group);
        }
        int primes = Short.toUnsignedInt(in.getShort());
        basis(group, primes);
        byte[] receiver = new byte[Transcript.DIGEST_BYTES];
        in.get(receiver);
        byte[] sumRound = new byte[Transcript.DIGEST_BYTES];
        in.get(sumRound);
        int firstBlock = in.getInt();
        if (firstBlock < 0 || (firstBlock > 0 && Arrays.equals(sumRound, NONE))) {
            throw new MultipartyException(
                    "a request that begins with block " + firstBlock + " of " + (firstBlock < 0 ? "a sum" : "no sum"));
        }
        int count = in.getInt();
        if (count != (bytes.length - fixed) / each) {
            throw new MultipartyException("a request for " + count + " polynomials in " + bytes.length + " bytes");
        }
        requireCount(group, count);
        SortedSet<Integer> active = new TreeSet<>();
        int last = 0;
        for (int i = 0; i < group.threshold(); i++) {
            int party = Short.toUnsignedInt(in.getShort());
            if (party <= last || party > group.members().size()) {
                throw new MultipartyException("the active parties of a request are not ascending numbers of 1 to "
                        + group.members().size());
            }
            active.add(party);
            last = party;
        }
        byte[][] polynomials = new byte[count][each];
        for (byte[] polynomial : polynomials) {
            in.get(polynomial);
        }
        requireDistinct(polynomials);
        return new DecryptionRequest(
                group, group.requireActive(active), primes, receiver, sumRound, firstBlock, polynomials);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DecryptionRequest that && Arrays.equals(digest, that.digest);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(digest);
    }

    @Override
    public String toString() {
        return "DecryptionRequest[" + polynomials.length + " polynomials, parties " + activeSet + ", "
                + HexFormat.of().formatHex(digest, 0, 8) + "]";
    }
}

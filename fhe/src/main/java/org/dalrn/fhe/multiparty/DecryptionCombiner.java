package org.dalrn.fhe.multiparty;

import java.math.BigInteger;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.dalrn.fhe.aggregation.CollectiveOpening;
import org.dalrn.fhe.ckks.Ciphertext;
import org.dalrn.fhe.ckks.CkksEngine;
import org.dalrn.fhe.ckks.Decryption;
import org.dalrn.fhe.ring.CoefficientPolynomial;
import org.dalrn.fhe.ring.NttPolynomial;
import org.dalrn.fhe.ring.RnsBasis;
import org.dalrn.fhe.rlwe.PublicKey;
import org.dalrn.fhe.rlwe.SecretKey;
import org.dalrn.fhe.rlwe.SecretKeyAccess;
import org.jspecify.annotations.Nullable;

/**
 * What puts the answers to one request together: anyone may, with the answers of all active parties.
 *
 * <p>It adds each answer up as it comes, so it holds one polynomial for each ciphertext, however many parties there are. Not
 * thread-safe.
 */
public final class DecryptionCombiner {
    private final DecryptionRequest request;
    private final @Nullable NttPolynomial[][] sums;
    private final List<TreeSet<Integer>> missing;

    private DecryptionCombiner(DecryptionRequest request) {
        this.request = request;
        sums = new NttPolynomial[request.size()][request.isForReceiver() ? 2 : 1];
        missing = java.util.stream.IntStream.range(0, request.size())
                .mapToObj(i -> new TreeSet<>(request.activeSet()))
                .toList();
    }

    /**
     * A combiner without answers yet.
     *
     * @param request what the parties were asked
     */
    public static DecryptionCombiner of(DecryptionRequest request) {
        return new DecryptionCombiner(Objects.requireNonNull(request, "request"));
    }

    /**
     * Adds an answer.
     *
     * @throws MultipartyException if it is there already or answers another request
     */
    public void add(PartialDecryption answer) {
        if (!answer.request().equals(request)) {
            throw new MultipartyException(answer + " does not answer " + request);
        }
        if (!missing.get(answer.index()).remove(answer.party())) {
            throw new MultipartyException("two answers of party " + answer.party() + " for polynomial " + answer.index()
                    + "; give one of each");
        }
        @Nullable NttPolynomial[] sum = sums[answer.index()];
        for (int part = 0; part < sum.length; part++) {
            NttPolynomial before = sum[part];
            sum[part] = before == null ? answer.part(part) : before.add(answer.part(part));
        }
    }

    /** Whether all answers to everything are there. */
    public boolean isComplete() {
        return missing.stream().allMatch(TreeSet::isEmpty);
    }

    private NttPolynomial sum(int index, int part) {
        TreeSet<Integer> absent = missing.get(Objects.checkIndex(index, missing.size()));
        if (!absent.isEmpty()) {
            throw new MultipartyException("the answers of parties " + absent + " for polynomial " + index
                    + " are missing; without them it stays closed, and may be asked for of nobody else");
        }
        return Objects.requireNonNull(sums[index][part], "sum");
    }

    private void requireOpen() {
        if (request.isForReceiver()) {
            throw new IllegalStateException(
                    "the request hands its ciphertexts over to a receiver; take handedOver, which the receiver decrypts");
        }
    }

    /**
     * Opens a ciphertext.
     *
     * @param index of the ciphertext in the request
     * @param ciphertext that ciphertext
     * @param engine what decodes it
     * @return the slots with the parties' noise in them, which covers the ciphertext's own
     * @throws MultipartyException if an answer is missing or it is another ciphertext
     */
    public Decryption decrypt(int index, Ciphertext ciphertext, CkksEngine engine) {
        requireOpen();
        request.require(index, ciphertext.part(1));
        NttPolynomial opened = ciphertext.part(0).add(sum(index, 0));
        // An engine decodes only what it decrypts, and a key of zeros leaves the first polynomial as it is.
        NttPolynomial zero =
                NttPolynomial.zero(request.group().ceremony().context().keyBasis());
        try (SecretKey nothing = SecretKey.of(
                ciphertext.keyId(), request.group().ceremony().context(), zero, SecretKeyAccess.granted())) {
            Ciphertext trivial = Ciphertext.of(
                    ciphertext.parameters(),
                    ciphertext.keyId(),
                    List.of(opened, ciphertext.part(1)),
                    ciphertext.scale());
            return engine.decrypt(trivial, nothing);
        }
    }

    /**
     * Opens integers that stand above guard bits: {@code round((c0 + c1 s) / 2^guardBits)}, exactly.
     *
     * @param index of the polynomial in the request
     * @param c0 what belongs to it
     * @param guardBits as in the request
     * @return N integers, centred
     */
    public BigInteger[] integers(int index, NttPolynomial c0, int guardBits) {
        requireOpen();
        request.group().requireGuardBits(request.basis(), guardBits);
        RnsBasis basis = request.basis();
        CoefficientPolynomial opened = c0.add(sum(index, 0)).toCoefficients();
        long[][] limbs = new long[basis.size()][];
        for (int j = 0; j < limbs.length; j++) {
            limbs[j] = opened.limb(j);
        }
        BigInteger[] integers = basis.compose(limbs);
        BigInteger half = BigInteger.ONE.shiftLeft(guardBits - 1);
        for (int i = 0; i < integers.length; i++) {
            integers[i] = integers[i].add(half).shiftRight(guardBits);
        }
        return integers;
    }

    /**
     * The ciphertext under the receiver's key.
     *
     * @param index of the ciphertext in the request
     * @param ciphertext that ciphertext
     * @param receiver the public key named in the request
     */
    public Ciphertext handedOver(int index, Ciphertext ciphertext, PublicKey receiver) {
        if (!request.isForReceiver() || !request.isFor(Optional.of(receiver))) {
            throw new MultipartyException("the request names another receiver, or none");
        }
        request.require(index, ciphertext.part(1));
        return Ciphertext.of(
                ciphertext.parameters(),
                receiver.id(),
                List.of(ciphertext.part(0).add(sum(index, 0)), sum(index, 1)),
                ciphertext.scale());
    }

    /**
     * What a {@link org.dalrn.fhe.aggregation.SumOpener} opens the sum of the request with.
     *
     * @throws MultipartyException if an answer is missing
     */
    public CollectiveOpening opening() {
        return CollectiveOpening.of(request.group().keyId(), products());
    }

    /** The answers for each polynomial, added up: {@code c1 s + noise}. */
    List<CoefficientPolynomial> products() {
        requireOpen();
        return java.util.stream.IntStream.range(0, sums.length)
                .mapToObj(index -> sum(index, 0).toCoefficients())
                .toList();
    }

    @Override
    public String toString() {
        return "DecryptionCombiner[" + request + "]";
    }
}

package org.dalrn.fhe.multiparty;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.dalrn.fhe.aggregation.CiphertextSum;
import org.dalrn.fhe.ckks.Ciphertext;
import org.dalrn.fhe.committee.AnswerJournal;
import org.dalrn.fhe.committee.AnswerJournal.Commitment;
import org.dalrn.fhe.committee.AnswerJournal.Step;
import org.dalrn.fhe.committee.Digest;
import org.dalrn.fhe.committee.RoundName;
import org.dalrn.fhe.committee.SigningKey;
import org.dalrn.fhe.ring.AesCtrStream;
import org.dalrn.fhe.ring.CoefficientPolynomial;
import org.dalrn.fhe.ring.NttPolynomial;
import org.dalrn.fhe.rlwe.PublicKey;

/**
 * One holder of a share of a collective key, who answers for each ciphertext once in its life.
 *
 * <p>The only ways to the share are {@link #endorse}, which gives nothing of it away, and {@link #answer}, which takes an
 * {@link AgreedRequest}. Both first record durably in the {@link AnswerJournal}: for each ciphertext the one request it belongs
 * to, and for each block of a round the one sum; the request's number among those the key may answer; with {@link ActiveSetRule#ONE_SET_PER_KEY} the one active set. What
 * contradicts the record is refused for ever, after a restart too. The same request again is answered with the same bytes.
 *
 * <p>Thread-safe as far as the journal is, which it must be.
 */
public final class DecryptionParty {
    private final KeyGroup group;
    private final KeyShare share;
    private final SigningKey signingKey;
    private final AnswerJournal journal;
    /** What the journal is known to hold, so that not every answer asks it for all ciphertexts again. */
    private final Set<DecryptionRequest> committed = ConcurrentHashMap.newKeySet();

    private DecryptionParty(KeyGroup group, KeyShare share, SigningKey signingKey, AnswerJournal journal) {
        this.group = group;
        this.share = share;
        this.signingKey = signingKey;
        this.journal = journal;
    }

    /**
     * A party that is ready to answer.
     *
     * @param group whose member it is
     * @param share a {@link SecretKeyShare} where all parties are needed, a {@link ThresholdKeyShare} otherwise; the caller
     *     destroys it when the key is spent
     * @param signingKey its identity
     * @param journal its memory: the same in every process that ever uses this share
     * @throws IllegalArgumentException if the share or the identity is not that of a member of the group
     */
    public static DecryptionParty of(KeyGroup group, KeyShare share, SigningKey signingKey, AnswerJournal journal) {
        Objects.requireNonNull(journal, "journal");
        group.requireOwn(share);
        if (group.isThreshold() != share instanceof ThresholdKeyShare) {
            throw new IllegalArgumentException(share + " given for " + group
                    + "; where all parties are needed, they use their summands, otherwise shares of these");
        }
        if (share instanceof ThresholdKeyShare dealt && !dealt.isOf(group)) {
            throw new IllegalArgumentException(share + " was dealt for another group than " + group);
        }
        group.requireIdentity(share.party(), signingKey);
        return new DecryptionParty(group, share, signingKey, journal);
    }

    /** Its number. */
    public int party() {
        return share.party();
    }

    /**
     * Promises to answer a request, and none other for its ciphertexts.
     *
     * <p>A party endorses only what it would itself ask for: see {@link DecryptionRequest}. A request that is endorsed and then
     * not agreed on leaves its ciphertexts closed for ever: encrypt anew, best under a new key.
     *
     * @throws MultipartyException if the request is not for this party, contradicts what it endorsed before, or the key is spent
     * @throws org.dalrn.fhe.committee.CommitteeException if the journal cannot record it
     */
    public RequestEndorsement endorse(DecryptionRequest request) {
        commit(request);
        return RequestEndorsement.sign(request, party(), signingKey);
    }

    /**
     * Answers for one ciphertext of an agreed request to open.
     *
     * @param agreed the request
     * @param index of the ciphertext in it
     * @param ciphertext that ciphertext
     * @return the same bytes at every call
     * @throws MultipartyException as {@link #endorse}, or if it is another ciphertext
     */
    public PartialDecryption answer(AgreedRequest agreed, int index, Ciphertext ciphertext) {
        return answer(agreed, index, ciphertext.part(1), Optional.empty());
    }

    /**
     * Answers for one polynomial of an agreed request to open.
     *
     * @param c1 that polynomial
     */
    public PartialDecryption answer(AgreedRequest agreed, int index, NttPolynomial c1) {
        return answer(agreed, index, c1, Optional.empty());
    }

    /**
     * Answers for all blocks of an agreed request to open a sum.
     *
     * @param agreed the request
     * @param sum that sum, made by this party itself
     * @return one answer for each block
     */
    public List<PartialDecryption> answer(AgreedRequest agreed, CiphertextSum sum) {
        List<NttPolynomial> c1 = DecryptionRequest.keyParts(sum);
        if (c1.size() != agreed.request().size()) {
            throw new MultipartyException("a sum of " + c1.size() + " blocks given for " + agreed);
        }
        List<PartialDecryption> answers = new ArrayList<>();
        for (int block = 0; block < c1.size(); block++) {
            answers.add(answer(agreed, block, c1.get(block)));
        }
        return answers;
    }

    /**
     * Answers for one ciphertext of an agreed request to hand over.
     *
     * @param receiver the public key named in the request
     */
    public PartialDecryption answer(AgreedRequest agreed, int index, Ciphertext ciphertext, PublicKey receiver) {
        return answer(agreed, index, ciphertext.part(1), Optional.of(receiver));
    }

    private PartialDecryption answer(AgreedRequest agreed, int index, NttPolynomial c1, Optional<PublicKey> receiver) {
        DecryptionRequest request = agreed.request();
        request.require(index, c1);
        if (!request.isFor(receiver)) {
            throw new MultipartyException("the request names another receiver, or none; answer as it says");
        }
        commit(request);
        commitCiphertext(request, index, Step.ANSWERED);
        NttPolynomial product =
                c1.multiply(share.polynomial().reduceTo(c1.basis().size()));
        // Noise comes after the weight: multiplied by it, it would be large and no longer cover what it must.
        NttPolynomial weighted = product.multiply(group.weights(c1.basis(), party(), request.activeSet()));
        NttPolynomial noise = noise(request, index, c1);
        NttPolynomial covered = weighted.add(noise);
        product.destroy();
        weighted.destroy();
        noise.destroy();
        List<NttPolynomial> parts = new ArrayList<>();
        if (receiver.isPresent()) {
            encrypt(request, index, covered, receiver.get(), parts);
            covered.destroy();
        } else {
            parts.add(covered);
        }
        return PartialDecryption.wrap(request, party(), index, parts);
    }

    private NttPolynomial noise(DecryptionRequest request, int index, NttPolynomial c1) {
        try (AesCtrStream stream = stream(request, index, "smudging")) {
            CoefficientPolynomial coefficients = WideGaussian.sample(c1.basis(), group.noiseStdDev(), stream);
            NttPolynomial noise = coefficients.toNtt();
            coefficients.destroy();
            return noise;
        }
    }

    /** Adds an encryption of zero under the receiver's key. */
    private void encrypt(
            DecryptionRequest request, int index, NttPolynomial covered, PublicKey key, List<NttPolynomial> parts) {
        int primes = covered.basis().size();
        try (SmallSecrets draws = new SmallSecrets(covered.basis(), stream(request, index, "encryption"))) {
            NttPolynomial u = draws.ternary();
            NttPolynomial e0 = draws.error();
            NttPolynomial e1 = draws.error();
            parts.add(key.masked().reduceTo(primes).multiply(u).add(e0).add(covered));
            parts.add(key.uniform().reduceTo(primes).multiply(u).add(e1));
            u.destroy();
            e0.destroy();
            e1.destroy();
        }
    }

    private AesCtrStream stream(DecryptionRequest request, int index, String purpose) {
        byte[] seed = Transcript.of("answer seed")
                .bytes(share.noiseSeed())
                .bytes(request.rawDigest())
                .number(index)
                .digest();
        try {
            return AesCtrStream.of(seed, "dalrn.fhe.multiparty.answer." + purpose);
        } finally {
            java.util.Arrays.fill(seed, (byte) 0);
        }
    }

    private void commit(DecryptionRequest request) {
        if (!request.group().equals(group)) {
            throw new MultipartyException("a request to " + request.group() + " shown to a member of " + group);
        }
        request.requireParty(party());
        if (committed.contains(request)) {
            return;
        }
        if (group.isThreshold() && group.rule() == ActiveSetRule.ONE_SET_PER_KEY) {
            Digest set = Digest.of(request.setDigest());
            if (!record("active set", new byte[0], set, Step.ENDORSED)) {
                throw new MultipartyException("party " + party() + " has answered with another active set than "
                        + request.activeSet() + " under key " + group.keyId() + ", and answers with that one only;"
                        + " generate a new key if one of them is gone");
            }
        }
        Digest wanted = Digest.of(request.rawDigest());
        for (int i = 0; i < request.size(); i++) {
            if (request.isForSum() && !record("block", request.blockDigest(i), wanted, Step.ENDORSED)) {
                throw new MultipartyException(
                        "party " + party() + " is committed to another sum of this round for block " + i
                                + " of the request; two sums of one round show the difference of their clients");
            }
            commitCiphertext(request, i, Step.ENDORSED);
        }
        int most = group.smudging().maxRequests();
        for (int number = 0; number < most; number++) {
            byte[] name = Transcript.of("request number").number(number).digest();
            if (record("request", name, wanted, Step.ENDORSED)) {
                committed.add(request);
                return;
            }
        }
        throw new MultipartyException("key " + group.keyId() + " is spent: party " + party() + " has endorsed " + most
                + " requests, all that the smudging counts on; generate a new key");
    }

    private void commitCiphertext(DecryptionRequest request, int index, Step step) {
        if (!record("ciphertext", request.classDigest(index), Digest.of(request.rawDigest()), step)) {
            throw new MultipartyException("party " + party() + " is committed to another request for ciphertext "
                    + index + " or a multiple of it, and answers no second one; encrypt anew under a new key");
        }
    }

    /** Whether the journal holds, now or since long, that value under that name. */
    private boolean record(String kind, byte[] name, Digest value, Step step) {
        byte[] full = Transcript.of("journal " + kind)
                .text(group.keyId().value())
                .number(party())
                .bytes(name)
                .digest();
        Commitment wanted = new Commitment(RoundName.of(full), group.digest(), value);
        return journal.commit(wanted, step).equals(wanted);
    }

    /** Party and group; never the share. */
    @Override
    public String toString() {
        return "DecryptionParty[party " + party() + ", " + group + "]";
    }
}

package org.dalrn.fhe.multiparty;

import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A {@link DecryptionRequest} that every party of its active set has endorsed: the only thing that a party answers.
 *
 * <p>A party endorses one request for a ciphertext in its life. So no party that keeps to the rules is in two agreed requests for
 * the same ciphertext, whatever is shown to whom. Immutable, thread-safe.
 */
public final class AgreedRequest {
    private final DecryptionRequest request;

    private AgreedRequest(DecryptionRequest request) {
        this.request = request;
    }

    /**
     * Checks the endorsements.
     *
     * @param request what was endorsed
     * @param endorsements one of each party of its active set
     * @throws MultipartyException if one is missing, is there twice, is of another request or not signed by its party
     */
    public static AgreedRequest of(DecryptionRequest request, Iterable<RequestEndorsement> endorsements) {
        Objects.requireNonNull(request, "request");
        SortedSet<Integer> missing = new TreeSet<>(request.activeSet());
        for (RequestEndorsement endorsement : endorsements) {
            endorsement.require(request);
            if (!missing.remove(endorsement.party())) {
                throw new MultipartyException(
                        "two endorsements of party " + endorsement.party() + "; give one of each");
            }
        }
        if (!missing.isEmpty()) {
            throw new MultipartyException(
                    "the endorsements of parties " + missing + " are missing; a request is agreed when" + " all of "
                            + request.activeSet() + " have endorsed it");
        }
        return new AgreedRequest(request);
    }

    /** What was agreed. */
    public DecryptionRequest request() {
        return request;
    }

    @Override
    public String toString() {
        return "AgreedRequest[" + request + "]";
    }
}

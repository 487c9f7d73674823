package org.dalrn.fhe.aggregation;

import java.util.List;
import java.util.Objects;
import org.dalrn.fhe.ring.CoefficientPolynomial;
import org.dalrn.fhe.rlwe.KeyId;

/**
 * What the holders of a collective key computed together for one sum: {@code c1 s} plus their noise, for each of its blocks.
 *
 * <p>It holds no key: it opens just that sum. Immutable, thread-safe.
 */
public final class CollectiveOpening implements OpeningKey {
    private final KeyId id;
    private final List<CoefficientPolynomial> products;

    private CollectiveOpening(KeyId id, List<CoefficientPolynomial> products) {
        this.id = id;
        this.products = products;
    }

    /**
     * The parties' answers, added up.
     *
     * @param id of the collective key
     * @param products {@code c1 s + noise} for each block of the sum, {@code c1} from {@link CiphertextSum#keyPart}
     */
    public static CollectiveOpening of(KeyId id, List<CoefficientPolynomial> products) {
        return new CollectiveOpening(Objects.requireNonNull(id, "id"), List.copyOf(products));
    }

    KeyId id() {
        return id;
    }

    List<CoefficientPolynomial> products() {
        return products;
    }

    /** Type and size. */
    @Override
    public String toString() {
        return "CollectiveOpening[" + id + ", blocks=" + products.size() + "]";
    }
}

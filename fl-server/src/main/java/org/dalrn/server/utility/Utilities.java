package org.dalrn.server.utility;

import static java.util.Objects.requireNonNull;

import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;
import org.dalrn.core.incentive.ContributionMeasure;
import org.dalrn.core.incentive.IncentivePolicy;
import org.dalrn.core.incentive.contribution.ModelUtility;
import org.dalrn.core.round.RunSpec;

/** The utilities that are installed at a coordinator. Immutable and thread-safe. */
public final class Utilities {
    private final SortedMap<String, UtilityProvider> byName;

    private Utilities(SortedMap<String, UtilityProvider> byName) {
        this.byName = Collections.unmodifiableSortedMap(byName);
    }

    /**
     * These and no others.
     *
     * @throws IllegalArgumentException if two have one name
     */
    public static Utilities of(Iterable<UtilityProvider> providers) {
        SortedMap<String, UtilityProvider> byName = new TreeMap<>();
        for (UtilityProvider provider : providers) {
            UtilityProvider other = byName.putIfAbsent(provider.name(), provider);
            if (other != null) {
                throw new IllegalArgumentException("utility '" + provider.name() + "' is installed twice, as "
                        + other.getClass().getName() + " and "
                        + provider.getClass().getName());
            }
        }
        return new Utilities(byName);
    }

    /** Those on the module path or class path. */
    public static Utilities installed() {
        return of(ServiceLoader.load(UtilityProvider.class));
    }

    /** Why a run's contributions could not be measured here; empty if they can, or if the run has no incentives. */
    public Optional<String> refusalOf(RunSpec spec) {
        ContributionMeasure measure =
                spec.incentive().map(IncentivePolicy::measure).orElse(new ContributionMeasure.Participation());
        if (!(measure instanceof ContributionMeasure.HeldOut heldOut)) {
            return Optional.empty();
        }
        if (!byName.containsKey(heldOut.utility())) {
            return Optional.of(
                    "utility '" + heldOut.utility() + "' is not installed at this coordinator; installed are "
                            + (byName.isEmpty() ? "none" : String.join(", ", byName.keySet()))
                            + "; use measure group-shapley, which nodes measure, or install it");
        }
        try {
            open(heldOut, spec);
            return Optional.empty();
        } catch (IllegalArgumentException wrong) {
            return Optional.of("utility '" + heldOut.utility() + "': " + wrong.getMessage());
        } catch (UncheckedIOException unreadable) {
            return Optional.of("utility '" + heldOut.utility() + "' cannot read its data: " + unreadable.getMessage());
        } catch (RuntimeException broken) {
            return Optional.of("utility '" + heldOut.utility() + "' cannot be opened: " + broken);
        }
    }

    /**
     * The utility of a measure.
     *
     * @throws IllegalArgumentException if it is not installed, or its settings are not allowed
     */
    public ModelUtility open(ContributionMeasure.HeldOut measure, RunSpec spec) {
        UtilityProvider provider = byName.get(measure.utility());
        if (provider == null) {
            throw new IllegalArgumentException(
                    "utility '" + measure.utility() + "' is not installed any more; the run cannot go on without it");
        }
        return requireNonNull(provider.open(spec.layout(), measure.settings()), "utility");
    }
}

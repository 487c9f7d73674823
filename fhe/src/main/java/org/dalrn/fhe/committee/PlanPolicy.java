package org.dalrn.fhe.committee;

import java.util.Objects;
import java.util.function.Predicate;
import org.dalrn.fhe.committee.CommitteeException.Reason;

/**
 * What a dealer or member demands of a plan that another party wrote, from knowledge of its own: without it, whoever
 * writes plans could name itself as all the members, or as all dealers but one.
 *
 * <p>As thread-safe as its predicates.
 *
 * @param knownMember whether this identity is a committee member's
 * @param knownDealer whether this identity is a dealer's; a dealer that cannot know the others may accept all and rely
 *     on the members' policies
 * @param knownReceiver whether answers may be sealed to this key
 * @param leastSetSize the least {@link CommitteePlan#leastSetSize}, at least 2
 * @param leastColluders the least {@link CommitteePlan#colludersToOpenTwoSets}, at least 1
 */
public record PlanPolicy(
        Predicate<? super VerifyingKey> knownMember,
        Predicate<? super VerifyingKey> knownDealer,
        Predicate<? super HpkePublicKey> knownReceiver,
        int leastSetSize,
        int leastColluders) {
    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a number is below its least
     */
    public PlanPolicy {
        Objects.requireNonNull(knownMember, "knownMember");
        Objects.requireNonNull(knownDealer, "knownDealer");
        Objects.requireNonNull(knownReceiver, "knownReceiver");
        if (leastSetSize < 2) {
            throw new IllegalArgumentException(
                    "least set size " + leastSetSize + " is below 2; a sum of one is a secret itself");
        }
        if (leastColluders < 1 || leastColluders > CommitteePlan.MAX_MEMBERS) {
            throw new IllegalArgumentException(
                    "least colluders " + leastColluders + " is not in [1, " + CommitteePlan.MAX_MEMBERS + "]");
        }
    }

    /**
     * Refuses a plan that does not meet the demands.
     *
     * @param plan the plan
     * @throws CommitteeException with reason {@link Reason#PLAN_REFUSED} and the demand that is not met
     */
    public void require(CommitteePlan plan) {
        Objects.requireNonNull(plan, "plan");
        if (plan.leastSetSize() < leastSetSize) {
            throw refused("its least set size " + plan.leastSetSize() + " is below the demanded " + leastSetSize);
        }
        if (plan.colludersToOpenTwoSets() < leastColluders) {
            throw refused(plan.threshold() + " of " + plan.members().size() + " members resist "
                    + (plan.colludersToOpenTwoSets() - 1) + " dishonest ones, demanded are " + (leastColluders - 1));
        }
        for (MemberOffer member : plan.members()) {
            if (!knownMember.test(member.identity())) {
                throw refused("its member " + member.identity() + " is not a known one");
            }
        }
        plan.dealers().forEach((id, key) -> {
            if (!knownDealer.test(key)) {
                throw refused("its dealer " + id + " with key " + key + " is not a known one");
            }
        });
        if (!knownReceiver.test(plan.receiver())) {
            throw refused("its receiver " + plan.receiver() + " is not a known one");
        }
    }

    private static CommitteeException refused(String why) {
        return new CommitteeException(
                Reason.PLAN_REFUSED, "plan refused: " + why + "; take no part in this round and tell its organiser");
    }
}

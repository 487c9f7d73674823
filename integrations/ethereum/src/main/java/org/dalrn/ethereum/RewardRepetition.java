package org.dalrn.ethereum;

/**
 * Asks the contract RewardClaims whether it paid a claim already. To take back what is left does nothing a second time; what pays or
 * makes a contract is never asked about. Stateless.
 *
 * @param others what else an account sends
 */
record RewardRepetition(Repetition others) implements Repetition {

    /** For all that this module sends from an account: anchors and rewards share its journal. */
    static Repetition ofAccount(EthereumAddress account) {
        return new RewardRepetition(new AnchorRepetition(account));
    }

    @Override
    public Answer ask(OutboxEntry entry, long finalized, JsonRpc rpc) {
        String purpose = entry.memo().path(CheckpointAnchoring.PURPOSE).asText();
        if (purpose.equals(RewardSettlement.CLAIM)) {
            RewardLookup contract = new RewardLookup(rpc, entry.to().orElseThrow());
            long distribution = entry.memo().path(RewardSettlement.DISTRIBUTION).asLong();
            long index = entry.memo().path(RewardSettlement.INDEX).asLong();
            return contract.isPaid(distribution, index, finalized) ? Answer.DONE : Answer.ALLOWED;
        }
        return purpose.equals(RewardSettlement.TAKE_BACK) ? Answer.ALLOWED : others.ask(entry, finalized, rpc);
    }
}

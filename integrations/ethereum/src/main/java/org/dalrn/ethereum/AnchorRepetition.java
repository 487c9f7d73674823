package org.dalrn.ethereum;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.List;
import org.dalrn.podp.anchor.CheckpointBatch;
import org.dalrn.podp.note.Checkpoint;

/**
 * Asks the contract whether it holds an anchor already. Its other functions do nothing a second time, or refuse. Stateless.
 *
 * @param account that sends
 */
record AnchorRepetition(EthereumAddress account) implements Repetition {

    private static final int HEAD_WORDS = 4;

    @Override
    public Answer ask(OutboxEntry entry, long finalized, JsonRpc rpc) {
        String purpose = entry.memo().path(CheckpointAnchoring.PURPOSE).asText();
        List<Checkpoint> checkpoints = CheckpointAnchoring.checkpoints(entry.memo());
        if (purpose.equals(CheckpointAnchoring.BATCH)) {
            String call =
                    AnchorCalls.batch(account, CheckpointBatch.of(checkpoints).root());
            BigInteger[] batch = read(entry, call, finalized, rpc, 2);
            return batch.length > 0 && batch[0].signum() != 0 ? Answer.DONE : Answer.ALLOWED;
        }
        if (purpose.equals(CheckpointAnchoring.SINGLE)) {
            Checkpoint checkpoint = checkpoints.get(0);
            BigInteger[] head = read(entry, AnchorCalls.head(checkpoint.origin()), finalized, rpc, HEAD_WORDS);
            if (head.length == 0) {
                return Answer.ALLOWED;
            }
            int larger = head[1].compareTo(BigInteger.valueOf(checkpoint.size()));
            boolean same = larger == 0 && Quantity.hash(head[HEAD_WORDS - 1]).equals(checkpoint.root());
            // A larger one says nothing about those before it.
            return same ? Answer.DONE : larger > 0 ? Answer.UNCLEAR : Answer.ALLOWED;
        }
        return Answer.ALLOWED;
    }

    /** None if there was no contract at that block. */
    private static BigInteger[] read(OutboxEntry entry, String call, long block, JsonRpc rpc, int words) {
        ObjectNode to = JsonRpc.MAPPER
                .createObjectNode()
                .put("to", entry.to().orElseThrow().text())
                .put("data", call);
        JsonNode answer = rpc.call("eth_call", to, Quantity.text(block));
        return answer.asText().equals("0x") ? new BigInteger[0] : Quantity.words(answer, words, "an anchor");
    }
}

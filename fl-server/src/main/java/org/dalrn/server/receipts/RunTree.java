package org.dalrn.server.receipts;

import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.merkle.Frontier;
import org.dalrn.podp.merkle.MerkleTree;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.podp.receipt.Entry;
import org.dalrn.podp.receipt.Receipt;

/** A run's receipts and the right edge of their tree. Immutable. */
record RunTree(String origin, RunReceipts receipts, Frontier frontier) {

    static RunTree begin(String origin, Sha256Hash actor) {
        return new RunTree(origin, RunReceipts.begin(origin, actor), Frontier.EMPTY);
    }

    /** One receipt more. */
    record Step(Entry entry, RunTree tree) {}

    /**
     * The receipt of the next event, and the tree with it.
     *
     * @throws org.dalrn.podp.MalformedException if the text is no event's
     */
    Step next(String eventText) {
        Receipt receipt = receipts.receiptOf(eventText);
        Entry entry = Entry.ofOwner(receipt);
        Frontier grown = frontier.append(MerkleTree.leafHash(entry.leafData()));
        return new Step(entry, new RunTree(origin, receipts.with(receipt, receipt.replayDigest()), grown));
    }

    Checkpoint checkpoint() {
        return new Checkpoint(origin, frontier.size(), frontier.root());
    }
}

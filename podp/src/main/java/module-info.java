import org.jspecify.annotations.NullMarked;

/** Proof of deterministic processing: receipts, Merkle log, checkpoints, proofs and their verification. */
@NullMarked
module org.dalrn.podp {
    exports org.dalrn.podp;
    exports org.dalrn.podp.merkle;

    requires static org.jspecify;
}

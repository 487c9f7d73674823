import org.jspecify.annotations.NullMarked;

/** Proof of deterministic processing: receipts, Merkle log, checkpoints, proofs and their verification. */
@NullMarked
module org.dalrn.podp {
    exports org.dalrn.podp;

    requires static org.jspecify;
}

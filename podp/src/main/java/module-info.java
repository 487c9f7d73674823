import org.jspecify.annotations.NullMarked;

/** Proof of deterministic processing: receipts, Merkle log, checkpoints, proofs and their verification. */
@NullMarked
module org.dalrn.podp {
    exports org.dalrn.podp;
    exports org.dalrn.podp.anchor;
    exports org.dalrn.podp.canonical;
    exports org.dalrn.podp.log;
    exports org.dalrn.podp.merkle;
    exports org.dalrn.podp.note;
    exports org.dalrn.podp.receipt;
    exports org.dalrn.podp.verify;
    exports org.dalrn.podp.witness;

    requires static org.jspecify;

    uses org.dalrn.podp.anchor.AnchorLookupProvider;
}

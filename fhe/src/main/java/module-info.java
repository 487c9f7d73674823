import org.jspecify.annotations.NullMarked;

/** CKKS homomorphic encryption over RLWE: ring, keys, encoder, evaluator, threshold keys and serialization. */
@NullMarked
module org.dalrn.fhe {
    requires static transitive org.jspecify;
    requires static com.github.luben.zstd_jni;

    exports org.dalrn.fhe;
    exports org.dalrn.fhe.ckks;
    exports org.dalrn.fhe.ring;
    exports org.dalrn.fhe.rlwe;
    exports org.dalrn.fhe.seal;
}

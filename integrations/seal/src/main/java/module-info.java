import org.jspecify.annotations.NullMarked;

/** CKKS on Microsoft SEAL's C library, interchangeable with the engine in Java. */
@NullMarked
module org.dalrn.integrations.seal {
    requires com.sun.jna;
    requires transitive org.dalrn.fhe;
    requires static org.jspecify;

    exports org.dalrn.integrations.seal;

    opens org.dalrn.integrations.seal to
            com.sun.jna;
}

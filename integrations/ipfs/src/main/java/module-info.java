import org.jspecify.annotations.NullMarked;

/** Files as Kubo's content identifiers and blocks, CAR files, and an IPFS node that need not be trusted. */
@NullMarked
module org.dalrn.ipfs {
    requires com.fasterxml.jackson.databind;
    requires java.net.http;
    // Only for the commands, which are a service on the class path alone: a module that provides one needs the module
    // that
    // declares it, and who uses the library needs neither.
    requires static info.picocli;
    requires static org.dalrn.server;
    requires transitive org.dalrn.podp;
    requires static org.jspecify;

    exports org.dalrn.ipfs;
    exports org.dalrn.ipfs.car;
    exports org.dalrn.ipfs.store;
    exports org.dalrn.ipfs.unixfs;

    // picocli builds the commands by reflection.
    opens org.dalrn.ipfs.cli to
            info.picocli;
}

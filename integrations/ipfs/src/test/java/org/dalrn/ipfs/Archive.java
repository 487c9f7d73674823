package org.dalrn.ipfs;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dalrn.ipfs.store.KuboNode;
import org.dalrn.ipfs.store.RequestPolicy;
import org.dalrn.ipfs.store.TrustlessGateway;
import org.dalrn.ipfs.unixfs.FileDag;
import org.dalrn.ipfs.unixfs.FileLayout;
import org.dalrn.ipfs.unixfs.ReadLimits;

public final class Archive {
    private Archive() {}

    public static Cid store(Path bundle, URI node) throws IOException {
        try (InputStream in = Files.newInputStream(bundle)) {
            return KuboNode.at(node, RequestPolicy.PATIENT)
                    .add(in, FileLayout.KUBO_DEFAULT)
                    .root();
        }
    }

    public static void fetch(Cid bundle, URI gateway, OutputStream out) throws IOException {
        FileDag.read(bundle, TrustlessGateway.at(gateway, RequestPolicy.PATIENT), ReadLimits.ofFile(1L << 30), out);
    }
}

package org.dalrn.ethereum;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.note.Checkpoint;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.abi.datatypes.generated.Uint56;

/** What the functions of CheckpointAnchor.sol are given. */
final class AnchorCalls {

    /** The contract keeps a size in 56 bits. */
    static final long LARGEST_SIZE = (1L << 56) - 1;

    private AnchorCalls() {}

    /** An origin as the contract knows it. */
    static Sha256Hash origin(String origin) {
        return Sha256Hash.of(origin.getBytes(StandardCharsets.UTF_8));
    }

    static String register(String origin, EthereumAddress owner) {
        return call("register", bytes32(origin(origin)), new Address(owner.text()));
    }

    static String offerOrigin(String origin, EthereumAddress successor) {
        return call("offerOrigin", bytes32(origin(origin)), new Address(successor.text()));
    }

    static String acceptOrigin(String origin) {
        return call("acceptOrigin", bytes32(origin(origin)));
    }

    static String addPublisher(EthereumAddress publisher) {
        return call("addPublisher", new Address(publisher.text()));
    }

    static String revokePublisher(EthereumAddress publisher) {
        return call("revokePublisher", new Address(publisher.text()));
    }

    static String anchor(Checkpoint checkpoint) {
        return call(
                "anchor",
                bytes32(origin(checkpoint.origin())),
                new Uint56(BigInteger.valueOf(checkpoint.size())),
                bytes32(checkpoint.root()));
    }

    static String anchorBatch(Sha256Hash root) {
        return call("anchorBatch", bytes32(root));
    }

    static String head(String origin) {
        return call("head", bytes32(origin(origin)));
    }

    static String batch(EthereumAddress publisher, Sha256Hash root) {
        return call("batch", new Address(publisher.text()), bytes32(root));
    }

    static Bytes32 bytes32(Sha256Hash hash) {
        return new Bytes32(hash.toByteArray());
    }

    static String call(String name, Type<?>... arguments) {
        return FunctionEncoder.encode(new Function(name, List.of(arguments), List.of()));
    }
}

package org.dalrn.ethereum;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;

/** A contract as the Solidity compiler left it in contracts.json; a test compiles the sources again and compares. */
final class CompiledContract {

    static final CompiledContract CHECKPOINT_ANCHOR = read("CheckpointAnchor");
    static final CompiledContract REWARD_CLAIMS = read("RewardClaims");

    private final JsonNode abi;
    private final byte[] creation;
    private final byte[] runtime;

    private CompiledContract(JsonNode contract) {
        abi = contract.path("abi");
        creation = HexFormat.of().parseHex(contract.path("creation").asText());
        runtime = HexFormat.of().parseHex(contract.path("runtime").asText());
    }

    private static CompiledContract read(String name) {
        try (InputStream in = CompiledContract.class.getResourceAsStream("contracts.json")) {
            if (in == null) {
                throw new IllegalStateException("bug: contracts.json is not in the jar");
            }
            JsonNode contract = JsonRpc.MAPPER.readTree(in).path(name);
            if (!contract.isObject()) {
                throw new IllegalStateException("bug: contracts.json has no contract " + name);
            }
            return new CompiledContract(contract);
        } catch (IOException unreadable) {
            throw new UncheckedIOException("contracts.json cannot be read", unreadable);
        }
    }

    /** The interface. */
    JsonNode abi() {
        return abi;
    }

    /** What a deploying transaction carries. */
    byte[] creation() {
        return creation.clone();
    }

    /** What is at the contract's address then: the contracts have nothing in their code that differs between deployments. */
    byte[] runtime() {
        return runtime.clone();
    }
}

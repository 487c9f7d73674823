package org.dalrn.ethereum;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.web3j.crypto.Hash;

/** The errors that the contracts declare, by the first four bytes of what they answer. */
final class ContractError {

    private static final Map<String, String> NAMES = names();
    private static final int SELECTOR = 4;

    private ContractError() {}

    private static Map<String, String> names() {
        Map<String, String> names = new TreeMap<>();
        for (CompiledContract contract : List.of(CompiledContract.CHECKPOINT_ANCHOR, CompiledContract.REWARD_CLAIMS)) {
            for (JsonNode part : contract.abi()) {
                if (part.path("type").asText().equals("error")) {
                    List<String> types = new ArrayList<>();
                    part.path("inputs")
                            .forEach(input -> types.add(input.path("type").asText()));
                    String signature = part.path("name").asText() + "(" + String.join(",", types) + ")";
                    byte[] hash = Hash.sha3(signature.getBytes(StandardCharsets.US_ASCII));
                    names.put(
                            HexFormat.of().formatHex(hash, 0, SELECTOR),
                            part.path("name").asText());
                }
            }
        }
        return names;
    }

    /** The name of the error, or the start of the bytes if they are none of ours. */
    static String explain(String data) {
        String selector =
                data.startsWith("0x") && data.length() >= 2 + 2 * SELECTOR ? data.substring(2, 2 + 2 * SELECTOR) : "";
        return NAMES.getOrDefault(selector, "data " + Quantity.excerpt(data));
    }
}

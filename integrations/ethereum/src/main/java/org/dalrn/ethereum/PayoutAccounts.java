package org.dalrn.ethereum;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.dalrn.podp.MalformedException;

/**
 * Which account each claimant is paid at: a JSON object from claimants to addresses.
 *
 * <p>Money that goes to a wrong account does not come back, so nothing is guessed: each claimant is there once, each address once and
 * with the checksum of EIP-55. Immutable and thread-safe.
 */
public final class PayoutAccounts {

    /** The longest file, in bytes. */
    public static final int MOST_BYTES = 4 << 20;

    private final SortedMap<String, EthereumAddress> accounts;

    private PayoutAccounts(SortedMap<String, EthereumAddress> accounts) {
        this.accounts = Collections.unmodifiableSortedMap(accounts);
    }

    /**
     * Reads a file.
     *
     * @param json such as {@code {"clinic": "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"}}, at most {@link #MOST_BYTES}
     * @throws MalformedException if it is anything else, a claimant or an account is there twice, or an address has no checksum or a
     *     wrong one; with the line
     */
    public static PayoutAccounts parse(byte[] json) {
        if (json.length > MOST_BYTES) {
            throw new MalformedException(
                    "a file of accounts has " + json.length + " bytes; allowed are at most " + MOST_BYTES);
        }
        try (JsonParser parser = JsonRpc.MAPPER.createParser(json)) {
            return new PayoutAccounts(read(parser));
        } catch (JsonProcessingException notJson) {
            throw new MalformedException(
                    "a file of accounts is JSON, but line "
                            + notJson.getLocation().getLineNr() + ", column "
                            + notJson.getLocation().getColumnNr() + " is not",
                    notJson);
        } catch (IOException impossible) {
            throw new IllegalStateException("bug: nothing is read here but memory", impossible);
        }
    }

    private static SortedMap<String, EthereumAddress> read(JsonParser parser) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new MalformedException(
                    "a file of accounts is one JSON object from claimants to addresses: {\"clinic\": \"0x...\"}");
        }
        SortedMap<String, EthereumAddress> accounts = new TreeMap<>();
        Map<EthereumAddress, String> owners = new HashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String claimant = parser.currentName();
            String where = "line " + parser.currentLocation().getLineNr() + ": claimant '"
                    + MalformedException.excerpt(claimant) + "'";
            if (parser.nextToken() != JsonToken.VALUE_STRING) {
                throw new MalformedException(where + " needs an address in quotation marks: \"0x...\"");
            }
            EthereumAddress account = address(where, parser.getText());
            if (accounts.putIfAbsent(claimant, account) != null) {
                throw new MalformedException(where + " is there twice; leave one of the two");
            }
            String other = owners.putIfAbsent(account, claimant);
            if (other != null) {
                throw new MalformedException(where + " has the account " + account.checksummed() + " of '"
                        + MalformedException.excerpt(other) + "'; each claimant has an account of its own");
            }
        }
        if (parser.nextToken() != null) {
            throw new MalformedException("line " + parser.currentLocation().getLineNr()
                    + ": after the object with the accounts nothing may follow");
        }
        return accounts;
    }

    private static EthereumAddress address(String where, String text) {
        try {
            return EthereumAddress.parseChecksummed(text);
        } catch (IllegalArgumentException wrong) {
            throw new MalformedException(where + ": " + wrong.getMessage(), wrong);
        }
    }

    /** The accounts by claimant. */
    public SortedMap<String, EthereumAddress> byClaimant() {
        return accounts;
    }
}

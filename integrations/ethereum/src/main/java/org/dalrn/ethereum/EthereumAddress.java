package org.dalrn.ethereum;

import java.util.Locale;
import java.util.regex.Pattern;
import org.web3j.crypto.Keys;

/**
 * An account or a contract of a chain: 20 bytes, written as {@code 0x} and 40 lower-case hexadecimal digits.
 *
 * @param text in that form
 */
public record EthereumAddress(String text) {

    private static final Pattern FORM = Pattern.compile("0x[0-9a-f]{40}");
    private static final EthereumAddress NOBODY = new EthereumAddress("0x" + "0".repeat(40));

    /**
     * Checks.
     *
     * @throws IllegalArgumentException if the text has another form
     */
    public EthereumAddress {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "an address is 0x and 40 hexadecimal digits, not '" + Quantity.excerpt(text) + "'");
        }
    }

    /**
     * Reads what people write: digits of either case; if both cases occur, they are the checksum of EIP-55.
     *
     * @throws IllegalArgumentException if it is no address, or the checksum is wrong
     */
    public static EthereumAddress parse(String text) {
        EthereumAddress address = new EthereumAddress(text.toLowerCase(Locale.ROOT));
        String digits = text.substring(2);
        boolean mixed =
                !digits.equals(digits.toLowerCase(Locale.ROOT)) && !digits.equals(digits.toUpperCase(Locale.ROOT));
        if (mixed && !Keys.toChecksumAddress(address.text).substring(2).equals(digits)) {
            throw new IllegalArgumentException(
                    "the upper and lower case of " + text + " is not the checksum of this address: one digit is wrong");
        }
        return address;
    }

    /**
     * Reads an address whose upper and lower case must be the checksum of EIP-55: for accounts that get money, where one wrong digit
     * is one too many.
     *
     * @throws IllegalArgumentException if it is no address, has no checksum or another one, or is 0x0, which is nobody's
     */
    public static EthereumAddress parseChecksummed(String text) {
        EthereumAddress address = parse(text);
        if (!text.equals(address.checksummed())) {
            throw new IllegalArgumentException("the address " + text
                    + " is written without the checksum of EIP-55; copy it, upper and lower case alike, from a wallet");
        }
        if (address.equals(NOBODY)) {
            throw new IllegalArgumentException("the address 0x0 is nobody's: money sent there is lost");
        }
        return address;
    }

    /** The address with the checksum of EIP-55 in the case of its digits, as wallets show it. */
    public String checksummed() {
        return Keys.toChecksumAddress(text);
    }

    /** The text. */
    @Override
    public String toString() {
        return text;
    }
}

package org.dalrn.ethereum;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.Sha256Hash;

/** How JSON-RPC of Ethereum writes numbers and bytes; what comes from a node is checked before it is believed. */
final class Quantity {

    private static final Pattern NUMBER = Pattern.compile("0x(0|[1-9a-f][0-9a-f]{0,63})");
    private static final Pattern HASH = Pattern.compile("0x[0-9a-f]{64}");
    private static final Pattern BYTES = Pattern.compile("0x([0-9a-fA-F]{2})*");
    private static final int WORD = 32;

    private Quantity() {}

    static String text(BigInteger number) {
        return "0x" + number.toString(16);
    }

    static String text(long number) {
        return "0x" + Long.toHexString(number);
    }

    static String text(byte[] bytes) {
        return "0x" + HexFormat.of().formatHex(bytes);
    }

    static String excerpt(String text) {
        return MalformedException.excerpt(text);
    }

    /** A number of at most 256 bits. */
    static BigInteger number(JsonNode answer, String what) {
        String text = answer.asText();
        if (!answer.isTextual() || !NUMBER.matcher(text).matches()) {
            throw new ChainUnavailableException(
                    "the node gave '" + excerpt(answer.toString()) + "' as " + what + ", not a hexadecimal number");
        }
        return new BigInteger(text.substring(2), 16);
    }

    /** A number from 0 to 2^63 - 1. */
    static long small(JsonNode answer, String what) {
        BigInteger number = number(answer, what);
        if (number.bitLength() > 63) {
            throw new ChainUnavailableException("the node gave " + number + " as " + what + ", more than 2^63 - 1");
        }
        return number.longValueExact();
    }

    /** 32 bytes in their text. */
    static String hash(JsonNode answer, String what) {
        String text = answer.asText();
        if (!answer.isTextual() || !HASH.matcher(text).matches()) {
            throw new ChainUnavailableException(
                    "the node gave '" + excerpt(answer.toString()) + "' as " + what + ", not 32 bytes in hexadecimal");
        }
        return text;
    }

    static byte[] bytes(JsonNode answer, String what) {
        String text = answer.asText();
        if (!answer.isTextual() || !BYTES.matcher(text).matches()) {
            throw new ChainUnavailableException(
                    "the node gave '" + excerpt(answer.toString()) + "' as " + what + ", not bytes in hexadecimal");
        }
        return HexFormat.of().parseHex(text, 2, text.length());
    }

    /** What a contract's function returned: exactly so many words of 32 bytes. */
    static BigInteger[] words(JsonNode answer, int count, String what) {
        byte[] bytes = bytes(answer, what);
        if (bytes.length != count * WORD) {
            throw new ChainUnavailableException("the contract answered " + what + " with " + bytes.length
                    + " bytes, not " + (count * WORD) + ": another contract than it should be");
        }
        BigInteger[] words = new BigInteger[count];
        for (int i = 0; i < count; i++) {
            words[i] = new BigInteger(1, bytes, i * WORD, WORD);
        }
        return words;
    }

    static Sha256Hash hash(BigInteger word) {
        byte[] bytes = new byte[WORD];
        byte[] digits = word.toByteArray();
        int used = Math.min(WORD, digits.length);
        System.arraycopy(digits, digits.length - used, bytes, WORD - used, used);
        return Sha256Hash.ofBytes(bytes);
    }

    static EthereumAddress address(BigInteger word) {
        if (word.bitLength() > 160) {
            throw new ChainUnavailableException("the contract answered with an address of more than 20 bytes");
        }
        String digits = word.toString(16);
        return new EthereumAddress("0x" + "0".repeat(40 - digits.length()) + digits);
    }
}

package org.dalrn.podp.anchor;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.merkle.InclusionProof;

/**
 * Where a checkpoint was anchored, and, if it was in a batch, the path from it to the anchored root.
 *
 * <p>It says where to look and is believed in nothing: only the chain's answer counts. Its text, see {@code docs/anchoring.md}, is
 * seven lines or more, each ended by a line feed; a text in any other spelling is refused.
 *
 * <pre>
 * dalrn/anchor-proof/v1
 * chain eip155:1
 * contract 0x5fbdb2315678afecb367f032d93f642f64180aa3
 * account 0x70997970c51812dc3a010c7d01b50e0d17dc79c8
 * transaction 0x434fe0b6f57eb450b343e2d524ccc897f93b0d82bb7ed12bd5bbafc1952c6f88
 * block 21000000
 * batch 3 10                      or: single
 * (a line of 64 hexadecimal digits for each hash of the path, the leaf's sibling first)
 * </pre>
 *
 * @param chain which chain, as CAIP-2 names it: {@code namespace:reference}
 * @param contract address of the contract, 1 to 128 letters and digits
 * @param account address in whose name it was anchored, 1 to 128 letters and digits
 * @param transaction hash of the transaction, 1 to 128 letters and digits
 * @param block number of the block that it is in, from 0 on
 * @param batch path to the root of the batch; empty if the checkpoint was anchored by itself
 */
public record AnchorProof(
        String chain, String contract, String account, String transaction, long block, Optional<InclusionProof> batch) {

    /** The most bytes that a text may have. */
    public static final int MOST_BYTES = 8192;

    private static final String HEADER = "dalrn/anchor-proof/v1";
    private static final String SINGLE = "single";
    private static final int FIXED_LINES = 7;
    private static final Pattern CHAIN = Pattern.compile("[-a-z0-9]{3,8}:[-_a-zA-Z0-9]{1,32}");
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9]{1,128}");
    private static final Pattern DECIMAL = Pattern.compile("0|[1-9][0-9]{0,18}");
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    /**
     * Checks.
     *
     * @throws MalformedException if a part is not of its form
     */
    public AnchorProof {
        requireForm(CHAIN, chain, "chain");
        requireForm(NAME, contract, "contract");
        requireForm(NAME, account, "account");
        requireForm(NAME, transaction, "transaction");
        if (block < 0) {
            throw new MalformedException("the block of an anchor has a number from 0 on, not " + block);
        }
        requireNonNull(batch, "batch");
    }

    private static void requireForm(Pattern form, String value, String what) {
        if (!form.matcher(value).matches()) {
            throw new MalformedException("the " + what + " of an anchor proof is " + form + ", not '"
                    + MalformedException.excerpt(value) + "'");
        }
    }

    /**
     * Reads the text.
     *
     * @throws MalformedException if it is not exactly what {@link #text} would write
     */
    public static AnchorProof parse(byte[] text) {
        if (text.length > MOST_BYTES) {
            throw new MalformedException(
                    "an anchor proof has at most " + MOST_BYTES + " bytes, this one has " + text.length);
        }
        String whole;
        try {
            whole = StandardCharsets.US_ASCII
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text))
                    .toString();
        } catch (CharacterCodingException notAscii) {
            throw new MalformedException("an anchor proof is ASCII text", notAscii);
        }
        if (!whole.endsWith("\n")) {
            throw new MalformedException("an anchor proof ends in a line feed");
        }
        List<String> lines =
                Arrays.asList(whole.substring(0, whole.length() - 1).split("\n", -1));
        if (lines.size() < FIXED_LINES || !lines.get(0).equals(HEADER)) {
            throw new MalformedException("an anchor proof begins with '" + HEADER + "' and has " + FIXED_LINES
                    + " lines or more; this one has " + lines.size() + " and begins with '"
                    + MalformedException.excerpt(lines.get(0)) + "'");
        }
        return new AnchorProof(
                value(lines.get(1), "chain"),
                value(lines.get(2), "contract"),
                value(lines.get(3), "account"),
                value(lines.get(4), "transaction"),
                decimal(value(lines.get(5), "block"), "block"),
                batch(lines.get(6), lines.subList(FIXED_LINES, lines.size())));
    }

    private static Optional<InclusionProof> batch(String line, List<String> path) {
        if (line.equals(SINGLE)) {
            if (!path.isEmpty()) {
                throw new MalformedException(
                        "after '" + SINGLE + "' an anchor proof ends; this one has " + path.size() + " lines more");
            }
            return Optional.empty();
        }
        String[] numbers = value(line, "batch").split(" ", -1);
        if (numbers.length != 2) {
            throw new MalformedException("the batch of an anchor proof is '" + SINGLE + "' or 'batch INDEX SIZE', not '"
                    + MalformedException.excerpt(line) + "'");
        }
        List<Sha256Hash> hashes = new ArrayList<>(path.size());
        for (String hash : path) {
            requireForm(HASH, hash, "path");
            hashes.add(Sha256Hash.parse(hash));
        }
        return Optional.of(new InclusionProof(decimal(numbers[0], "index"), decimal(numbers[1], "size"), hashes));
    }

    private static String value(String line, String key) {
        if (!line.startsWith(key + " ")) {
            throw new MalformedException("an anchor proof has a line '" + key + " ...' where this one has '"
                    + MalformedException.excerpt(line) + "'");
        }
        return line.substring(key.length() + 1);
    }

    private static long decimal(String text, String what) {
        if (DECIMAL.matcher(text).matches()) {
            try {
                return Long.parseLong(text);
            } catch (NumberFormatException tooLarge) {
                // 19 digits may still be too many: told below.
            }
        }
        throw new MalformedException("the " + what + " of an anchor proof is a decimal number from 0 to "
                + Long.MAX_VALUE + ", not '" + MalformedException.excerpt(text) + "'");
    }

    /** The canonical text, in ASCII. */
    public byte[] text() {
        StringBuilder out = new StringBuilder();
        out.append(HEADER).append('\n');
        out.append("chain ").append(chain).append('\n');
        out.append("contract ").append(contract).append('\n');
        out.append("account ").append(account).append('\n');
        out.append("transaction ").append(transaction).append('\n');
        out.append("block ").append(block).append('\n');
        if (batch.isEmpty()) {
            out.append(SINGLE).append('\n');
        } else {
            InclusionProof proof = batch.orElseThrow();
            out.append("batch ")
                    .append(proof.index())
                    .append(' ')
                    .append(proof.size())
                    .append('\n');
            proof.path().forEach(hash -> out.append(hash).append('\n'));
        }
        return out.toString().getBytes(StandardCharsets.US_ASCII);
    }
}

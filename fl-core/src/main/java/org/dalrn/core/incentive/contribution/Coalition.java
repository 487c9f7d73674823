package org.dalrn.core.incentive.contribution;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A set of the players of a cooperative game, who are numbered from 0.
 *
 * <p><b>Text form</b>, for receipts: the number {@code sum of 2^player} in lower-case hexadecimal without leading zeros,
 * so {@code {0, 3}} is {@code 9} and the empty coalition is {@code 0}. A coalition has exactly one text.
 *
 * <p>Ordered as those numbers: by the largest player that only one of two coalitions has. Immutable and thread-safe.
 */
public final class Coalition implements Comparable<Coalition> {
    /** The largest number of players of any game: 65,536. */
    public static final int MOST_PLAYERS = 1 << 16;

    private static final Coalition EMPTY = new Coalition(new long[0]);
    private static final int DIGITS_OF_A_WORD = Long.SIZE / 4;

    /** Little-endian, the last word not 0, so that equal sets have equal words. */
    private final long[] words;

    private Coalition(long[] words) {
        this.words = words;
    }

    private static Coalition trimmed(long[] words) {
        int length = words.length;
        while (length > 0 && words[length - 1] == 0) {
            length--;
        }
        return length == 0 ? EMPTY : new Coalition(length == words.length ? words : Arrays.copyOf(words, length));
    }

    /** The coalition of nobody. */
    public static Coalition empty() {
        return EMPTY;
    }

    /**
     * The coalition of these players; one named twice counts once.
     *
     * @throws IllegalArgumentException if a number is not in {@code [0, MOST_PLAYERS)}
     */
    public static Coalition of(int... players) {
        int most = -1;
        for (int player : players) {
            most = Math.max(most, requirePlayer(player));
        }
        long[] words = new long[(most + Long.SIZE) / Long.SIZE];
        for (int player : players) {
            words[player / Long.SIZE] |= 1L << player;
        }
        return trimmed(words);
    }

    /**
     * The coalition of the players 0 to {@code players - 1}.
     *
     * @throws IllegalArgumentException if the number of players is not in {@code [0, MOST_PLAYERS]}
     */
    public static Coalition all(int players) {
        if (players < 0 || players > MOST_PLAYERS) {
            throw new IllegalArgumentException(players + " players are not in [0, " + MOST_PLAYERS + "]");
        }
        return of(IntStream.range(0, players).toArray());
    }

    /** The coalition of the players whose bits are set: bit 0 for player 0, up to bit 63. */
    public static Coalition ofBits(long bits) {
        return trimmed(new long[] {bits});
    }

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException if it is not the text of a coalition: leading zeros and upper case are refused, so
     *     that a coalition has one spelling
     */
    public static Coalition parse(String text) {
        requireNonNull(text, "text");
        int length = text.length();
        if (length == 0 || length > MOST_PLAYERS / 4) {
            throw new IllegalArgumentException(
                    "a coalition has 1 to " + MOST_PLAYERS / 4 + " hexadecimal digits, not " + length);
        }
        long[] words = new long[(length + DIGITS_OF_A_WORD - 1) / DIGITS_OF_A_WORD];
        for (int i = 0; i < length; i++) {
            char c = text.charAt(length - 1 - i);
            boolean lowerCaseHex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
            if (!lowerCaseHex) {
                throw new IllegalArgumentException("character " + (length - 1 - i)
                        + " of the coalition is not one of [0-9a-f]; write {0, 3} as 9");
            }
            words[i / DIGITS_OF_A_WORD] |= (long) Character.digit(c, 16) << (4 * (i % DIGITS_OF_A_WORD));
        }
        if (length > 1 && text.charAt(0) == '0') {
            throw new IllegalArgumentException(
                    "the coalition starts with 0; leave out leading zeros, as a coalition has" + " one spelling");
        }
        return trimmed(words);
    }

    static int requirePlayer(int player) {
        if (player < 0 || player >= MOST_PLAYERS) {
            throw new IllegalArgumentException("player " + player + " is not in [0, " + (MOST_PLAYERS - 1) + "]");
        }
        return player;
    }

    /** True if the player belongs to the coalition. */
    public boolean contains(int player) {
        return player >= 0 && player / Long.SIZE < words.length && (words[player / Long.SIZE] >>> player & 1) != 0;
    }

    /** The number of players in the coalition. */
    public int size() {
        int size = 0;
        for (long word : words) {
            size += Long.bitCount(word);
        }
        return size;
    }

    /** True if nobody belongs to it. */
    public boolean isEmpty() {
        return words.length == 0;
    }

    /** One more than the largest player's number, 0 for the empty coalition: the least number of players of its game. */
    public int leastPlayers() {
        return words.length == 0 ? 0 : Long.SIZE * words.length - Long.numberOfLeadingZeros(words[words.length - 1]);
    }

    /**
     * The coalition with this player besides; itself if the player belongs to it.
     *
     * @throws IllegalArgumentException if the number is not in {@code [0, MOST_PLAYERS)}
     */
    public Coalition with(int player) {
        if (contains(requirePlayer(player))) {
            return this;
        }
        long[] more = Arrays.copyOf(words, Math.max(words.length, player / Long.SIZE + 1));
        more[player / Long.SIZE] |= 1L << player;
        return new Coalition(more);
    }

    /** The coalition without this player; itself if the player does not belong to it. */
    public Coalition without(int player) {
        if (!contains(player)) {
            return this;
        }
        long[] fewer = words.clone();
        fewer[player / Long.SIZE] &= ~(1L << player);
        return trimmed(fewer);
    }

    /** The members, ascending. */
    public IntStream players() {
        return BitSet.valueOf(words).stream();
    }

    @Override
    public int compareTo(Coalition other) {
        if (words.length != other.words.length) {
            return Integer.compare(words.length, other.words.length);
        }
        for (int i = words.length - 1; i >= 0; i--) {
            int order = Long.compareUnsigned(words[i], other.words[i]);
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Coalition that && Arrays.equals(words, that.words);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(words);
    }

    /** The members for people, such as {@code {0, 3}}; at most the first 32 of them. */
    public String describe() {
        String shown = players().limit(32).mapToObj(String::valueOf).collect(Collectors.joining(", ", "{", ""));
        return shown + (size() > 32 ? ", ...}" : "}");
    }

    /** The text form, which {@link #parse} reads. */
    @Override
    public String toString() {
        if (words.length == 0) {
            return "0";
        }
        StringBuilder text = new StringBuilder(Long.toHexString(words[words.length - 1]));
        for (int i = words.length - 2; i >= 0; i--) {
            String digits = Long.toHexString(words[i]);
            text.append("0".repeat(DIGITS_OF_A_WORD - digits.length())).append(digits);
        }
        return text.toString();
    }
}

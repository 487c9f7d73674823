package org.dalrn.server.settings;

import java.util.function.Function;

/** Numbers and flags as files write them. */
public final class NumberText {

    private NumberText() {}

    /**
     * A 64-bit integer; underscores between digits are left out.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static long whole(String text) {
        try {
            return Long.parseLong(text.replace("_", ""));
        } catch (NumberFormatException wrong) {
            throw new IllegalArgumentException("'" + text + "' is no whole number", wrong);
        }
    }

    /**
     * A parser of integers between two bounds, both allowed.
     */
    public static Function<String, Integer> wholeBetween(int least, int largest) {
        return text -> {
            long value = whole(text);
            if (value < least || value > largest) {
                throw new IllegalArgumentException(value + " is not in [" + least + ", " + largest + "]");
            }
            return (int) value;
        };
    }

    /**
     * A finite number.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static double decimal(String text) {
        double value;
        try {
            value = Double.parseDouble(text);
        } catch (NumberFormatException wrong) {
            throw new IllegalArgumentException("'" + text + "' is no number", wrong);
        }
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("'" + text + "' is not finite");
        }
        return value;
    }

    /**
     * True or false.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public static boolean flag(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("'" + text + "' is neither true nor false");
        };
    }
}

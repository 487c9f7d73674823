package org.dalrn.core.incentive.contribution;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.dalrn.core.model.ContentHash;

/** Games with known values, and the slow obvious way to the Shapley value. */
final class Games {
    private Games() {}

    static CoalitionGame game(int players, ToDoubleFunction<Coalition> value) {
        return new CoalitionGame() {
            @Override
            public int players() {
                return players;
            }

            @Override
            public double value(Coalition coalition) {
                return value.applyAsDouble(coalition);
            }
        };
    }

    /** The value of a coalition is at the index of its bits. */
    static CoalitionGame table(int players, double[] values) {
        double[] copy = values.clone();
        return game(players, coalition -> copy[bits(coalition)]);
    }

    static int bits(Coalition coalition) {
        return Integer.parseInt(coalition.toString(), 16);
    }

    /** Values of all magnitudes and signs, the empty coalition's among them. */
    static double[] random(int players, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return random.doubles(1L << players)
                .map(value -> (value - 0.4) * Math.scalb(1.0, random.nextInt(12) - 6))
                .toArray();
    }

    static CoalitionGame additive(double... worth) {
        return game(
                worth.length,
                coalition -> coalition.players().mapToDouble(i -> worth[i]).sum());
    }

    static CoalitionGame voting(int quota, int... weights) {
        return game(
                weights.length,
                coalition -> coalition.players().map(i -> weights[i]).sum() >= quota ? 1 : 0);
    }

    /** The mean marginal contributions over all n! orders, by recursion. */
    static double[] overAllOrders(CoalitionGame game) {
        double[] sums = new double[game.players()];
        long orders = join(game, new int[game.players()], 0, sums);
        return Arrays.stream(sums).map(sum -> sum / orders).toArray();
    }

    private static long join(CoalitionGame game, int[] order, int joined, double[] sums) {
        if (joined == order.length) {
            Coalition coalition = Coalition.empty();
            for (int player : order) {
                Coalition next = coalition.with(player);
                sums[player] += game.value(next) - game.value(coalition);
                coalition = next;
            }
            return 1;
        }
        long orders = 0;
        for (int player = 0; player < order.length; player++) {
            int candidate = player;
            if (Arrays.stream(order, 0, joined).noneMatch(other -> other == candidate)) {
                order[joined] = player;
                orders += join(game, order, joined + 1, sums);
            }
        }
        return orders;
    }

    /** The sum of differences over the sum of magnitudes. */
    static double l1(double[] estimate, double[] exact) {
        double difference = 0;
        double size = 0;
        for (int i = 0; i < exact.length; i++) {
            difference += Math.abs(estimate[i] - exact[i]);
            size += Math.abs(exact[i]);
        }
        return difference / size;
    }

    static ContentHash seed(String text) {
        return ContentHash.of(text.getBytes(StandardCharsets.US_ASCII));
    }
}

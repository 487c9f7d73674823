package org.dalrn.core.incentive.contribution;

/** The checks of games and of what they say. */
final class Measured {

    private Measured() {}

    /** Refuses a game without players or with too many. */
    static int requirePlayers(int players) {
        if (players < 1 || players > Coalition.MOST_PLAYERS) {
            throw new IllegalArgumentException(
                    "a game has 1 to " + Coalition.MOST_PLAYERS + " players, not " + players);
        }
        return players;
    }

    static void requireMember(int players, Coalition coalition) {
        if (coalition.leastPlayers() > players) {
            throw new IllegalArgumentException("coalition " + coalition.describe() + " has the player "
                    + (coalition.leastPlayers() - 1) + ", but the game's players are 0 to " + (players - 1));
        }
    }

    static double requireFinite(Coalition coalition, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("the value of coalition " + coalition.describe() + " is " + value
                    + "; a utility is finite, return the worst one for a model that cannot be measured");
        }
        return value;
    }

    /** The value of a coalition of the game's players, finite. */
    static double value(CoalitionGame game, Coalition coalition) {
        return requireFinite(coalition, game.value(coalition));
    }
}

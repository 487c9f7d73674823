package org.dalrn.core.incentive.game;

/** One of the two players of a bimatrix game. */
public enum Player {
    /** Chooses a row and is paid from {@code A}. */
    ROW,
    /** Chooses a column and is paid from {@code B}. */
    COLUMN;

    Player other() {
        return this == ROW ? COLUMN : ROW;
    }
}

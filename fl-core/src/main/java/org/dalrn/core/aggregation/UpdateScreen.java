package org.dalrn.core.aggregation;

import java.nio.ByteBuffer;

/**
 * The streaming check of one update: counts its elements, finds the first that is not finite, the largest magnitude and
 * the Euclidean norm.
 *
 * <p>The result does not depend on how the bytes are cut into chunks: squares are added to the lane {@code index mod
 * 512} in index order, and the lanes are added in lane order.
 *
 * <p>Confined to one thread; holds about 16 KiB whatever the size of the update. Never keeps a chunk.
 */
public final class UpdateScreen {
    private static final int INFINITY_BITS = 0x7f800000;

    private final TileKernel kernel = new TileKernel();
    private final ElementStream stream = new ElementStream();
    private final double[] squares = new double[TileKernel.TILE];
    private int maxMagnitudeBits;
    private long firstNonFiniteIndex = -1;

    /** Creates a screen that has seen no byte. */
    public UpdateScreen() {}

    /**
     * Checks the next bytes and consumes them.
     *
     * @param littleEndianChunk any number of bytes, also not a multiple of four; read as little-endian float32 whatever
     *     order is set on it
     */
    public void accept(ByteBuffer littleEndianChunk) {
        stream.accept(littleEndianChunk, this::screen);
    }

    private void screen(long fromElement, ByteBuffer block) {
        if (firstNonFiniteIndex >= 0) {
            return;
        }
        int blockMaximum = kernel.addSquares(squares, fromElement, block);
        if (blockMaximum >= INFINITY_BITS) {
            firstNonFiniteIndex = fromElement + TileKernel.firstNonFinite(block);
            return;
        }
        maxMagnitudeBits = Math.max(maxMagnitudeBits, blockMaximum);
    }

    /** Returns what the bytes so far are; a truncated update is reported as such, whatever its elements. */
    public ScreenResult finish() {
        long elements = stream.elements();
        if (stream.trailingBytes() > 0) {
            return new ScreenResult.Truncated(elements, stream.trailingBytes());
        }
        if (firstNonFiniteIndex >= 0) {
            return new ScreenResult.NonFinite(elements, firstNonFiniteIndex);
        }
        double sum = 0;
        for (double lane : squares) {
            sum += lane;
        }
        return new ScreenResult.Finite(elements, Float.intBitsToFloat(maxMagnitudeBits), Math.sqrt(sum));
    }
}

package org.dalrn.core.aggregation;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.dalrn.core.model.Parameters;

/** Reads parameters as little-endian blocks through one buffer. */
final class ParameterChunks implements UpdateBytes.Chunks {
    private final Parameters parameters;
    private final ByteBuffer block;
    private int nextElement;

    ParameterChunks(Parameters parameters) {
        this.parameters = parameters;
        this.block = ByteBuffer.allocate(
                Float.BYTES * Math.min(TileKernel.BLOCK, parameters.layout().elementCount()));
    }

    @Override
    public Optional<ByteBuffer> next() {
        int count = Math.min(TileKernel.BLOCK, parameters.layout().elementCount() - nextElement);
        if (count == 0) {
            return Optional.empty();
        }
        parameters.copyTo(nextElement, block.clear(), count);
        nextElement += count;
        return Optional.of(block.flip());
    }
}

package org.dalrn.fhe.seal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What TenSEAL's {@code CKKSTensor.serialize()} gives: one ciphertext for each element, or, batched, for each element of the
 * axes behind the first, whose values stand in its slots.
 *
 * <p>Source: TenSEAL 0.3.16 and 0.3.18, tensors.proto and ckkstensor.cpp.
 *
 * @param parameters what the ciphertexts were made with
 * @param shape lengths of the axes, without the batch; their product is the number of ciphertexts
 * @param ciphertexts row-major, at least one
 * @param scale the scale of fresh encodings, finite and positive
 * @param batchSize values in each ciphertext, 1 to N/2, or 0 if the tensor is not batched
 */
public record TensealTensor(
        SealParameters parameters, List<Integer> shape, List<SealCiphertext> ciphertexts, double scale, int batchSize) {
    private static final String NAME = "tensor";
    private static final int MOST_AXES = 32;

    /**
     * Checks the members and copies the lists.
     *
     * @throws IllegalArgumentException if the shape is not that of the ciphertexts or one of the members is wrong
     */
    public TensealTensor {
        Objects.requireNonNull(parameters, "parameters");
        shape = List.copyOf(shape);
        ciphertexts = List.copyOf(ciphertexts);
        String problem = problem(parameters, shape, ciphertexts.size(), scale, batchSize);
        if (problem != null) {
            throw new IllegalArgumentException(problem);
        }
        requireSame(parameters, ciphertexts);
    }

    /**
     * Reads a tensor.
     *
     * @param bytes one whole message
     * @param parameters what it was made with
     * @param mostCiphertexts the limit: each takes up to {@code 128 * dataPrimes * N} bytes of memory, even where its
     *     compressed bytes are few
     * @return the tensor
     * @throws SealFormatException if the bytes are not a CKKS tensor of these parameters, or are more than the limit
     */
    public static TensealTensor read(byte[] bytes, SealParameters parameters, int mostCiphertexts) {
        Objects.requireNonNull(parameters, "parameters");
        ProtoReader in = new ProtoReader(NAME, ByteBuffer.wrap(bytes));
        List<Integer> shape = new ArrayList<>();
        List<ByteBuffer> blobs = new ArrayList<>();
        Double scale = null;
        Integer batchSize = null;
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> in.uint32s(shape, MOST_AXES);
                case 2 -> addBlob(in, blobs, mostCiphertexts);
                case 3 -> {
                    in.requireFirst(scale);
                    scale = in.float64();
                }
                case 4 -> {
                    in.requireFirst(batchSize);
                    batchSize = in.uint32();
                }
                default -> in.skip();
            }
        }
        double readScale = scale == null ? 0 : scale;
        int readBatch = batchSize == null ? 0 : batchSize;
        String problem = problem(parameters, shape, blobs.size(), readScale, readBatch);
        if (problem != null) {
            throw in.malformed(problem);
        }
        return new TensealTensor(parameters, shape, decode(blobs, parameters), readScale, readBatch);
    }

    private static @Nullable String problem(
            SealParameters parameters, List<Integer> shape, int ciphertexts, double scale, int batchSize) {
        long product = 1;
        for (int length : shape) {
            // Also keeps the product of up to 32 lengths from overflowing.
            if (length < 1 || product > Integer.MAX_VALUE) {
                return "shape " + shape + " has an axis below 1 or too many elements";
            }
            product *= length;
        }
        if (shape.size() > MOST_AXES || product != ciphertexts) {
            return "shape " + shape + " for " + ciphertexts + " ciphertexts; their number is the product of the shape";
        }
        if (batchSize < 0 || batchSize > parameters.degree() / 2) {
            return "a batch of " + batchSize + "; it is 0 to N/2 = " + parameters.degree() / 2;
        }
        return scaleProblem(scale);
    }

    static @Nullable String scaleProblem(double scale) {
        return scale > 0 && Double.isFinite(scale) ? null : "scale " + scale + " is not finite and positive";
    }

    static void requireSame(SealParameters parameters, List<SealCiphertext> ciphertexts) {
        for (SealCiphertext ciphertext : ciphertexts) {
            if (!ciphertext.parameters().equals(parameters)) {
                throw new IllegalArgumentException(
                        "a ciphertext is of other parameters: " + ciphertext.parameters() + " and not " + parameters);
            }
        }
    }

    static void addBlob(ProtoReader in, List<ByteBuffer> blobs, int most) {
        if (blobs.size() == most) {
            throw in.malformed("has more than " + most + " ciphertexts, the limit of this reading;"
                    + " pass a higher limit if so many are expected");
        }
        blobs.add(in.bytes());
    }

    /** Decodes what was counted and checked before. */
    static List<SealCiphertext> decode(List<ByteBuffer> blobs, SealParameters parameters) {
        List<SealCiphertext> ciphertexts = new ArrayList<>(blobs.size());
        for (ByteBuffer blob : blobs) {
            ciphertexts.add(SealCiphertext.read(blob, parameters));
        }
        return ciphertexts;
    }

    /**
     * Writes the tensor.
     *
     * @param encoding of the ciphertexts: TenSEAL reads the version of its own SEAL, and {@link SealVersion#V3_7}
     * @return one whole message
     */
    public byte[] toBytes(SealEncoding encoding) {
        ProtoWriter out = new ProtoWriter();
        out.uint32s(1, shape);
        for (SealCiphertext ciphertext : ciphertexts) {
            out.bytes(2, ciphertext.toBytes(encoding));
        }
        out.float64(3, scale);
        out.uint32(4, batchSize);
        return out.toBytes();
    }

    @Override
    public String toString() {
        return "TensealTensor[shape " + shape + (batchSize == 0 ? "" : ", batch of " + batchSize) + "]";
    }
}

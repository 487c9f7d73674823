package org.dalrn.fhe.seal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What TenSEAL's {@code CKKSVector.serialize()} gives: ciphertexts, how many values each holds, and the scale of fresh ones.
 *
 * <p>TenSEAL encodes a short vector repeated until the slots are full; only the first {@code sizes} count.
 *
 * <p>Source: TenSEAL 0.3.16 and 0.3.18, tensors.proto and ckksvector.cpp.
 *
 * @param parameters what the ciphertexts were made with
 * @param sizes values in each ciphertext, 1 to N/2
 * @param ciphertexts as many as sizes, at least one
 * @param scale the scale of fresh encodings, finite and positive; a product's ciphertexts have another one
 */
public record TensealVector(
        SealParameters parameters, List<Integer> sizes, List<SealCiphertext> ciphertexts, double scale) {
    /** How many ciphertexts are read unless the caller says otherwise. */
    public static final int DEFAULT_MOST_CIPHERTEXTS = 1024;

    private static final String NAME = "vector";

    /**
     * Checks the members and copies the lists.
     *
     * @throws IllegalArgumentException if the numbers of sizes and ciphertexts differ or one of the members is wrong
     */
    public TensealVector {
        Objects.requireNonNull(parameters, "parameters");
        sizes = List.copyOf(sizes);
        ciphertexts = List.copyOf(ciphertexts);
        String problem = problem(parameters, sizes, ciphertexts.size(), scale);
        if (problem != null) {
            throw new IllegalArgumentException(problem);
        }
        TensealTensor.requireSame(parameters, ciphertexts);
    }

    /**
     * Reads a vector of at most {@value #DEFAULT_MOST_CIPHERTEXTS} ciphertexts.
     *
     * @param bytes one whole message
     * @param parameters what it was made with
     * @return the vector
     * @throws SealFormatException if the bytes are not a CKKS vector of these parameters
     */
    public static TensealVector read(byte[] bytes, SealParameters parameters) {
        return read(bytes, parameters, DEFAULT_MOST_CIPHERTEXTS);
    }

    /**
     * Reads a vector.
     *
     * @param bytes one whole message
     * @param parameters what it was made with
     * @param mostCiphertexts the limit: each takes up to {@code 128 * dataPrimes * N} bytes of memory, even where its
     *     compressed bytes are few
     * @return the vector
     * @throws SealFormatException if the bytes are not a CKKS vector of these parameters, or are more than the limit
     */
    public static TensealVector read(byte[] bytes, SealParameters parameters, int mostCiphertexts) {
        Objects.requireNonNull(parameters, "parameters");
        ProtoReader in = new ProtoReader(NAME, ByteBuffer.wrap(bytes));
        List<Integer> sizes = new ArrayList<>();
        List<ByteBuffer> blobs = new ArrayList<>();
        Double scale = null;
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> in.uint32s(sizes, mostCiphertexts);
                case 2 -> TensealTensor.addBlob(in, blobs, mostCiphertexts);
                case 3 -> {
                    in.requireFirst(scale);
                    scale = in.float64();
                }
                default -> in.skip();
            }
        }
        double read = scale == null ? 0 : scale;
        String problem = problem(parameters, sizes, blobs.size(), read);
        if (problem != null) {
            throw in.malformed(problem);
        }
        return new TensealVector(parameters, sizes, TensealTensor.decode(blobs, parameters), read);
    }

    private static @Nullable String problem(
            SealParameters parameters, List<Integer> sizes, int ciphertexts, double scale) {
        if (sizes.isEmpty() || sizes.size() != ciphertexts) {
            return sizes.size() + " sizes for " + ciphertexts + " ciphertexts; there is one for each, and at least one";
        }
        for (int size : sizes) {
            if (size < 1 || size > parameters.degree() / 2) {
                return "a ciphertext of " + size + " values; it holds 1 to N/2 = " + parameters.degree() / 2;
            }
        }
        return TensealTensor.scaleProblem(scale);
    }

    /**
     * Writes the vector.
     *
     * @param encoding of the ciphertexts: TenSEAL reads the version of its own SEAL, and {@link SealVersion#V3_7}
     * @return one whole message
     */
    public byte[] toBytes(SealEncoding encoding) {
        ProtoWriter out = new ProtoWriter();
        out.uint32s(1, sizes);
        for (SealCiphertext ciphertext : ciphertexts) {
            out.bytes(2, ciphertext.toBytes(encoding));
        }
        out.float64(3, scale);
        return out.toBytes();
    }

    /**
     * The length of the vector.
     *
     * @return the sum of the sizes
     */
    public long length() {
        return sizes.stream().mapToLong(Integer::longValue).sum();
    }

    @Override
    public String toString() {
        return "TensealVector[" + length() + " values in " + ciphertexts.size() + " ciphertexts]";
    }
}

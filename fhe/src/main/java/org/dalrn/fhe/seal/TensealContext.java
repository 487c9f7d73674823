package org.dalrn.fhe.seal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.dalrn.fhe.rlwe.SecretKeyAccess;
import org.jspecify.annotations.Nullable;

/**
 * What TenSEAL's {@code Context.serialize()} gives: parameters, the keys it was asked to save, and settings.
 *
 * <p>TenSEAL makes no difference between a context with the secret key and one without; here the key is asked for by {@link
 * #secretKey} and written by {@link #exportUnprotected} only, while {@link #toBytes} always leaves it out. With the secret key
 * TenSEAL stores no keys for switching, but generates them anew.
 *
 * <p>Immutable and thread-safe, apart from the secret key's destruction. Source: TenSEAL 0.3.16 and 0.3.18,
 * tensealcontext.proto and tensealcontext.cpp.
 */
public final class TensealContext {
    /** Whether TenSEAL encrypts with a public key. */
    public enum Encryption {
        /** With the public key. */
        ASYMMETRIC(0),
        /** With the secret key. */
        SYMMETRIC(1);

        private final int code;

        Encryption(int code) {
            this.code = code;
        }
    }

    /** TenSEAL's default: relinearize, rescale and switch moduli automatically. */
    public static final int ALL_AUTOMATIC = 7;

    private static final String NAME = "context";
    private static final double NO_SCALE = -1;

    private final SealParameters parameters;
    private final Encryption encryption;
    private final int automatic;
    private final double scale;
    private final @Nullable SealPublicKey publicKey;
    private final @Nullable SealRelinearizationKeys relinearizationKeys;
    private final @Nullable SealGaloisKeys galoisKeys;
    private final @Nullable SealSecretKey secretKey;
    private final boolean makesRelinearizationKeys;
    private final boolean makesGaloisKeys;

    private TensealContext(Fields fields) {
        parameters = Objects.requireNonNull(fields.parameters, "parameters");
        encryption = fields.encryption;
        automatic = fields.automatic;
        scale = fields.scale;
        publicKey = fields.publicKey;
        relinearizationKeys = fields.relinearizationKeys;
        galoisKeys = fields.galoisKeys;
        secretKey = fields.secretKey;
        makesRelinearizationKeys = fields.makesRelinearizationKeys || relinearizationKeys != null;
        makesGaloisKeys = fields.makesGaloisKeys || galoisKeys != null;
    }

    /** What a context is made of, while it is put together. */
    private static final class Fields {
        @Nullable
        SealParameters parameters;

        Encryption encryption = Encryption.ASYMMETRIC;
        int automatic = ALL_AUTOMATIC;
        double scale = NO_SCALE;

        @Nullable
        SealPublicKey publicKey;

        @Nullable
        SealRelinearizationKeys relinearizationKeys;

        @Nullable
        SealGaloisKeys galoisKeys;

        @Nullable
        SealSecretKey secretKey;

        boolean makesRelinearizationKeys;
        boolean makesGaloisKeys;
    }

    /** Collects the members of a context; confined to one thread. */
    public static final class Builder {
        private final Fields fields = new Fields();

        private Builder(SealParameters parameters) {
            fields.parameters = Objects.requireNonNull(parameters, "parameters");
        }

        /**
         * Adds the scale of fresh encodings.
         *
         * @param scale finite and positive
         * @return this
         */
        public Builder scale(double scale) {
            String problem = TensealTensor.scaleProblem(scale);
            if (problem != null) {
                throw new IllegalArgumentException(problem);
            }
            fields.scale = scale;
            return this;
        }

        /**
         * Sets what TenSEAL does by itself.
         *
         * @param flags 1 relinearize, 2 rescale, 4 switch moduli; or-ed
         * @return this
         */
        public Builder automatic(int flags) {
            if (flags < 0 || flags > ALL_AUTOMATIC) {
                throw new IllegalArgumentException("flags " + flags + "; they are 0 to " + ALL_AUTOMATIC);
            }
            fields.automatic = flags;
            return this;
        }

        /**
         * Sets how TenSEAL encrypts.
         *
         * @param encryption with which key
         * @return this
         */
        public Builder encryption(Encryption encryption) {
            fields.encryption = Objects.requireNonNull(encryption, "encryption");
            return this;
        }

        /**
         * Adds the public key.
         *
         * @param key of these parameters
         * @return this
         */
        public Builder publicKey(SealPublicKey key) {
            requireSame(key.parameters());
            fields.publicKey = key;
            return this;
        }

        /**
         * Adds the keys for products.
         *
         * @param keys of these parameters
         * @return this
         */
        public Builder relinearizationKeys(SealRelinearizationKeys keys) {
            requireSame(keys.parameters());
            fields.relinearizationKeys = keys;
            return this;
        }

        /**
         * Adds the keys for rotations.
         *
         * @param keys of these parameters
         * @return this
         */
        public Builder galoisKeys(SealGaloisKeys keys) {
            requireSame(keys.parameters());
            fields.galoisKeys = keys;
            return this;
        }

        /**
         * Adds the secret key.
         *
         * @param key of these parameters
         * @return this
         */
        public Builder secretKey(SealSecretKey key) {
            requireSame(key.parameters());
            fields.secretKey = key;
            return this;
        }

        private void requireSame(SealParameters other) {
            if (!other.equals(fields.parameters)) {
                throw new IllegalArgumentException(
                        "a key is of other parameters: " + other + " and not " + fields.parameters);
            }
        }

        /**
         * Ends the building.
         *
         * @return the context
         * @throws IllegalStateException if an asymmetric context has no public key
         */
        public TensealContext build() {
            if (fields.encryption == Encryption.ASYMMETRIC && fields.publicKey == null) {
                throw new IllegalStateException(
                        "an asymmetric context without a public key; add one," + " or make the context symmetric");
            }
            return new TensealContext(fields);
        }
    }

    /**
     * Begins a context.
     *
     * @param parameters the degree and the primes
     * @return a builder
     */
    public static Builder builder(SealParameters parameters) {
        return new Builder(parameters);
    }

    /**
     * Reads a context of CKKS with at most {@value SealGaloisKeys#DEFAULT_MOST_KEYS} Galois keys.
     *
     * @param bytes one whole message; it may hold a secret key
     * @return the context
     * @throws SealFormatException if the bytes are not such a context
     */
    public static TensealContext read(byte[] bytes) {
        return read(bytes, SealGaloisKeys.DEFAULT_MOST_KEYS);
    }

    /**
     * Reads a context of CKKS.
     *
     * @param bytes one whole message; it may hold a secret key
     * @param mostGaloisKeys the limit of {@link SealGaloisKeys#read(byte[], SealParameters, int)}
     * @return the context
     * @throws SealFormatException if the bytes are not such a context
     */
    public static TensealContext read(byte[] bytes, int mostGaloisKeys) {
        ProtoReader in = new ProtoReader(NAME, ByteBuffer.wrap(bytes));
        ByteBuffer parameters = null;
        ByteBuffer open = null;
        ByteBuffer secret = null;
        Integer type = null;
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> {
                    in.requireFirst(parameters);
                    parameters = in.bytes();
                }
                case 2 -> {
                    in.requireFirst(open);
                    open = in.bytes();
                }
                case 3 -> {
                    in.requireFirst(secret);
                    secret = in.bytes();
                }
                case 4 -> {
                    in.requireFirst(type);
                    type = in.uint32();
                }
                default -> in.skip();
            }
        }
        if (parameters == null || open == null) {
            throw in.malformed("has no " + (parameters == null ? "encryption parameters" : "public part"));
        }
        Fields fields = new Fields();
        if (type != null) {
            fields.encryption = switch (type) {
                case 0 -> Encryption.ASYMMETRIC;
                case 1 -> Encryption.SYMMETRIC;
                default -> throw in.malformed("encryption type " + type + "; it is 0 (asymmetric) or 1 (symmetric)");
            };
        }
        fields.parameters = SealParameters.read(parameters);
        readPublic(open, fields, fields.parameters, mostGaloisKeys);
        if (secret != null) {
            readSecret(secret, fields, fields.parameters);
        }
        return new TensealContext(fields);
    }

    private static void readPublic(ByteBuffer bytes, Fields fields, SealParameters parameters, int mostGaloisKeys) {
        ProtoReader in = new ProtoReader("public context", bytes);
        // Absent means 0 on the wire: proto3 does not write it.
        fields.automatic = 0;
        fields.scale = 0;
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> {
                    in.requireFirst(fields.publicKey);
                    fields.publicKey = SealPublicKey.read(in.bytes(), parameters);
                }
                case 2 -> fields.automatic = in.uint32();
                case 3 -> fields.scale = in.float64();
                case 4 -> {
                    in.requireFirst(fields.relinearizationKeys);
                    fields.relinearizationKeys = SealRelinearizationKeys.read(in.bytes(), parameters);
                }
                case 5 -> {
                    in.requireFirst(fields.galoisKeys);
                    fields.galoisKeys = SealGaloisKeys.read(in.bytes(), parameters, mostGaloisKeys);
                }
                default -> in.skip();
            }
        }
        if (fields.automatic > ALL_AUTOMATIC) {
            throw in.malformed("flags " + fields.automatic + "; they are 0 to " + ALL_AUTOMATIC);
        }
        if (fields.scale != NO_SCALE && TensealTensor.scaleProblem(fields.scale) != null) {
            throw in.malformed("scale " + fields.scale + " is neither finite and positive nor -1 (not set)");
        }
    }

    private static void readSecret(ByteBuffer bytes, Fields fields, SealParameters parameters) {
        ProtoReader in = new ProtoReader("private context", bytes);
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> {
                    in.requireFirst(fields.secretKey);
                    fields.secretKey = SealSecretKey.read(in.bytes(), parameters);
                }
                case 2 -> fields.makesRelinearizationKeys = in.bool();
                case 3 -> fields.makesGaloisKeys = in.bool();
                default -> in.skip();
            }
        }
    }

    /**
     * Writes the context without the secret key.
     *
     * @param encoding of the keys: TenSEAL reads the version of its own SEAL, and {@link SealVersion#V3_7}
     * @return one whole message
     */
    public byte[] toBytes(SealEncoding encoding) {
        ProtoWriter out = new ProtoWriter();
        writePublic(out, encoding, true);
        out.uint32(4, encryption.code);
        return out.toBytes();
    }

    /**
     * Writes the context with the secret key in the clear.
     *
     * <p>As TenSEAL does, keys for switching are left out but marked, so that TenSEAL generates them when it loads this.
     *
     * @param encoding of the keys
     * @param access the caller's consent
     * @return one whole message, which holds the secret: wipe it after use
     * @throws IllegalStateException if the context has no secret key or it was destroyed
     */
    public byte[] exportUnprotected(SealEncoding encoding, SecretKeyAccess access) {
        if (secretKey == null) {
            throw new IllegalStateException("the context has no secret key; write it with toBytes");
        }
        ProtoWriter out = new ProtoWriter();
        ProtoWriter secret = new ProtoWriter();
        byte[] key = secretKey.exportUnprotected(encoding, access);
        byte[] message = {};
        try {
            writePublic(out, encoding, false);
            secret.bytes(1, key);
            secret.uint32(2, makesRelinearizationKeys ? 1 : 0);
            secret.uint32(3, makesGaloisKeys ? 1 : 0);
            message = secret.toBytes();
            out.bytes(3, message);
            out.uint32(4, encryption.code);
            return out.toBytes();
        } finally {
            Arrays.fill(key, (byte) 0);
            Arrays.fill(message, (byte) 0);
            secret.wipe();
            out.wipe();
        }
    }

    private void writePublic(ProtoWriter out, SealEncoding encoding, boolean withSwitching) {
        out.bytes(1, parameters.toBytes(encoding));
        ProtoWriter open = new ProtoWriter();
        if (publicKey != null) {
            open.bytes(1, publicKey.toBytes(encoding));
        }
        open.uint32(2, automatic);
        open.float64(3, scale);
        if (relinearizationKeys != null && withSwitching) {
            open.bytes(4, relinearizationKeys.toBytes(encoding));
        }
        if (galoisKeys != null && withSwitching) {
            open.bytes(5, galoisKeys.toBytes(encoding));
        }
        out.bytes(2, open.toBytes());
    }

    /**
     * The degree and the primes.
     *
     * @return the parameters
     */
    public SealParameters parameters() {
        return parameters;
    }

    /**
     * How TenSEAL encrypts.
     *
     * @return with which key
     */
    public Encryption encryption() {
        return encryption;
    }

    /**
     * What TenSEAL does by itself.
     *
     * @return 1 relinearize, 2 rescale, 4 switch moduli; or-ed
     */
    public int automatic() {
        return automatic;
    }

    /**
     * The scale of fresh encodings.
     *
     * @return finite and positive, or nothing if it is not set
     */
    public OptionalDouble scale() {
        return scale == NO_SCALE ? OptionalDouble.empty() : OptionalDouble.of(scale);
    }

    /**
     * The public key.
     *
     * @return the key, if it was saved
     */
    public Optional<SealPublicKey> publicKey() {
        return Optional.ofNullable(publicKey);
    }

    /**
     * The keys for products.
     *
     * @return the keys, if they were saved
     */
    public Optional<SealRelinearizationKeys> relinearizationKeys() {
        return Optional.ofNullable(relinearizationKeys);
    }

    /**
     * The keys for rotations.
     *
     * @return the keys, if they were saved
     */
    public Optional<SealGaloisKeys> galoisKeys() {
        return Optional.ofNullable(galoisKeys);
    }

    /**
     * The secret key.
     *
     * @param access the caller's consent
     * @return the key, if it was saved
     */
    public Optional<SealSecretKey> secretKey(SecretKeyAccess access) {
        Objects.requireNonNull(access, "access");
        return Optional.ofNullable(secretKey);
    }

    @Override
    public String toString() {
        return "TensealContext[N = " + parameters.degree() + ", " + parameters.keyPrimes() + " primes, " + encryption
                + (secretKey == null ? "]" : ", with secret key]");
    }
}

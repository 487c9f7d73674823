package org.dalrn.fhe.multiparty;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dalrn.fhe.ring.NttPolynomial;
import org.dalrn.fhe.ring.RnsBasis;

/**
 * The byte form of everything that travels between parties: {@code "DMP"}, version 1, a kind, the digest (32 bytes) of what it
 * belongs to, the number of the party (u16) and a kind-specific number (u32), big-endian; then polynomials in transformed form,
 * limb by limb, each residue in exactly the bits of its prime, the first residue in the lowest bits, each limb filled up with zero
 * bits to whole bytes.
 *
 * <p>Every object's length follows from its kind and ring, so it is checked before anything is allocated.
 */
final class ShareBytes {
    static final int HEADER_BYTES = 3 + 1 + 1 + Transcript.DIGEST_BYTES + 2 + 4;
    private static final byte VERSION = 1;

    private ShareBytes() {}

    /** What a byte array holds. */
    enum Kind {
        PUBLIC_KEY_SHARE(1, "a share of a public key"),
        RELINEARIZATION_FIRST(2, "a first-round share of a relinearization key"),
        RELINEARIZATION_SECOND(3, "a second-round share of a relinearization key"),
        ROTATION_KEY_SHARE(4, "a share of a rotation key"),
        PARTIAL_DECRYPTION(5, "a partial decryption"),
        DEALT_SHARE(6, "a dealt share of a secret key"),
        KEY_SHARE(7, "a wrapped share of a secret key");

        private final byte code;
        private final String text;

        Kind(int code, String text) {
            this.code = (byte) code;
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** The two numbers of a header. */
    record Header(int party, int number) {}

    static ByteBuffer begin(Kind kind, byte[] digest, int party, int number, int bodyBytes) {
        ByteBuffer out = ByteBuffer.allocate(Math.addExact(HEADER_BYTES, bodyBytes));
        out.put((byte) 'D').put((byte) 'M').put((byte) 'P').put(VERSION).put(kind.code);
        out.put(digest).putShort((short) party).putInt(number);
        return out;
    }

    static byte[] finished(ByteBuffer out) {
        if (out.hasRemaining()) {
            throw new IllegalStateException("bug: " + out.remaining() + " bytes of a byte form were not written");
        }
        byte[] bytes = new byte[out.capacity()];
        out.flip().get(bytes);
        return bytes;
    }

    /** One polynomial without a header, which is to be sealed: the only copy of its bytes. */
    static byte[] body(NttPolynomial polynomial) {
        ByteBuffer out = ByteBuffer.allocate(polynomialBytes(polynomial.basis()));
        put(out, polynomial);
        return out.array();
    }

    /** The head of what belongs to a ceremony. */
    static Header header(Kind kind, KeyCeremony ceremony, int bodyBytes, ByteBuffer in) {
        return header(kind, ceremony.rawDigest(), "ceremony", ceremony.parties(), bodyBytes, in);
    }

    /** Checks everything before the body, the whole length included. */
    static Header header(Kind kind, byte[] digest, String owner, int parties, int bodyBytes, ByteBuffer in) {
        if (in.remaining() != HEADER_BYTES + bodyBytes) {
            throw new MultipartyException(in.remaining() + " bytes given as " + kind + " of " + owner + "; it has "
                    + (HEADER_BYTES + bodyBytes));
        }
        if (in.get() != 'D' || in.get() != 'M' || in.get() != 'P') {
            throw new MultipartyException("the bytes do not begin with DMP: they are not " + kind);
        }
        int version = in.get();
        if (version != VERSION) {
            throw new MultipartyException(
                    "version " + version + " of " + kind + " is unknown; this code reads version 1");
        }
        int code = in.get();
        if (code != kind.code) {
            throw new MultipartyException(
                    "an object of kind " + code + " given as " + kind + ", which is " + kind.code);
        }
        byte[] found = new byte[Transcript.DIGEST_BYTES];
        in.get(found);
        if (!Arrays.equals(found, digest)) {
            throw new MultipartyException(kind + " of another " + owner + "; ask the party for that of this one");
        }
        int party = Short.toUnsignedInt(in.getShort());
        if (party < 1 || party > parties) {
            throw new MultipartyException(kind + " of party " + party + "; the parties are 1 to " + parties);
        }
        return new Header(party, in.getInt());
    }

    /** For kinds that need no number: it is zero, so that equal objects have equal bytes. */
    static void requireNoNumber(Kind kind, Header header) {
        if (header.number() != 0) {
            throw new MultipartyException("number " + header.number() + " in the header of " + kind + "; it is 0");
        }
    }

    /** Checks that there is one polynomial over all primes for each data prime. */
    static List<NttPolynomial> requireDigits(KeyCeremony ceremony, List<NttPolynomial> digits) {
        ceremony.context().requireKeySwitching();
        int wanted = ceremony.digits();
        if (digits.size() != wanted) {
            throw new IllegalArgumentException(digits.size() + " digits given for " + wanted + " data primes");
        }
        for (NttPolynomial digit : digits) {
            if (!digit.basis().equals(ceremony.context().keyBasis())) {
                throw new IllegalArgumentException(
                        "a digit over " + digit.basis() + " given for " + ceremony.context());
            }
        }
        return List.copyOf(digits);
    }

    static int digitsBytes(KeyCeremony ceremony) {
        ceremony.context().requireKeySwitching();
        return Math.multiplyExact(
                ceremony.digits(), polynomialBytes(ceremony.context().keyBasis()));
    }

    static List<NttPolynomial> getDigits(ByteBuffer in, KeyCeremony ceremony, Kind kind) {
        List<NttPolynomial> digits = new ArrayList<>();
        for (int j = 0; j < ceremony.digits(); j++) {
            digits.add(get(in, ceremony.context().keyBasis(), kind));
        }
        return digits;
    }

    static int polynomialBytes(RnsBasis basis) {
        long bytes = 0;
        for (int j = 0; j < basis.size(); j++) {
            bytes += limbBytes(basis, j);
        }
        return Math.toIntExact(bytes);
    }

    private static long limbBytes(RnsBasis basis, int limb) {
        return ((long) basis.ringDegree() * basis.modulus(limb).bitLength() + 7) / 8;
    }

    static void put(ByteBuffer out, NttPolynomial polynomial) {
        RnsBasis basis = polynomial.basis();
        for (int j = 0; j < basis.size(); j++) {
            int bits = basis.modulus(j).bitLength();
            long rest = 0;
            int held = 0;
            for (long residue : polynomial.limb(j)) {
                // In two parts, because 7 bits held and 60 new ones do not fit a word.
                int lower = Math.min(bits, 30);
                for (int part = 0; part < 2; part++) {
                    rest |= (part == 0 ? residue & (1L << lower) - 1 : residue >>> lower) << held;
                    held += part == 0 ? lower : bits - lower;
                    for (; held >= 8; held -= 8) {
                        out.put((byte) rest);
                        rest >>>= 8;
                    }
                }
            }
            if (held > 0) {
                out.put((byte) rest);
            }
        }
    }

    static NttPolynomial get(ByteBuffer in, RnsBasis basis, Kind kind) {
        long[][] limbs = new long[basis.size()][basis.ringDegree()];
        for (int j = 0; j < limbs.length; j++) {
            int bits = basis.modulus(j).bitLength();
            long q = basis.modulus(j).value();
            int rest = 0;
            int held = 0;
            for (int i = 0; i < limbs[j].length; i++) {
                long residue = rest;
                int have = held;
                while (have < bits) {
                    rest = Byte.toUnsignedInt(in.get());
                    residue |= (long) rest << have;
                    have += 8;
                }
                held = have - bits;
                residue &= (1L << bits) - 1;
                // Of the last byte the bits above 64 are lost by the shift, so the rest is taken from the byte itself.
                rest = held == 0 ? 0 : lastByte(in) >>> (8 - held);
                if (residue >= q) {
                    throw new MultipartyException("residue " + i + " of limb " + j + " of " + kind + " is not below "
                            + q + ": the bytes are damaged or of another ring");
                }
                limbs[j][i] = residue;
            }
            if (rest != 0) {
                throw new MultipartyException("limb " + j + " of " + kind + " does not end with zero bits");
            }
        }
        return NttPolynomial.wrap(basis, limbs);
    }

    private static int lastByte(ByteBuffer in) {
        return Byte.toUnsignedInt(in.get(in.position() - 1));
    }
}

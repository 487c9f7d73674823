package org.dalrn.fhe.committee;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import javax.crypto.KeyAgreement;

/** The X25519 function of RFC 7748 on raw 32-byte scalars and coordinates, through the JDK. */
final class X25519 {
    static final int SIZE_BYTES = 32;

    private X25519() {}

    /**
     * The shared coordinate; never all zero.
     *
     * @throws InvalidKeyException if the coordinate is of small order
     */
    static byte[] agree(byte[] scalar, byte[] coordinate) throws InvalidKeyException {
        try {
            KeyFactory keys = KeyFactory.getInstance("X25519");
            KeyAgreement agreement = KeyAgreement.getInstance("X25519");
            agreement.init(keys.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, scalar)));
            agreement.doPhase(
                    keys.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, decode(coordinate))), true);
            byte[] shared = agreement.generateSecret();
            // The JDK refuses it already; RFC 9180 §7.1.4 makes the check ours, and another provider may be lax.
            int any = 0;
            for (byte b : shared) {
                any |= b;
            }
            if (any == 0) {
                throw new InvalidKeyException("the shared coordinate is zero");
            }
            return shared;
        } catch (InvalidKeyException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    "this JDK has no X25519; run on JDK 17 or newer with its SunEC provider", e);
        }
    }

    /** The public coordinate of a scalar. */
    static byte[] publicOf(byte[] scalar) {
        byte[] nine = new byte[SIZE_BYTES];
        nine[0] = 9;
        try {
            return agree(scalar, nine);
        } catch (InvalidKeyException e) {
            throw new IllegalStateException("bug: the base point has large order", e);
        }
    }

    /** Little-endian with the top bit ignored (RFC 7748 §5). */
    private static BigInteger decode(byte[] coordinate) {
        byte[] bigEndian = new byte[SIZE_BYTES];
        for (int i = 0; i < SIZE_BYTES; i++) {
            bigEndian[i] = coordinate[SIZE_BYTES - 1 - i];
        }
        bigEndian[0] &= 0x7f;
        return new BigInteger(1, bigEndian);
    }
}

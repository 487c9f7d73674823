package org.dalrn.podp.note;

import java.math.BigInteger;

/**
 * What RFC 8032 section 5.1.3 and good sense ask of an encoded point before it may be somebody's key.
 *
 * <p>The JDK decodes points in its own way: its key factory takes any 32 bytes, and a signature object that is given
 * such a key may throw, or may verify with a point of order 8, under which some signatures fit every message. These
 * checks come first, so that no such key is ever handed to it.
 *
 * <p>Only public values pass through here: nothing runs in constant time.
 */
final class CurvePoint {

    /** 2^255 - 19. */
    private static final BigInteger P = BigInteger.ONE.shiftLeft(255).subtract(BigInteger.valueOf(19));

    /** -121665/121666. */
    private static final BigInteger D = BigInteger.valueOf(-121_665)
            .multiply(BigInteger.valueOf(121_666).modInverse(P))
            .mod(P);

    private static final BigInteger TWO = BigInteger.TWO;
    private static final BigInteger HALF_OF_UNITS = P.subtract(BigInteger.ONE).shiftRight(1);

    /** The order of the base point: 2^252 + 27742317777372353535851937790883648493. */
    private static final BigInteger ORDER =
            BigInteger.ONE.shiftLeft(252).add(new BigInteger("27742317777372353535851937790883648493"));

    private CurvePoint() {}

    /**
     * What is wrong with these bytes as a public key.
     *
     * @param encoded 32 bytes
     * @return empty if nothing is
     */
    static String faultOfPublicKey(byte[] encoded) {
        BigInteger y = littleEndian(encoded, 0, 32);
        boolean xIsOdd = y.testBit(255);
        y = y.clearBit(255);
        if (y.compareTo(P) >= 0) {
            return "its y coordinate is not below 2^255 - 19";
        }
        BigInteger xSquared = xSquared(y);
        if (xSquared.signum() != 0 && !xSquared.modPow(HALF_OF_UNITS, P).equals(BigInteger.ONE)) {
            return "it is no point of the curve";
        }
        if (xSquared.signum() == 0 && xIsOdd) {
            return "it is a second spelling of a point";
        }
        return hasSmallOrder(y) ? "it is a point of small order, under which signatures fit any message" : "";
    }

    /** True if the second half of a signature is below the order of the base point, so that it has one spelling. */
    static boolean isReducedScalar(byte[] signature) {
        return littleEndian(signature, 32, 32).compareTo(ORDER) < 0;
    }

    /** From -x^2 + y^2 = 1 + d x^2 y^2; the divisor is never 0 because -1/d has no root. */
    private static BigInteger xSquared(BigInteger y) {
        BigInteger ySquared = y.multiply(y).mod(P);
        BigInteger divisor = D.multiply(ySquared).add(BigInteger.ONE).mod(P);
        return ySquared.subtract(BigInteger.ONE).multiply(divisor.modInverse(P)).mod(P);
    }

    /** True if eight times the point is the neutral element, whose y is 1. */
    private static boolean hasSmallOrder(BigInteger y) {
        BigInteger multiple = y;
        for (int doubling = 0; doubling < 3; doubling++) {
            // y(2A) = (y^2 + x^2) / (2 + x^2 - y^2): the addition law for a curve with a = -1, which knows no
            // exceptions.
            BigInteger xSquared = xSquared(multiple);
            BigInteger ySquared = multiple.multiply(multiple).mod(P);
            BigInteger divisor = TWO.add(xSquared).subtract(ySquared).mod(P);
            multiple = ySquared.add(xSquared).multiply(divisor.modInverse(P)).mod(P);
        }
        return multiple.equals(BigInteger.ONE);
    }

    private static BigInteger littleEndian(byte[] bytes, int from, int length) {
        byte[] bigEndian = new byte[length];
        for (int i = 0; i < length; i++) {
            bigEndian[i] = bytes[from + length - 1 - i];
        }
        return new BigInteger(1, bigEndian);
    }
}

package org.dalrn.fhe.aggregation;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The scheme once more, from its description alone, slowly: BigInteger, schoolbook products, evaluation and interpolation by
 * definition. Shares no code with what it checks.
 */
final class SumReference {
    private final int n;
    private final BigInteger[] primes;
    private final BigInteger q;

    SumReference(int n, long[] primes) {
        this.n = n;
        this.primes = Arrays.stream(primes).mapToObj(BigInteger::valueOf).toArray(BigInteger[]::new);
        q = Arrays.stream(this.primes).reduce(BigInteger.ONE, BigInteger::multiply);
    }

    BigInteger modulus() {
        return q;
    }

    /** The words of a mask from {@code first} on, by the description of AesCtrStream. */
    static long[] words(byte[] seed, String purpose, int first, int count) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update("dalrn.fhe.stream.v1".getBytes(StandardCharsets.US_ASCII));
            sha.update((byte) 0);
            sha.update(purpose.getBytes(StandardCharsets.US_ASCII));
            sha.update((byte) 0);
            byte[] material = sha.digest(seed);
            Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    new SecretKeySpec(material, 0, 16, "AES"),
                    new IvParameterSpec(material, 16, 16));
            byte[] stream = cipher.doFinal(new byte[8 * (first + count)]);
            long[] words = new long[count];
            ByteBuffer.wrap(stream, 8 * first, 8 * count)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asLongBuffer()
                    .get(words);
            return words;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The values of one limb of a mask, in the order of the stream. */
    BigInteger[] maskValues(byte[] seed, int block, int limb) {
        int stride = n + n / 8 + 64;
        long[] words = words(seed, "dalrn.fhe.sum.mask", (block * primes.length + limb) * stride, stride);
        BigInteger prime = primes[limb];
        long mask = (1L << prime.bitLength()) - 1;
        BigInteger[] values = new BigInteger[n];
        int next = n;
        for (int t = 0; t < n; t++) {
            values[t] = BigInteger.valueOf(words[t] & mask);
            while (values[t].compareTo(prime) >= 0) {
                values[t] = BigInteger.valueOf(words[next++] & mask);
            }
        }
        return values;
    }

    /** The polynomial with those values in the order of the stream, by interpolation. */
    BigInteger[] interpolate(BigInteger[] values, int limb) {
        BigInteger prime = primes[limb];
        BigInteger psi = root(prime);
        int log = Integer.numberOfTrailingZeros(n);
        int rows = 1 << Math.min(6, log / 2);
        BigInteger inverseDegree = BigInteger.valueOf(n).modInverse(prime);
        BigInteger[] coefficients = new BigInteger[n];
        for (int i = 0; i < n; i++) {
            BigInteger sum = BigInteger.ZERO;
            for (int t = 0; t < n; t++) {
                int k = t % rows * (n / rows) + t / rows;
                long exponent = 2L * (Integer.reverse(k) >>> (32 - log)) + 1;
                BigInteger point = psi.modPow(BigInteger.valueOf(-exponent * i), prime);
                sum = sum.add(values[t].multiply(point));
            }
            coefficients[i] = sum.multiply(inverseDegree).mod(prime);
        }
        return coefficients;
    }

    private BigInteger root(BigInteger prime) {
        BigInteger order = BigInteger.valueOf(2L * n);
        BigInteger exponent = prime.subtract(BigInteger.ONE).divide(order);
        for (long g = 2; ; g++) {
            BigInteger candidate = BigInteger.valueOf(g).modPow(exponent, prime);
            if (candidate.modPow(BigInteger.valueOf(n), prime).equals(prime.subtract(BigInteger.ONE))) {
                BigInteger smallest = candidate;
                for (int i = 1; i < 2 * n; i += 2) {
                    smallest = smallest.min(candidate.modPow(BigInteger.valueOf(i), prime));
                }
                return smallest;
            }
        }
    }

    /** The negacyclic product modulo one prime, schoolbook. */
    BigInteger[] multiply(BigInteger[] a, BigInteger[] b, int limb) {
        BigInteger[] product = new BigInteger[n];
        Arrays.fill(product, BigInteger.ZERO);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                BigInteger x = a[i].multiply(b[j]);
                int k = (i + j) % n;
                product[k] = i + j < n ? product[k].add(x) : product[k].subtract(x);
            }
        }
        for (int k = 0; k < n; k++) {
            product[k] = product[k].mod(primes[limb]);
        }
        return product;
    }

    static BigInteger[] of(int[] small) {
        return Arrays.stream(small).mapToObj(BigInteger::valueOf).toArray(BigInteger[]::new);
    }

    /** The integer in [0, q) with those residues. */
    BigInteger compose(BigInteger[] residues) {
        BigInteger sum = BigInteger.ZERO;
        for (int j = 0; j < primes.length; j++) {
            BigInteger others = q.divide(primes[j]);
            sum = sum.add(residues[j].multiply(others).multiply(others.modInverse(primes[j])));
        }
        return sum.mod(q);
    }

    /** The section of bits as integers. */
    static BigInteger[] unpack(byte[] bytes, int from, int count, int bits) {
        int length = (count * bits + 7) / 8;
        byte[] reversed = new byte[length + 1];
        for (int i = 0; i < length; i++) {
            reversed[length - i] = bytes[from + i];
        }
        BigInteger all = new BigInteger(reversed);
        BigInteger mask = BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE);
        BigInteger[] integers = new BigInteger[count];
        for (int i = 0; i < count; i++) {
            integers[i] = all.shiftRight(i * bits).and(mask);
        }
        return integers;
    }

    /** u of a parameter before rounding, exactly. */
    static BigDecimal exactLevel(double x, double clip, long weight, long maxWeight, long levels) {
        BigDecimal b = new BigDecimal(clip);
        BigDecimal clipped = new BigDecimal(x).max(b.negate()).min(b);
        return clipped.add(b)
                .multiply(BigDecimal.valueOf(weight))
                .multiply(BigDecimal.valueOf(levels - 1))
                .divide(
                        b.multiply(BigDecimal.valueOf(2)).multiply(BigDecimal.valueOf(maxWeight)),
                        60,
                        RoundingMode.HALF_EVEN);
    }

    /** u of a parameter; where doubles cannot tell on which side of a tie it lies, the encoder's choice of the two. */
    static long level(SumPlan plan, double x, long weight) {
        BigDecimal exact = exactLevel(x, plan.clip(), weight, plan.maxWeight(), plan.levels());
        long nearest = exact.setScale(0, RoundingMode.HALF_EVEN).longValueExact();
        double fromTie = exact.subtract(BigDecimal.valueOf(nearest)).abs().doubleValue() - 0.5;
        if (Math.abs(fromTie) > plan.levels() * 0x1p-50) {
            return nearest;
        }
        long chosen = SumEncoder.of(plan).encode(x, weight);
        if (Math.abs(exact.subtract(BigDecimal.valueOf(chosen)).doubleValue()) > 0.5 + plan.levels() * 0x1p-50) {
            throw new AssertionError("level " + chosen + " of " + exact);
        }
        return chosen;
    }
}

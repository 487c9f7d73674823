package org.dalrn.fhe.multiparty;

import java.util.Arrays;
import org.dalrn.fhe.committee.HpkePrivateKey;
import org.dalrn.fhe.ring.NttPolynomial;

/**
 * A party's point of the polynomial that hides the collective secret key: any t of n decrypt, t - 1 know nothing.
 */
public final class ThresholdKeyShare extends KeyShare {
    private final byte[] group;

    private ThresholdKeyShare(KeyGroup group, int party, NttPolynomial polynomial) {
        super(group.ceremony(), group.keyId(), party, polynomial);
        this.group = group.rawDigest();
    }

    /**
     * Adds up what all dealers dealt to one member.
     *
     * @param group what it was dealt for
     * @param member to whom
     * @param key the member's sealing key
     * @param shares one of each dealer, in any order; read once
     * @throws MultipartyException if one is missing, is there twice, is for another member or group, or does not open
     */
    public static ThresholdKeyShare gather(
            KeyGroup group, int member, HpkePrivateKey key, Iterable<SealedKeyShare> shares) {
        if (!group.member(member).sealingKey().equals(key.publicKey())) {
            throw new IllegalArgumentException("the private key is not that of member " + member);
        }
        KeyCeremony.Contributors dealers = group.ceremony().new Contributors("threshold key of member " + member);
        NttPolynomial sum = NttPolynomial.zero(group.ceremony().context().keyBasis());
        for (SealedKeyShare share : shares) {
            if (!share.group().equals(group) || share.member() != member) {
                throw new MultipartyException(share + " given to member " + member + " of " + group);
            }
            dealers.add(group.ceremony(), share.dealer());
            NttPolynomial point = share.open(key);
            NttPolynomial next = sum.add(point);
            sum.destroy();
            point.destroy();
            sum = next;
        }
        dealers.requireAll();
        return new ThresholdKeyShare(group, member, sum);
    }

    boolean isOf(KeyGroup other) {
        return Arrays.equals(group, other.rawDigest());
    }

    /**
     * Reads what {@link #wrappedFor} gave.
     *
     * @param group what it was dealt for
     * @param key what it was wrapped for
     * @param bytes of a share of that group
     * @throws MultipartyException if the bytes are anything else or do not open
     */
    public static ThresholdKeyShare unwrap(KeyGroup group, HpkePrivateKey key, byte[] bytes) {
        Unwrapped unwrapped = Unwrapped.of(group.ceremony(), group.rawDigest(), key, bytes);
        return new ThresholdKeyShare(group, unwrapped.party(), unwrapped.polynomial());
    }

    @Override
    byte[] owner() {
        return group;
    }
}

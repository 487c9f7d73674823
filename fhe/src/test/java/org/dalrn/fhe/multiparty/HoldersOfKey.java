package org.dalrn.fhe.multiparty;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;
import org.dalrn.fhe.ckks.Ciphertext;
import org.dalrn.fhe.committee.AnswerJournal;
import org.dalrn.fhe.committee.HpkePrivateKey;
import org.dalrn.fhe.committee.SigningKey;
import org.dalrn.fhe.ring.NttPolynomial;

/** All members of a group in one process, each with a journal of its own. */
final class HoldersOfKey {
    final Parties parties;
    final KeyGroup group;
    final List<SigningKey> signingKeys = new ArrayList<>();
    final List<KeyShare> shares = new ArrayList<>();
    final List<AnswerJournal> journals = new ArrayList<>();

    private HoldersOfKey(Parties parties, int threshold, ActiveSetRule rule, Smudging smudging) {
        this.parties = parties;
        int n = parties.ceremony.parties();
        List<HpkePrivateKey> sealingKeys = new ArrayList<>();
        List<GroupMember> members = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            signingKeys.add(SigningKey.generate(parties.random));
            sealingKeys.add(HpkePrivateKey.generate(parties.random));
            members.add(new GroupMember(
                    signingKeys.get(i).verifyingKey(), sealingKeys.get(i).publicKey()));
            journals.add(new MemoryJournal());
        }
        group = threshold == n
                ? KeyGroup.allOf(parties.ceremony, parties.publicKey, members, smudging)
                : KeyGroup.thresholdOf(threshold, parties.ceremony, parties.publicKey, members, rule, smudging);
        if (threshold == n) {
            shares.addAll(parties.shares);
            return;
        }
        List<List<SealedKeyShare>> dealt = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            // A copy: dealing destroys the summand, which the test needs to know the key.
            SecretKeyShare summand = parties.generations.get(i).secretKeyShare(parties.publicKey);
            dealt.add(KeyDealing.deal(group, summand, signingKeys.get(i), parties.random));
        }
        for (int i = 0; i < n; i++) {
            int member = i;
            shares.add(ThresholdKeyShare.gather(
                    group,
                    i + 1,
                    sealingKeys.get(i),
                    dealt.stream().map(each -> each.get(member)).toList()));
        }
    }

    static HoldersOfKey all(Parties parties, Smudging smudging) {
        return new HoldersOfKey(parties, parties.ceremony.parties(), ActiveSetRule.ONE_SET_PER_KEY, smudging);
    }

    static HoldersOfKey threshold(Parties parties, int threshold, ActiveSetRule rule, Smudging smudging) {
        return new HoldersOfKey(parties, threshold, rule, smudging);
    }

    DecryptionParty party(int number) {
        return party(number, journals.get(number - 1));
    }

    DecryptionParty party(int number, AnswerJournal journal) {
        return DecryptionParty.of(group, shares.get(number - 1), signingKeys.get(number - 1), journal);
    }

    List<Integer> everyone() {
        return IntStream.rangeClosed(1, group.members().size()).boxed().toList();
    }

    AgreedRequest agree(DecryptionRequest request) {
        return AgreedRequest.of(
                request,
                request.activeSet().stream()
                        .map(number -> party(number).endorse(request))
                        .toList());
    }

    DecryptionCombiner open(Collection<Integer> active, List<Ciphertext> ciphertexts, int fractionBits) {
        DecryptionRequest request = DecryptionRequest.forCiphertexts(group, active, ciphertexts, fractionBits);
        AgreedRequest agreed = agree(request);
        DecryptionCombiner combiner = DecryptionCombiner.of(request);
        for (int number : active) {
            for (int i = 0; i < ciphertexts.size(); i++) {
                combiner.add(party(number).answer(agreed, i, ciphertexts.get(i)));
            }
        }
        return combiner;
    }

    DecryptionCombiner openIntegers(Collection<Integer> active, List<NttPolynomial> c1, int guardBits) {
        DecryptionRequest request = DecryptionRequest.forIntegers(group, active, c1, guardBits);
        AgreedRequest agreed = agree(request);
        DecryptionCombiner combiner = DecryptionCombiner.of(request);
        for (int number : active) {
            for (int i = 0; i < c1.size(); i++) {
                combiner.add(party(number).answer(agreed, i, c1.get(i)));
            }
        }
        return combiner;
    }
}

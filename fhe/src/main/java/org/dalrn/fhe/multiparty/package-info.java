/**
 * Keys that no single party holds: several parties generate a key together and decrypt together, all of them or any t of n.
 *
 * <p>{@link org.dalrn.fhe.multiparty.KeyCeremony} is the entry. Everything here is a local step; carrying messages between the
 * parties, signed and in confidence where they are secret, is the caller's.
 *
 * <pre>{@code
 * KeyCeremony ceremony = KeyCeremony.of(parameters.context(), standard, 3, commonSeed, Set.of());
 * PartyKeyGeneration own = ceremony.begin(party, random);
 * send(own.publicKeyShare());
 * PublicKey key = ceremony.publicKey(receivedShares);            // anyone; encrypt with it as with any other
 *
 * KeyGroup group = KeyGroup.allOf(ceremony, key, members, smudging);
 * DecryptionParty holder = DecryptionParty.of(group, own.secretKeyShare(key), identity, journal);
 * DecryptionRequest request = DecryptionRequest.forCiphertexts(group, List.of(1, 2, 3), List.of(sum), 16);
 * send(holder.endorse(request));
 * AgreedRequest agreed = AgreedRequest.of(request, receivedEndorsements);
 * send(holder.answer(agreed, 0, sum));
 *
 * DecryptionCombiner combiner = DecryptionCombiner.of(request);
 * receivedAnswers.forEach(combiner::add);
 * double[] numbers = combiner.decrypt(0, sum, engine).roundedTo(16);
 * }</pre>
 *
 * <p>With a threshold, each party first deals its summand ({@link org.dalrn.fhe.multiparty.KeyDealing}) and gathers what it was
 * dealt ({@link org.dalrn.fhe.multiparty.ThresholdKeyShare#gather}); the rest is the same.
 *
 * <h2>What holds</h2>
 *
 * <ul>
 *   <li>n-of-n: what is encrypted stays closed as long as one party neither answers nor colludes. t-of-n: t - 1 colluding parties
 *       know nothing of the key; t of them have all of it.
 *   <li>A party answers only a request that its whole active set has endorsed, endorses one request for a ciphertext in its life,
 *       and records that before it says anything. So no ciphertext is ever answered with two active sets, which would give the
 *       share away (the tests do it with five answers, in a way of their own; see ePrint 2025/409 and 2026/031). A failed
 *       decryption is not retried: its ciphertexts are encrypted anew, best under a new key.
 *   <li>Of one round of sums a party opens one sum, whichever updates are in it: two would show the difference.
 *   <li>The same request is always answered with the same bytes, so a lost message may be asked for again.
 *   <li>A party answers as many requests as the key's {@link org.dalrn.fhe.multiparty.Smudging} counts on, then the key is spent.
 *   <li>The same ciphertext with another first polynomial, at another level of the chain, or multiplied by a constant counts as
 *       the same.
 * </ul>
 *
 * <h2>What does not</h2>
 *
 * <ul>
 *   <li>Security is passive: shares, messages and answers carry no proofs. One party that lies spoils keys or results unnoticed;
 *       the last one to speak in a ceremony can bias the key.
 *   <li>Chosen ciphertexts. The parties' answers hide their shares only for ciphertexts that were made by honest encryption and
 *       computation, with noise as the smudging assumes. A polynomial made up by an attacker (a large constant, say, or a product of
 *       an answered one with a polynomial of large coefficients) opens the shares of all who answer, in the n-of-n case too; and with
 *       {@link org.dalrn.fhe.multiparty.ActiveSetRule#ONE_SET_PER_CIPHERTEXT} a product with any known small polynomial, answered
 *       with another set, does what a retry does. Digests cannot see such relations. So a party builds the request itself from
 *       inputs that it has checked (for a sum: the signed ciphertexts of distinct senders) and endorses nothing else.
 *   <li>Which ciphertexts may be opened at all: a request for a single sender's ciphertext opens that sender's numbers.
 *   <li>Rotated, rescaled or otherwise computed versions of one ciphertext count as different ones, each with noise of its own;
 *       smudging covers them up to tau in all, but with threshold shares take {@link
 *       org.dalrn.fhe.multiparty.ActiveSetRule#ONE_SET_PER_KEY} if such versions are ever opened with different parties absent.
 *   <li>In approximate decryption, independent smudging is not simulation-secure (ePrint 2025/395). Where sums of integers are all
 *       that is wanted, one-time keys and a committee ({@link org.dalrn.fhe.committee}) need none of this and are the better choice.
 * </ul>
 *
 * <p>Sources: Mouchet, Troncoso-Pastoriza, Bossuat and Hubaux, ePrint 2020/304 (keys and decryption); Mouchet, Bertrand and Hubaux,
 * ePrint 2022/780 (thresholds); Asharov et al., EUROCRYPT 2012; Li et al., CRYPTO 2022 (noise).
 */
package org.dalrn.fhe.multiparty;

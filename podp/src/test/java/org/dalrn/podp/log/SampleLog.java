package org.dalrn.podp.log;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.merkle.Frontier;
import org.dalrn.podp.merkle.MerkleTree;
import org.dalrn.podp.note.Ed25519KeyPair;
import org.dalrn.podp.note.NoteSigner;
import org.dalrn.podp.note.NoteVerifier;

/** Entries of different lengths, and a key, for the tests of logs. */
final class SampleLog {
    static final String ORIGIN = "example.org/tests/log";

    private static final Ed25519KeyPair KEYS = Ed25519KeyPair.generate(new SecureRandom());

    private SampleLog() {}

    static NoteSigner signer() {
        return KEYS.signer(ORIGIN);
    }

    static NoteVerifier verifier() {
        return new NoteVerifier(ORIGIN, KEYS.publicKey());
    }

    /** The entry at a place: a few bytes, some long, some empty. */
    static byte[] entry(long index) {
        SplittableRandom random = new SplittableRandom(index);
        int length = index % 50 == 7 ? 0 : random.nextInt(40);
        byte[] text = ("entry " + index + " ").getBytes(StandardCharsets.UTF_8);
        byte[] entry = new byte[length == 0 ? 0 : text.length + length];
        random.nextBytes(entry);
        System.arraycopy(text, 0, entry, 0, Math.min(text.length, entry.length));
        return entry;
    }

    static List<byte[]> entries(long from, long to) {
        List<byte[]> entries = new ArrayList<>();
        for (long i = from; i < to; i++) {
            entries.add(entry(i));
        }
        return entries;
    }

    /** The root of the first entries, computed in memory. */
    static Sha256Hash root(long size) {
        Frontier frontier = Frontier.EMPTY;
        for (long i = 0; i < size; i++) {
            frontier = frontier.append(MerkleTree.leafHash(entry(i)));
        }
        return frontier.root();
    }
}

package org.dalrn.podp.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.anchor.AnchorProof;
import org.dalrn.podp.merkle.Frontier;
import org.dalrn.podp.merkle.MerkleTree;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.podp.note.Ed25519KeyPair;
import org.dalrn.podp.note.Ed25519PublicKey;
import org.dalrn.podp.note.SignedNote;
import org.dalrn.podp.receipt.Entry;
import org.dalrn.podp.receipt.Facts;
import org.dalrn.podp.receipt.Receipt;
import org.dalrn.podp.testing.ReceiptVectors;

/** The log that vectors/receipts/make.py made, and archives that are put together without a {@link BundleWriter}. */
final class SampleLog {
    static final String ORIGIN = ReceiptVectors.ALL.get("origin").asText();
    static final Ed25519PublicKey OWNER =
            Ed25519PublicKey.parse(ReceiptVectors.ALL.get("ownerKey").asText());
    static final Ed25519PublicKey CLIENT =
            Ed25519PublicKey.parse(ReceiptVectors.ALL.get("clientKey").asText());

    private SampleLog() {}

    /** A key pair of RFC 8032 section 7.1. */
    static Ed25519KeyPair keys(String seed, Ed25519PublicKey publicKey) {
        try {
            return Ed25519KeyPair.of(
                    KeyFactory.getInstance("Ed25519")
                            .generatePrivate(new EdECPrivateKeySpec(
                                    NamedParameterSpec.ED25519, ReceiptVectors.bytes(ReceiptVectors.ALL.get(seed)))),
                    publicKey);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static Ed25519KeyPair owner() {
        return keys("ownerSeed", OWNER);
    }

    static Ed25519KeyPair client() {
        return keys("clientSeed", CLIENT);
    }

    /** The files of a log of any lines, as a key would sign it. */
    static Map<String, byte[]> signed(List<byte[]> lines, String origin, Ed25519KeyPair key) {
        Frontier frontier = Frontier.EMPTY;
        ByteArrayOutputStream leaves = new ByteArrayOutputStream();
        ByteArrayOutputStream receipts = new ByteArrayOutputStream();
        for (byte[] line : lines) {
            Sha256Hash leaf = MerkleTree.leafHash(Entry.leafData(line));
            frontier = frontier.append(leaf);
            leaves.writeBytes(leaf.toByteArray());
            receipts.writeBytes(line);
            receipts.write('\n');
        }
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put(
                "checkpoint",
                new Checkpoint(origin, lines.size(), frontier.root())
                        .sign(key.signer(origin))
                        .toByteArray());
        files.put("leaves", leaves.toByteArray());
        files.put("receipts.jsonl", receipts.toByteArray());
        return files;
    }

    /** Receipts of the owner in a chain. */
    static List<Receipt> chain(Facts... steps) {
        List<Receipt> receipts = new ArrayList<>();
        for (Facts facts : steps) {
            receipts.add(new Receipt(
                    ORIGIN,
                    receipts.size(),
                    receipts.isEmpty()
                            ? Optional.empty()
                            : Optional.of(receipts.get(receipts.size() - 1).replayDigest()),
                    OWNER.keyId(),
                    facts,
                    new TreeMap<>()));
        }
        return receipts;
    }

    static Map<String, byte[]> signed(List<Receipt> receipts) {
        return signed(
                receipts.stream().map(receipt -> Entry.ofOwner(receipt).line()).toList(), ORIGIN, owner());
    }

    static Verifier verifier() {
        return Verifier.trusting(OWNER).knowing(List.of(CLIENT));
    }

    static List<Entry> entries() {
        return ReceiptVectors.log().stream()
                .map(entry -> Entry.parse(ReceiptVectors.bytes(entry.get("line"))))
                .toList();
    }

    static SignedNote checkpoint(int size) {
        return SignedNote.parse(
                ReceiptVectors.ALL.get("checkpoints").get(size).asText().getBytes(StandardCharsets.UTF_8));
    }

    static AnchorProof anchor() {
        return AnchorProof.parse(ReceiptVectors.ALL.get("anchor").asText().getBytes(StandardCharsets.UTF_8));
    }

    static int anchoredSize() {
        return ReceiptVectors.ALL.get("anchoredSize").asInt();
    }

    static List<byte[]> blobs() {
        List<byte[]> blobs = new ArrayList<>();
        for (JsonNode blob : ReceiptVectors.ALL.get("blobs")) {
            blobs.add(ReceiptVectors.bytes(blob));
        }
        return blobs;
    }

    static BundleWriter writer() {
        BundleWriter writer = BundleWriter.of(checkpoint(5))
                .earlier(checkpoint(4))
                .earlier(checkpoint(0))
                .earlier(checkpoint(2))
                .anchor(anchoredSize(), anchor());
        blobs().forEach(blob -> writer.blob(Sha256Hash.of(blob), () -> new ByteArrayInputStream(blob)));
        return writer;
    }

    /** The files of the bundle by name, without README and manifest. */
    static Map<String, byte[]> files() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("checkpoint", checkpoint(5).toByteArray());
        for (int size : new int[] {0, 2, 4}) {
            files.put(BundleName.ofCheckpoint(size), checkpoint(size).toByteArray());
        }
        files.put("leaves", leaves(entries()));
        files.put("receipts.jsonl", lines(entries()));
        files.put(BundleName.ofAnchor(anchoredSize(), Sha256Hash.of(anchor().text())), anchor().text());
        blobs().stream()
                .sorted((a, b) -> Sha256Hash.of(a).compareTo(Sha256Hash.of(b)))
                .forEach(blob -> files.put(BundleName.ofBlob(Sha256Hash.of(blob)), blob));
        return files;
    }

    static byte[] leaves(List<Entry> entries) {
        return HexFormat.of()
                .parseHex(entries.stream()
                        .map(entry -> MerkleTree.leafHash(entry.leafData()).toString())
                        .reduce("", String::concat));
    }

    static byte[] lines(List<Entry> entries) {
        StringBuilder lines = new StringBuilder();
        entries.forEach(entry -> lines.append(entry).append('\n'));
        return lines.toString().getBytes(StandardCharsets.UTF_8);
    }

    static Sha256Hash root(List<Entry> entries) {
        Frontier frontier = Frontier.EMPTY;
        for (Entry entry : entries) {
            frontier = frontier.append(MerkleTree.leafHash(entry.leafData()));
        }
        return frontier.root();
    }

    /** A complete archive of these files: README and a manifest that agrees with them come before. */
    static byte[] bundle(Map<String, byte[]> files) {
        StringBuilder manifest = new StringBuilder();
        files.forEach((name, content) -> manifest.append(Sha256Hash.of(content))
                .append("  ")
                .append(name)
                .append('\n'));
        Map<String, byte[]> all = new LinkedHashMap<>();
        all.put("README.txt", BundleText.readme());
        all.put("manifest", manifest.toString().getBytes(StandardCharsets.UTF_8));
        all.putAll(files);
        return archive(all);
    }

    static byte[] archive(Map<String, byte[]> files) {
        var out = new ByteArrayOutputStream();
        files.forEach((name, content) -> {
            out.writeBytes(Ustar.header(name, content.length));
            out.writeBytes(content);
            out.writeBytes(new byte[Ustar.padding(content.length)]);
        });
        out.writeBytes(new byte[1024]);
        return out.toByteArray();
    }

    static Verification verify(Verifier verifier, Path folder, byte[] bundle) {
        try {
            return verifier.verify(Files.write(folder.resolve("bundle.tar"), bundle));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Finding> findings(Verifier verifier, Path folder, byte[] bundle) {
        return verify(verifier, folder, bundle).match(verified -> List.of(), Verification.Refuted::findings);
    }
}

package org.dalrn.podp.verify;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.verify.Finding.Kind;
import org.dalrn.podp.verify.Finding.Where;
import org.jspecify.annotations.Nullable;

/**
 * The files of an archive by their headers, and everything that is wrong with its structure.
 *
 * <p>It goes on after a fault as long as it can tell where the next header is. What it keeps of a file is its name, place and
 * hash in the manifest, at most {@link Bundle#MAX_FILES} times; nothing is allocated by a size that a header claims.
 * Confined to one thread.
 */
final class BundleScan {
    /**
     * A file.
     *
     * @param name its name, of the grammar
     * @param content its bytes
     * @param manifest its hash as the manifest says; empty if it does not name it
     */
    record Member(String name, Slice content, Optional<Sha256Hash> manifest) {}

    /** The header of a file may be this far from the canonical one to be taken for the same, damaged. */
    private static final int MOST_DAMAGE = 16;

    private static final int BLOCK = Ustar.BLOCK_BYTES;
    private static final Pattern MANIFEST_LINE = Pattern.compile("([0-9a-f]{64})  ([A-Za-z0-9./_-]{1,100})");
    private static final int LONGEST_MANIFEST_LINE = 64 + 2 + 100;

    private final FileChannel channel;
    private final long size;
    private final Findings findings;
    private final List<Member> members = new ArrayList<>();
    private @Nullable Lines manifest;
    private Optional<ManifestLine> manifestLine = Optional.empty();
    private String last = "";

    private record ManifestLine(long number, Sha256Hash hash, String name) {}

    private BundleScan(FileChannel channel, Findings findings) throws IOException {
        this.channel = channel;
        this.size = channel.size();
        this.findings = findings;
    }

    /** The files in their order; those that are out of it, unknown or there twice are left out. */
    static List<Member> of(FileChannel channel, Findings findings) throws IOException {
        BundleScan scan = new BundleScan(channel, findings);
        scan.files();
        scan.restOfManifest();
        for (String name : List.of(
                BundleName.README,
                BundleName.MANIFEST,
                BundleName.CHECKPOINT,
                BundleName.LEAVES,
                BundleName.RECEIPTS)) {
            if (scan.members.stream().noneMatch(member -> member.name().equals(name))) {
                findings.add(Kind.MISSING_FILE, Where.file(name), "a file", "none", "every bundle has this file");
            }
        }
        return scan.members;
    }

    private void files() throws IOException {
        long position = 0;
        int files = 0;
        while (true) {
            byte[] block = block(position);
            if (block.length < BLOCK) {
                archive("", "a header or the end of the archive", "byte " + size, "the archive is cut");
                return;
            }
            if (isZero(block)) {
                end(position);
                return;
            }
            if (++files > Bundle.MAX_FILES) {
                archive(
                        "",
                        "at most " + Bundle.MAX_FILES + " files",
                        "more",
                        "too many files; those after them were not read");
                return;
            }
            long next = file(position, block);
            if (next < 0) {
                return;
            }
            position = next;
        }
    }

    private byte[] block(long position) throws IOException {
        int count = (int) Math.min(BLOCK, size - position);
        return new Slice(channel, position, count).read();
    }

    /** The end of an archive is two blocks of zeros, and nothing follows. */
    private void end(long position) throws IOException {
        if (size - position != 2L * BLOCK) {
            archive(
                    "",
                    "two blocks of zeros at the end",
                    (size - position) + " bytes",
                    "the end of the archive is not the right one");
        } else if (!isZero(block(position + BLOCK))) {
            archive("", "zeros", "other bytes", "the last block of the archive is not zero");
        }
    }

    private static boolean isZero(byte[] bytes) {
        for (byte b : bytes) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    /** Takes in the file whose header is at a position; gives the position after it, or -1 if that is unknown. */
    private long file(long position, byte[] block) throws IOException {
        String claimed = Ustar.name(block);
        long length = Ustar.size(block);
        if (length < 0 || damage(block, claimed, length) != 0 || BundleName.rank(claimed) < 0) {
            Optional<String> meant = meant(block, length);
            if (length >= 0 && damage(block, claimed, length) == 0) {
                // A header in form, of a name that bundles do not have.
                findings.add(
                        Kind.UNKNOWN_FILE,
                        Where.file(BundleName.safe(claimed)),
                        "no such file",
                        "a file of " + length + " bytes",
                        "bundles have no file of this name"
                                + meant.map(name -> "; " + name + " is due").orElse(""));
                if (meant.isPresent()) {
                    archive(
                            meant.get(),
                            meant.get(),
                            BundleName.safe(claimed),
                            "a file of another name is in its place");
                }
            } else {
                String name = meant.orElse(BundleName.rank(claimed) >= 0 ? claimed : "");
                archive(
                        name,
                        "the one header of its name and size",
                        "another",
                        "the header at byte " + position + " is changed");
                if (length < 0 || (meant.isEmpty() && BundleName.rank(claimed) < 0)) {
                    archive(name, "a header", "none", "nothing from byte " + position + " on can be read");
                    return -1;
                }
            }
            claimed = meant.orElse(claimed);
        }
        long from = position + BLOCK;
        long room = size - from;
        if (length > room || Ustar.padding(length) > room - length) {
            archive(
                    BundleName.safe(claimed),
                    length + " bytes",
                    room + " bytes to the end of the archive",
                    "the archive is cut");
            return -1;
        }
        byte[] padding = new Slice(channel, from + length, Ustar.padding(length)).read();
        if (!isZero(padding)) {
            archive(BundleName.safe(claimed), "zeros", "other bytes", "the bytes after the file are not zero");
        }
        if (BundleName.rank(claimed) >= 0) {
            take(claimed, new Slice(channel, from, length));
        }
        return from + length + padding.length;
    }

    /** The file that a damaged header was of: the next one in the manifest, or the next one of every bundle. */
    private Optional<String> meant(byte[] block, long length) {
        String next = manifestLine
                .map(ManifestLine::name)
                .orElse(last.isEmpty() ? BundleName.README : last.equals(BundleName.README) ? BundleName.MANIFEST : "");
        String claimed = Ustar.name(block);
        for (String name : List.of(next, claimed)) {
            if (BundleName.rank(name) >= 0 && damage(block, name, Math.max(0, length)) <= MOST_DAMAGE) {
                return Optional.of(name);
            }
        }
        return Optional.empty();
    }

    private static int damage(byte[] block, String name, long length) {
        if (name.length() > 100 || name.chars().anyMatch(c -> c >= 0x80)) {
            return BLOCK;
        }
        byte[] right = Ustar.header(name, length);
        int damage = 0;
        for (int i = 0; i < BLOCK; i++) {
            damage += block[i] == right[i] ? 0 : 1;
        }
        return damage;
    }

    private void take(String name, Slice content) throws IOException {
        if (!last.isEmpty() && BundleName.ORDER.compare(last, name) >= 0) {
            archive(name, "a file after " + last, name, "a file is there twice or not in its place");
            return;
        }
        last = name;
        switch (name) {
            case BundleName.README -> checkReadme(content);
            case BundleName.MANIFEST -> {
                manifest = new Lines(content, LONGEST_MANIFEST_LINE);
                nextManifestLine();
            }
            default -> {
                members.add(new Member(name, content, inManifest(name)));
                return;
            }
        }
        members.add(new Member(name, content, Optional.empty()));
    }

    private void checkReadme(Slice content) throws IOException {
        byte[] readme = BundleText.readme();
        if (content.size() != readme.length || !Arrays.equals(content.read(), readme)) {
            findings.add(
                    Kind.README,
                    Where.file(BundleName.README),
                    "the text of format 1",
                    "another",
                    "the text for people is changed");
        }
    }

    /** Goes through the manifest in step with the files: both are in the same order. */
    private Optional<Sha256Hash> inManifest(String name) throws IOException {
        if (manifest == null) {
            return Optional.empty();
        }
        while (manifestLine.isPresent()) {
            ManifestLine line = manifestLine.get();
            int order = BundleName.ORDER.compare(line.name(), name);
            if (order > 0) {
                break;
            }
            nextManifestLine();
            if (order == 0) {
                return Optional.of(line.hash());
            }
            missing(line);
        }
        findings.add(
                Kind.UNKNOWN_FILE,
                Where.file(name),
                "a line in the manifest",
                "none",
                "the manifest does not name this file");
        return Optional.empty();
    }

    private void restOfManifest() throws IOException {
        while (manifestLine.isPresent()) {
            missing(manifestLine.get());
            nextManifestLine();
        }
    }

    private void missing(ManifestLine line) {
        findings.add(
                Kind.MISSING_FILE,
                Where.file(line.name()),
                "a file",
                "none",
                "the manifest names a file that is not there");
        findings.add(
                Kind.MANIFEST,
                Where.line(BundleName.MANIFEST, line.number()),
                "the name of a file that is there",
                line.name(),
                "the manifest names a file that is not there");
    }

    private void nextManifestLine() throws IOException {
        String before = manifestLine.map(ManifestLine::name).orElse(BundleName.MANIFEST);
        manifestLine = Optional.empty();
        while (manifest != null && manifestLine.isEmpty()) {
            Lines.Line line = manifest.next();
            if (line == null) {
                return;
            }
            String text = new String(line.bytes(), StandardCharsets.ISO_8859_1);
            var matcher = MANIFEST_LINE.matcher(text);
            boolean inForm =
                    line.ended() && !line.isCut() && matcher.matches() && BundleName.rank(matcher.group(2)) >= 0;
            if (inForm && BundleName.ORDER.compare(before, matcher.group(2)) < 0) {
                manifestLine = Optional.of(
                        new ManifestLine(line.number(), Sha256Hash.parse(matcher.group(1)), matcher.group(2)));
            } else {
                findings.add(
                        Kind.MANIFEST,
                        Where.line(BundleName.MANIFEST, line.number()),
                        "hash, two spaces, name of a file, each line after the one before it",
                        "'" + MalformedException.excerpt(text) + "'",
                        "a line of the manifest is malformed or not in its place");
            }
        }
    }

    private void archive(String file, String expected, String found, String message) {
        findings.add(Kind.ARCHIVE, Where.file(file), expected, found, message);
    }
}

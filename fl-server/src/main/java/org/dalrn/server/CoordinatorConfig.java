package org.dalrn.server;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.note.Ed25519PublicKey;
import org.dalrn.podp.note.NoteVerifier;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.settings.DurationText;
import org.dalrn.server.settings.HostPort;
import org.dalrn.server.settings.NumberText;
import org.dalrn.server.settings.Settings;
import org.dalrn.server.settings.SettingsException;
import org.dalrn.server.settings.SizeText;
import org.dalrn.server.witness.WitnessClient;

/**
 * What a coordinator is started with; immutable. Every key of the file {@code dalrn.yaml} and its default stand in
 * {@code docs/configuration.md}.
 *
 * @param dataDirectory where the coordinator keeps everything
 * @param drainTimeout how long a stop waits for what is under way, 0 to 1 hour
 */
public record CoordinatorConfig(
        Path dataDirectory,
        Duration drainTimeout,
        NodeSide node,
        OperatorSide operator,
        Uploads uploads,
        Downloads downloads,
        Sessions session,
        Receipts receipts) {

    /** The file that is read from the working directory if no other is named. */
    public static final String FILE_NAME = "dalrn.yaml";

    private static final Duration LONGEST_DRAIN = Duration.ofHours(1);
    private static final Duration LEAST_VALIDITY = Duration.ofHours(1);
    private static final Duration LONGEST_VALIDITY = Duration.ofDays(3650);
    private static final Duration LONGEST_GRACE = Duration.ofDays(1);
    private static final Duration LEAST_LAG = Duration.ofMillis(100);
    private static final Duration LONGEST_LAG = Duration.ofHours(1);

    public CoordinatorConfig {
        requireNonNull(dataDirectory, "dataDirectory");
        requireBetween(ConfigKey.DRAIN_TIMEOUT, drainTimeout, Duration.ZERO, LONGEST_DRAIN);
        requireNonNull(node, "node");
        requireNonNull(operator, "operator");
        requireNonNull(uploads, "uploads");
        requireNonNull(downloads, "downloads");
        requireNonNull(session, "session");
        requireNonNull(receipts, "receipts");
    }

    /**
     * A certificate and its key, both PEM; the key is PKCS#8.
     */
    public record PemPair(Path certificate, Path privateKey) {
        public PemPair {
            requireNonNull(certificate, "certificate");
            requireNonNull(privateKey, "privateKey");
        }
    }

    /**
     * The port for nodes.
     *
     * @param publicAddress what join files say; empty: localhost with the bound port
     * @param certificateValidity of the certificates that nodes get, 1 hour to 3650 days
     * @param authority the federation's certificate authority; empty: made in the data directory at the first start
     * @param certificate the coordinator's, signed by the authority; empty: the authority issues one
     */
    public record NodeSide(
            HostPort listen,
            Optional<HostPort> publicAddress,
            Duration certificateValidity,
            Optional<PemPair> authority,
            Optional<PemPair> certificate) {
        public NodeSide {
            requireNonNull(listen, "listen");
            requireNonNull(publicAddress, "publicAddress");
            requireNonNull(authority, "authority");
            requireNonNull(certificate, "certificate");
            requireBetween(ConfigKey.NODE_CERTIFICATE_VALIDITY, certificateValidity, LEAST_VALIDITY, LONGEST_VALIDITY);
            if (certificate.isPresent() && authority.isEmpty()) {
                throw new IllegalArgumentException("node.tls.certificate is set without node.tls.authority-certificate;"
                        + " nodes trust the federation's authority only, so name the one that signed it");
            }
        }
    }

    /**
     * The port for operators.
     *
     * @param tokenFile made at the first start, readable by its owner only
     * @param largestModelBytes the largest initial model that is taken, 4 bytes to 1 TiB
     * @param tls with it the port speaks HTTPS
     * @param insecureAllowPlaintext true lets the port leave the loopback interface without TLS
     */
    public record OperatorSide(
            HostPort listen,
            Path tokenFile,
            long largestModelBytes,
            Optional<PemPair> tls,
            boolean insecureAllowPlaintext) {
        public OperatorSide {
            requireNonNull(listen, "listen");
            requireNonNull(tokenFile, "tokenFile");
            requireNonNull(tls, "tls");
            if (largestModelBytes < Float.BYTES || largestModelBytes > 1L << 40) {
                throw new IllegalArgumentException(ConfigKey.OPERATOR_LARGEST_MODEL.path() + " "
                        + SizeText.of(largestModelBytes) + " is not in [4B, 1TiB]");
            }
            if (tls.isEmpty() && !insecureAllowPlaintext && !listen.isLoopback()) {
                throw new IllegalArgumentException("operator.listen " + listen + " is open to the network without TLS;"
                        + " set operator.tls.certificate and operator.tls.private-key, or keep to 127.0.0.1");
            }
        }
    }

    /**
     * How updates are received.
     *
     * @param concurrent 1 to 1024
     * @param leastProgressBytesPerSecond below it an upload or download is cut, 0 to 1 TiB; 0 cuts none
     */
    public record Uploads(int concurrent, long leastProgressBytesPerSecond, Duration grace) {
        public Uploads {
            requireBetween(ConfigKey.UPLOADS_GRACE, grace, LEAST_LAG, LONGEST_LAG);
            requireBetween(ConfigKey.UPLOADS_CONCURRENT, concurrent);
            if (leastProgressBytesPerSecond < 0 || leastProgressBytesPerSecond > 1L << 40) {
                throw new IllegalArgumentException(ConfigKey.UPLOADS_LEAST_PROGRESS.path() + " "
                        + leastProgressBytesPerSecond + " is not in [0B, 1TiB]");
            }
        }
    }

    /**
     * How models are served.
     *
     * @param concurrent 1 to 1024
     */
    public record Downloads(int concurrent) {
        public Downloads {
            requireBetween(ConfigKey.DOWNLOADS_CONCURRENT, concurrent);
        }
    }

    /**
     * How sessions are kept.
     *
     * @param resumeGrace how long a node may stay away, 0 to 1 day
     */
    public record Sessions(Duration resumeGrace) {
        public Sessions {
            requireBetween(ConfigKey.SESSION_RESUME_GRACE, resumeGrace, Duration.ZERO, LONGEST_GRACE);
        }
    }

    /**
     * How the coordinator signs what it says about its runs.
     *
     * @param origin the federation's name; empty: made of the key's id
     * @param keyFile made at the first start, readable by its owner only
     * @param witnesses who is asked to cosign it; at most 16, each with a key of its own
     */
    public record Receipts(Optional<String> origin, Path keyFile, List<WitnessAddress> witnesses) {
        private static final int MOST_WITNESSES = 16;
        private static final Pattern ORIGIN = Pattern.compile("[!-~&&[^+]]{1,200}");

        public Receipts {
            requireNonNull(keyFile, "keyFile");
            origin.ifPresent(Receipts::checked);
            witnesses = List.copyOf(witnesses);
            if (witnesses.size() > MOST_WITNESSES) {
                throw new IllegalArgumentException(ConfigKey.RECEIPTS_WITNESSES.path() + " has " + witnesses.size()
                        + " witnesses; at most " + MOST_WITNESSES + " are asked");
            }
            Set<Ed25519PublicKey> keys = new HashSet<>();
            for (WitnessAddress witness : witnesses) {
                if (!keys.add(witness.verifier().key())) {
                    throw new IllegalArgumentException(ConfigKey.RECEIPTS_WITNESSES.path() + " has the key of "
                            + witness.verifier().name() + " twice; each witness has a key of its own");
                }
            }
        }

        static String checked(String origin) {
            if (!ORIGIN.matcher(origin).matches()) {
                throw new IllegalArgumentException("receipts.origin '" + origin
                        + "' is not 1 to 200 printable ASCII characters without space and plus sign;"
                        + " write for instance example.org/heart");
            }
            return origin;
        }
    }

    /**
     * Where a witness is asked, and by what its answers are verified.
     *
     * @param url http or https
     * @param key its verifier key as text, {@code <name>+<id>+<base64>}
     */
    public record WitnessAddress(URI url, String key) {
        public WitnessAddress {
            requireNonNull(url, "url");
            requireNonNull(key, "key");
            try {
                WitnessClient.requireWitness(url, NoteVerifier.parse(key));
            } catch (MalformedException malformed) {
                throw new IllegalArgumentException(malformed.getMessage(), malformed);
            }
        }

        NoteVerifier verifier() {
            return NoteVerifier.parse(key);
        }
    }

    /** The configuration of an empty file in this folder. */
    public static CoordinatorConfig defaults(Path folder) {
        return parse("the defaults", "", folder);
    }

    /**
     * The configuration that a file says; relative paths count from the file's folder.
     *
     * @throws SettingsException with code {@link ErrorCode#CONFIG_INVALID} and all faults, if it cannot be used
     */
    public static CoordinatorConfig read(Path file) {
        String text;
        try {
            text = Files.readString(file);
        } catch (CharacterCodingException notText) {
            throw unreadable(file, "is not UTF-8 text", notText);
        } catch (IOException unreadable) {
            throw unreadable(file, "cannot be read: " + unreadable, unreadable);
        }
        Path folder = file.toAbsolutePath().getParent();
        return parse(file.toString(), text, folder == null ? file.toAbsolutePath() : folder);
    }

    private static SettingsException unreadable(Path file, String why, IOException cause) {
        SettingsException failure = new SettingsException(
                ErrorCode.CONFIG_INVALID, file.toString(), List.of(new SettingsException.Fault("", 0, why)));
        failure.initCause(cause);
        return failure;
    }

    /**
     * The configuration that a text says.
     *
     * @param source the text's name in messages
     * @param folder relative paths count from here
     * @throws SettingsException with code {@link ErrorCode#CONFIG_INVALID} and all faults, if it cannot be used
     */
    public static CoordinatorConfig parse(String source, String text, Path folder) {
        return new Reader(Settings.yaml(source, text, ErrorCode.CONFIG_INVALID), folder).config();
    }

    /** The commented file that sets every key to its default: what {@code dalrn server --print-config} prints. */
    public static String commentedDefaults() {
        StringBuilder out = new StringBuilder("""
                # The coordinator's configuration: every key with its default.
                # Relative paths count from the folder of this file. A key without default is commented out.

                """);
        List<String> open = List.of();
        for (ConfigKey key : ConfigKey.values()) {
            List<String> sections = key.sections();
            for (int depth = 0; depth < sections.size(); depth++) {
                if (depth >= open.size() || !open.get(depth).equals(sections.get(depth))) {
                    boolean allUnset = allUnsetBelow(sections.subList(0, depth + 1));
                    out.append(depth == 0 ? "\n" : "")
                            .append("  ".repeat(depth))
                            .append(allUnset ? "#" : "")
                            .append(sections.get(depth))
                            .append(":\n");
                    open = sections.subList(0, depth + 1);
                }
            }
            open = sections;
            String indent = "  ".repeat(sections.size());
            wrap(key.meaning(), 110)
                    .forEach(
                            line -> out.append(indent).append("# ").append(line).append('\n'));
            out.append(indent)
                    .append(key.defaultText().isPresent() ? "" : "#")
                    .append(key.word())
                    .append(": ")
                    .append(key.defaultText().orElse(""))
                    .append('\n');
        }
        return out.toString().replace(": \n", ":\n");
    }

    private static boolean allUnsetBelow(List<String> sections) {
        String prefix = String.join(".", sections) + ".";
        for (ConfigKey key : ConfigKey.values()) {
            if (key.path().startsWith(prefix) && key.defaultText().isPresent()) {
                return false;
            }
        }
        return true;
    }

    private static List<String> wrap(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (line.length() > 0 && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.length() == 0 ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    private static void requireBetween(ConfigKey key, Duration value, Duration least, Duration longest) {
        requireNonNull(value, key.path());
        if (value.compareTo(least) < 0 || value.compareTo(longest) > 0) {
            throw new IllegalArgumentException(key.path() + " " + DurationText.of(value) + " is not in ["
                    + DurationText.of(least) + ", " + DurationText.of(longest) + "]");
        }
    }

    private static void requireBetween(ConfigKey key, int value) {
        if (value < 1 || value > 1024) {
            throw new IllegalArgumentException(key.path() + " " + value + " is not in [1, 1024]");
        }
    }

    /** One reading of one document. */
    private static final class Reader {
        private final Settings settings;
        private final Path folder;
        private final Map<String, Settings.Section> sections = new HashMap<>();

        Reader(Settings settings, Path folder) {
            this.settings = settings;
            this.folder = folder;
        }

        CoordinatorConfig config() {
            Supplier<Path> dataDirectory = value(ConfigKey.DATA_DIRECTORY, this::path);
            Supplier<Duration> drain =
                    value(ConfigKey.DRAIN_TIMEOUT, DurationText.between(Duration.ZERO, LONGEST_DRAIN));
            Supplier<HostPort> nodeListen = value(ConfigKey.NODE_LISTEN, HostPort::parse);
            Supplier<Optional<HostPort>> publicAddress = optional(ConfigKey.NODE_PUBLIC_ADDRESS, HostPort::parse);
            Supplier<Duration> validity =
                    value(ConfigKey.NODE_CERTIFICATE_VALIDITY, DurationText.between(LEAST_VALIDITY, LONGEST_VALIDITY));
            Supplier<Optional<PemPair>> authority =
                    pair(ConfigKey.NODE_TLS_AUTHORITY_CERTIFICATE, ConfigKey.NODE_TLS_AUTHORITY_KEY);
            Supplier<Optional<PemPair>> certificate =
                    pair(ConfigKey.NODE_TLS_CERTIFICATE, ConfigKey.NODE_TLS_PRIVATE_KEY);
            Supplier<HostPort> operatorListen = value(ConfigKey.OPERATOR_LISTEN, HostPort::parse);
            Supplier<Optional<Path>> tokenFile = optional(ConfigKey.OPERATOR_TOKEN_FILE, this::path);
            Supplier<Long> largestModel = value(ConfigKey.OPERATOR_LARGEST_MODEL, SizeText::parse);
            Supplier<Optional<PemPair>> operatorTls =
                    pair(ConfigKey.OPERATOR_TLS_CERTIFICATE, ConfigKey.OPERATOR_TLS_PRIVATE_KEY);
            Supplier<Boolean> plaintext = value(ConfigKey.OPERATOR_INSECURE_ALLOW_PLAINTEXT, NumberText::flag);
            Supplier<Integer> uploads = value(ConfigKey.UPLOADS_CONCURRENT, NumberText.wholeBetween(1, 1024));
            Supplier<Long> progress = value(ConfigKey.UPLOADS_LEAST_PROGRESS, SizeText::parse);
            Supplier<Duration> lag = value(ConfigKey.UPLOADS_GRACE, DurationText.between(LEAST_LAG, LONGEST_LAG));
            Supplier<Integer> downloads = value(ConfigKey.DOWNLOADS_CONCURRENT, NumberText.wholeBetween(1, 1024));
            Supplier<Duration> grace =
                    value(ConfigKey.SESSION_RESUME_GRACE, DurationText.between(Duration.ZERO, LONGEST_GRACE));
            Supplier<Optional<String>> origin = optional(ConfigKey.RECEIPTS_ORIGIN, Receipts::checked);
            Supplier<Optional<Path>> keyFile = optional(ConfigKey.RECEIPTS_KEY_FILE, this::path);
            Supplier<List<WitnessAddress>> witnesses = witnesses();

            Supplier<NodeSide> node = settings.build(
                    "",
                    () -> new NodeSide(
                            nodeListen.get(), publicAddress.get(), validity.get(), authority.get(), certificate.get()));
            Supplier<OperatorSide> operator = settings.build(
                    "",
                    () -> new OperatorSide(
                            operatorListen.get(),
                            tokenFile.get().orElseGet(() -> dataDirectory.get().resolve("operator.token")),
                            largestModel.get(),
                            operatorTls.get(),
                            plaintext.get()));
            Supplier<Receipts> receipts = settings.build(
                    "",
                    () -> new Receipts(
                            origin.get(),
                            keyFile.get().orElseGet(() -> dataDirectory.get().resolve("receipts/log-key.pem")),
                            witnesses.get()));
            settings.throwIfFaulty();
            return new CoordinatorConfig(
                    dataDirectory.get(),
                    drain.get(),
                    node.get(),
                    operator.get(),
                    new Uploads(uploads.get(), progress.get(), lag.get()),
                    new Downloads(downloads.get()),
                    new Sessions(grace.get()),
                    receipts.get());
        }

        private Supplier<List<WitnessAddress>> witnesses() {
            ConfigKey key = ConfigKey.RECEIPTS_WITNESSES;
            if (!section(key).has(key.word())) {
                return List::of;
            }
            List<Supplier<WitnessAddress>> all = new ArrayList<>();
            for (Settings.Section one : section(key)
                    .requiredSections(key.word(), "- {url: \"https://witness.example.org\", key: \"...\"}")) {
                Supplier<URI> url = one.required("url", "https://witness.example.org", URI::create);
                Supplier<String> verifier =
                        one.required("key", "the text that `dalrn witness` says at its start", Function.identity());
                all.add(settings.build(one.path(), () -> new WitnessAddress(url.get(), verifier.get())));
            }
            return () -> all.stream().map(Supplier::get).toList();
        }

        private <T> Supplier<T> value(ConfigKey key, Function<String, T> parser) {
            return section(key).value(key.word(), key.defaultText().orElseThrow(), parser);
        }

        private <T> Supplier<Optional<T>> optional(ConfigKey key, Function<String, T> parser) {
            return section(key).optional(key.word(), parser);
        }

        /** Two files that are of use together only. */
        private Supplier<Optional<PemPair>> pair(ConfigKey certificate, ConfigKey privateKey) {
            Supplier<Optional<Path>> first = optional(certificate, this::path);
            Supplier<Optional<Path>> second = optional(privateKey, this::path);
            return settings.build("", () -> {
                if (first.get().isPresent() != second.get().isPresent()) {
                    boolean noKey = first.get().isPresent();
                    throw new IllegalArgumentException((noKey ? certificate : privateKey).path() + " is set without "
                            + (noKey ? privateKey : certificate).path() + "; set both or neither");
                }
                return first.get().map(file -> new PemPair(file, second.get().orElseThrow()));
            });
        }

        private Settings.Section section(ConfigKey key) {
            Settings.Section section = settings.root();
            String path = "";
            for (String word : key.sections()) {
                Settings.Section parent = section;
                path = path + "." + word;
                section = sections.computeIfAbsent(path, unread -> parent.section(word));
            }
            return section;
        }

        private Path path(String text) {
            try {
                return folder.resolve(text).normalize();
            } catch (InvalidPathException wrong) {
                throw new IllegalArgumentException("'" + text + "' is no path: " + wrong.getReason(), wrong);
            }
        }
    }
}

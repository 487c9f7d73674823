package org.dalrn.client;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.dalrn.client.node.NodeException;
import org.dalrn.client.node.NodeListener;
import org.dalrn.client.node.NodeStatus;
import org.dalrn.client.session.NodeSession;
import org.dalrn.client.session.SessionSettings;
import org.dalrn.client.session.Ticker;
import org.dalrn.client.training.NodePolicy;
import org.dalrn.client.training.Trainer;
import org.dalrn.client.transport.IdentityFolder;
import org.dalrn.client.transport.JoinFile;
import org.jspecify.annotations.Nullable;

/**
 * One node of a federation inside an application: it connects to the coordinator, takes the tasks that the site's policy
 * allows, trains on the site's data and sends what the model learned, never the data.
 *
 * <p>The client opens every connection, so it works behind NAT and needs no port. It comes back by itself when the line
 * breaks, and goes on with what it was doing. It has no static state: many clients run side by side. Thread-safe.
 */
public final class FederationClient implements AutoCloseable {

    private final NodeSession session;
    private final AtomicBoolean started = new AtomicBoolean();

    private FederationClient(NodeSession session) {
        this.session = session;
    }

    /** A client to be described. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Begins to connect, in the background; enrols first where the identity folder is empty. Returns at once.
     *
     * @throws IllegalStateException if it was started before
     */
    public void start() {
        if (!started.compareAndSet(false, true)) {
            throw new IllegalStateException("the client was started before; build a new one");
        }
        session.start();
    }

    /** Waits for a session; false if none is up after that time, or none ever will be (see {@link #status()}). */
    public boolean awaitConnected(Duration most) throws InterruptedException {
        return session.awaitConnected(most);
    }

    /** Waits until the client is closed or has given up; false if neither happened in that time. */
    public boolean awaitClosed(Duration most) throws InterruptedException {
        return session.awaitClosed(most);
    }

    /** Where the client stands. */
    public NodeStatus status() {
        return session.status();
    }

    /**
     * Declines what it is working on, leaves the federation until the next start, and waits up to some seconds for its
     * threads. Closing twice is closing once. Not to be called by a trainer or a listener.
     */
    @Override
    public void close() {
        session.close();
    }

    @Override
    public String toString() {
        return "FederationClient[" + status().state() + "]";
    }

    /** Describes a client. Confined to one thread. */
    public static final class Builder {
        private static final Duration FIRST_DELAY = Duration.ofMillis(50);
        private static final Duration LONGEST_DELAY = Duration.ofSeconds(20);

        private Optional<Path> join = Optional.empty();
        private @Nullable Path identity;
        private @Nullable Trainer trainer;
        private @Nullable NodePolicy policy;
        private NodeListener listener = new NodeListener() {};
        private Optional<Executor> executor = Optional.empty();
        private Duration firstDelay = FIRST_DELAY;
        private Duration longestDelay = LONGEST_DELAY;
        private RandomGenerator jitter = new SplittableRandom();
        private String software =
                "dalrn-sdk/" + version() + " java/" + Runtime.version().feature();

        private Builder() {}

        private static String version() {
            String version = FederationClient.class.getPackage().getImplementationVersion();
            return version == null ? "0.1.0" : version;
        }

        /** The operator's join file; needed for the first start only. */
        public Builder join(Path joinFile) {
            this.join = Optional.of(joinFile);
            return this;
        }

        /** The folder that holds this node's key and certificates; made at the first start. Keep it, and keep it secret. */
        public Builder identity(Path folder) {
            this.identity = requireNonNull(folder, "folder");
            return this;
        }

        /** How this site trains. */
        public Builder trainer(Trainer siteTrainer) {
            this.trainer = requireNonNull(siteTrainer, "siteTrainer");
            return this;
        }

        /** What this site allows. */
        public Builder policy(NodePolicy sitePolicy) {
            this.policy = requireNonNull(sitePolicy, "sitePolicy");
            return this;
        }

        /** Hears what happens. */
        public Builder listener(NodeListener hears) {
            this.listener = requireNonNull(hears, "hears");
            return this;
        }

        /**
         * Runs the trainer and the transfers, one task of this client at a time. Without it the client has a daemon thread
         * of its own while there is work. Not shut down by the client.
         */
        public Builder executor(Executor runsTasks) {
            this.executor = Optional.of(runsTasks);
            return this;
        }

        /**
         * The pauses between tries to connect: the first is drawn from [0, first), later ones from ranges that double, up
         * to [0, longest). Without it 50 ms and 20 s.
         *
         * @throws IllegalArgumentException unless {@code 0 < first <= longest}
         */
        public Builder reconnectDelays(Duration first, Duration longest) {
            if (first.isNegative() || first.isZero() || first.compareTo(longest) > 0) {
                throw new IllegalArgumentException("reconnect delays from " + first + " to " + longest
                        + "; the first must be above zero and not above the longest");
            }
            this.firstDelay = first;
            this.longestDelay = longest;
            return this;
        }

        /** Draws the pauses. Without it a generator that is seeded by the JDK. The client uses it by one thread at a
         * time. */
        public Builder jitter(RandomGenerator random) {
            this.jitter = requireNonNull(random, "random");
            return this;
        }

        /** How this program calls itself to the coordinator, 1 to 80 printable ASCII characters. */
        public Builder software(String nameAndVersion) {
            if (nameAndVersion.isBlank()
                    || nameAndVersion.length() > 80
                    || !nameAndVersion.chars().allMatch(c -> c >= 0x20 && c <= 0x7e)) {
                throw new IllegalArgumentException("software name of " + nameAndVersion.length()
                        + " characters is not 1 to 80 printable ASCII characters; use for instance \"acme/1.0\"");
            }
            this.software = nameAndVersion;
            return this;
        }

        /**
         * The client, not started.
         *
         * @throws IllegalStateException naming everything that is missing
         * @throws NodeException if the join file or the identity cannot be used
         */
        public FederationClient build() {
            if (identity == null || trainer == null || policy == null) {
                List<String> missing = new ArrayList<>();
                if (identity == null) {
                    missing.add("identity");
                }
                if (trainer == null) {
                    missing.add("trainer");
                }
                if (policy == null) {
                    missing.add("policy");
                }
                throw new IllegalStateException(
                        "federation client lacks " + String.join(", ", missing) + "; set each of them on the builder");
            }
            IdentityFolder folder = new IdentityFolder(identity);
            if (folder.enrolled()) {
                Object unused = folder.load();
            } else if (join.isPresent()) {
                Object unused = JoinFile.read(join.get());
            } else {
                throw new IllegalStateException("federation client lacks join: the folder " + identity
                        + " holds no identity yet; set the operator's join file for the first start");
            }
            return new FederationClient(new NodeSession(new SessionSettings(
                    join,
                    identity,
                    trainer,
                    policy,
                    listener,
                    executor,
                    firstDelay,
                    longestDelay,
                    jitter,
                    Ticker.system(),
                    software)));
        }
    }
}

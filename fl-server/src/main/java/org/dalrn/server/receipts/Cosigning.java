package org.dalrn.server.receipts;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.dalrn.core.model.RunId;
import org.dalrn.podp.PodpException;
import org.dalrn.podp.note.NoteSignature;
import org.dalrn.podp.note.SignedNote;
import org.dalrn.server.store.StoreException;
import org.dalrn.server.store.StoredCheckpoint;
import org.dalrn.server.witness.WitnessAnswer;
import org.dalrn.server.witness.WitnessAnswer.Cosigned;
import org.dalrn.server.witness.WitnessAnswer.Refused;
import org.dalrn.server.witness.WitnessAnswer.Unavailable;
import org.dalrn.server.witness.WitnessClient;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows witnesses the newest checkpoint of each run and keeps their cosignatures.
 *
 * <p>It works beside the runs: no run waits for a witness. Of a run's checkpoints only the newest is asked for. A witness that
 * does not answer is asked again after a delay that doubles up to 5 minutes, with one run until it answers; one that refuses
 * is told in the log, and asked again at the run's next checkpoint or after some minutes. Thread-safe.
 */
public final class Cosigning {
    private static final Logger LOG = LoggerFactory.getLogger(Cosigning.class);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(5);

    /** A run that was forgotten costs one more request and a reading of its log. */
    private static final int REMEMBERED_RUNS = 64;

    /** The passing of time. */
    @FunctionalInterface
    public interface Timers {
        /** Runs a short task once. */
        void after(Duration delay, Runnable task);
    }

    /**
     * How far a run's newest checkpoint has come.
     *
     * @param cosigned how many of the witnesses cosigned it
     * @param of how many witnesses there are
     * @param size of the checkpoint; 0 if nothing is signed yet
     * @param trouble of witnesses with this run, in words
     */
    public record State(int cosigned, int of, long size, List<String> trouble) {
        /** Copies the list. */
        public State {
            trouble = List.copyOf(trouble);
        }
    }

    /** What is to do at one witness. All but what is said to be the worker's is guarded by the lock. */
    private static final class Desk {
        private final WitnessClient client;
        private final LinkedHashSet<RunId> due = new LinkedHashSet<>();

        /** Runs that wait for the witness to be there again. */
        private final LinkedHashSet<RunId> failing = new LinkedHashSet<>();

        private final Map<RunId, String> refused = new LinkedHashMap<>();
        private @Nullable RunId probe;
        private @Nullable String outage;
        private int failures;
        private boolean probeComes;
        private boolean secondAskingComes;

        /** The worker's. */
        private final Map<RunId, RunGrowth> growths = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<RunId, RunGrowth> eldest) {
                return size() > REMEMBERED_RUNS;
            }
        };

        Desk(WitnessClient client) {
            this.client = client;
        }

        String name() {
            return client.witness().name();
        }

        boolean made(String line) {
            return client.witness().isNamedBy(NoteSignature.parse(line));
        }
    }

    private record Errand(Desk desk, RunId run) {}

    private final ReceiptLog log;
    private final List<Desk> desks;
    private final Executor executor;
    private final Timers timers;
    private final RandomGenerator random;
    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by the lock. */
    private boolean working;

    /** Guarded by the lock: the desk whose turn it is, so that none waits for all of another's. */
    private int turn;

    private Cosigning(ReceiptLog log, List<Desk> desks, Executor executor, Timers timers, RandomGenerator random) {
        this.log = log;
        this.desks = desks;
        this.executor = executor;
        this.timers = timers;
        this.random = random;
    }

    /**
     * Asks for what is missing of each run, and from now on for each new checkpoint.
     *
     * @param witnesses each with a key of its own; may be none
     * @param executor where the asking is done, one task at a time; it stays open
     * @param random for the jitter of delays
     * @throws StoreException {@code STORE_UNAVAILABLE}
     */
    public static Cosigning start(
            ReceiptLog log, List<WitnessClient> witnesses, Executor executor, Timers timers, RandomGenerator random) {
        Cosigning cosigning = new Cosigning(
                requireNonNull(log, "log"),
                witnesses.stream().map(Desk::new).toList(),
                requireNonNull(executor, "executor"),
                requireNonNull(timers, "timers"),
                requireNonNull(random, "random"));
        if (!witnesses.isEmpty()) {
            log.onSigned(run -> cosigning.signed(List.of(run)));
            cosigning.signed(log.runs());
        }
        return cosigning;
    }

    private void signed(List<RunId> runs) {
        lock.lock();
        try {
            for (Desk desk : desks) {
                runs.stream().filter(run -> !desk.failing.contains(run)).forEach(desk.due::add);
            }
        } finally {
            lock.unlock();
        }
        wake();
    }

    private void wake() {
        lock.lock();
        try {
            if (working || desks.stream().allMatch(desk -> desk.due.isEmpty())) {
                return;
            }
            working = true;
        } finally {
            lock.unlock();
        }
        try {
            executor.execute(this::work);
        } catch (RejectedExecutionException closed) {
            LOG.debug("witnesses are not asked any more", closed);
        }
    }

    private void work() {
        try {
            for (Optional<Errand> next = take(); next.isPresent(); next = take()) {
                ask(next.get().desk(), next.get().run());
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private Optional<Errand> take() {
        lock.lock();
        try {
            for (int i = 0; i < desks.size(); i++) {
                Desk desk = desks.get(turn);
                turn = (turn + 1) % desks.size();
                if (!desk.due.isEmpty()) {
                    RunId run = desk.due.iterator().next();
                    desk.due.remove(run);
                    return Optional.of(new Errand(desk, run));
                }
            }
            working = false;
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    private void ask(Desk desk, RunId run) throws InterruptedException {
        try {
            Optional<StoredCheckpoint> newest = log.newestCheckpoint(run);
            if (newest.isEmpty()
                    || log.cosignatures(run, newest.get().size()).stream().anyMatch(desk::made)) {
                answered(desk, run, Optional.empty());
                return;
            }
            long size = newest.get().size();
            SignedNote note = SignedNote.parse(newest.get().note().getBytes(StandardCharsets.UTF_8));
            RunGrowth growth = desk.growths.computeIfAbsent(run, unknown -> new RunGrowth(log, run));
            WitnessAnswer answer = desk.client.cosign(note, growth.known(), growth::proof);
            if (answer instanceof Cosigned cosigned) {
                growth.known(size);
                log.addCosignature(run, size, cosigned.line().line());
                answered(desk, run, Optional.empty());
            } else if (answer instanceof Refused refused) {
                String detail = "checkpoint " + size + " of run " + run + ": " + refused.detail() + " (status "
                        + refused.status() + ")";
                answered(desk, run, Optional.of(detail));
            } else if (answer instanceof Unavailable unavailable) {
                failed(desk, run, unavailable.detail());
            }
        } catch (StoreException | PodpException failure) {
            failed(desk, run, String.valueOf(failure.getMessage()));
        } catch (RuntimeException defect) {
            LOG.error("asking the witness {} about run {} failed", desk.name(), run, defect);
            failed(desk, run, defect.toString());
        }
    }

    private void answered(Desk desk, RunId run, Optional<String> refusal) {
        boolean firstRefusal = false;
        boolean secondAsking = false;
        boolean forgiven = false;
        boolean back = false;
        lock.lock();
        try {
            if (run.equals(desk.probe)) {
                desk.probe = null;
                desk.failures = 0;
                desk.due.addAll(desk.failing);
                desk.failing.clear();
            }
            if (refusal.isPresent()) {
                firstRefusal = desk.refused.put(run, refusal.get()) == null;
                secondAsking = !desk.secondAskingComes;
                desk.secondAskingComes = true;
            } else {
                forgiven = desk.refused.remove(run) != null;
            }
            if (desk.outage != null && desk.failing.isEmpty() && desk.due.isEmpty()) {
                desk.outage = null;
                desk.failures = 0;
                back = true;
            }
        } finally {
            lock.unlock();
        }
        if (back) {
            LOG.info("the witness {} answers again", desk.name());
        }
        if (forgiven) {
            LOG.info("the witness {} cosigns run {} again", desk.name(), run);
        }
        if (firstRefusal) {
            LOG.warn("the witness {} refuses {}", desk.name(), refusal.orElseThrow());
        }
        if (secondAsking) {
            after(LONGEST_RETRY, () -> askRefusedAgain(desk));
        }
    }

    private void failed(Desk desk, RunId run, String detail) {
        boolean first;
        boolean probe;
        int failures;
        lock.lock();
        try {
            if (run.equals(desk.probe)) {
                desk.probe = null;
            }
            // The probe finds the newest checkpoint by itself. At the end: the next probe is another run, if there is
            // one.
            desk.due.remove(run);
            desk.failing.remove(run);
            desk.failing.add(run);
            first = desk.outage == null;
            desk.outage = detail;
            probe = !desk.probeComes;
            desk.probeComes = true;
            failures = probe ? desk.failures++ : 0;
        } finally {
            lock.unlock();
        }
        if (first) {
            LOG.warn("the witness {} cosigns nothing now and is asked again: {}", desk.name(), detail);
        }
        if (probe) {
            Duration delay = FIRST_RETRY.multipliedBy(1L << Math.min(failures, 10));
            after(delay.compareTo(LONGEST_RETRY) < 0 ? delay : LONGEST_RETRY, () -> probe(desk));
        }
    }

    private void probe(Desk desk) {
        lock.lock();
        try {
            desk.probeComes = false;
            if (!desk.failing.isEmpty()) {
                RunId run = desk.failing.iterator().next();
                desk.failing.remove(run);
                desk.probe = run;
                desk.due.add(run);
            }
        } finally {
            lock.unlock();
        }
        wake();
    }

    private void askRefusedAgain(Desk desk) {
        lock.lock();
        try {
            desk.secondAskingComes = false;
            desk.refused.keySet().stream()
                    .filter(run -> !desk.failing.contains(run))
                    .forEach(desk.due::add);
        } finally {
            lock.unlock();
        }
        wake();
    }

    /** After half the delay to all of it, so that coordinators do not come all at once. */
    private void after(Duration delay, Runnable task) {
        long nanos = delay.toNanos() / 2;
        try {
            timers.after(Duration.ofNanos(nanos + (long) (nanos * random.nextDouble())), task);
        } catch (RejectedExecutionException closed) {
            LOG.debug("witnesses are not asked any more", closed);
        }
    }

    /**
     * How far a run's newest checkpoint has come; empty if there are no witnesses.
     *
     * @throws StoreException {@code STORE_UNAVAILABLE}
     */
    public Optional<State> state(RunId run) {
        if (desks.isEmpty()) {
            return Optional.empty();
        }
        long size = log.newestCheckpoint(run).map(StoredCheckpoint::size).orElse(0L);
        Set<String> lines = Set.copyOf(log.cosignatures(run, size));
        int cosigned = (int) desks.stream()
                .filter(desk -> lines.stream().anyMatch(desk::made))
                .count();
        return Optional.of(new State(cosigned, desks.size(), size, trouble(run)));
    }

    private List<String> trouble(RunId run) {
        List<String> trouble = new ArrayList<>();
        lock.lock();
        try {
            for (Desk desk : desks) {
                String refusal = desk.refused.get(run);
                if (refusal != null) {
                    trouble.add(desk.name() + " refuses " + refusal);
                } else if (desk.outage != null && (desk.failing.contains(run) || run.equals(desk.probe))) {
                    trouble.add(desk.name() + ": " + desk.outage);
                }
            }
        } finally {
            lock.unlock();
        }
        return trouble;
    }
}

package org.dalrn.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.dalrn.client.FederationClient;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.round.RunEvent;
import org.dalrn.server.gateway.LoggedEvent;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A coordinator that is killed at random points of a run and started again ends with the same bits. The expected model is
 * written down from the definition ({@link SteppingTrainer#expected}), and an undisturbed run has it too.
 *
 * <p>Profile {@code chaos}: {@code ./mvnw -Pchaos -pl deploy/distribution -am test -Dtest=KillTest -Dsurefire.failIfNoSpecifiedTests=false}; {@code -Dchaos.seed=N} repeats a run.
 */
@Tag("chaos")
class KillTest {
    private static final int KILLS = 12;
    private static final int ROUNDS = 10;

    @TempDir
    Path folder;

    @Test
    @Timeout(500)
    void coordinator_killedAtRandomPoints_endsWithTheSameModel() throws Exception {
        long seed = Long.getLong("chaos.seed", System.nanoTime());
        System.out.println("chaos seed " + seed + "; repeat with -Dchaos.seed=" + seed);
        Random random = new Random(seed);
        ContentHash expected = SteppingTrainer.expected(ROUNDS, 1, 2).contentHash();
        try (CoordinatorProcess coordinator = CoordinatorProcess.start(folder)) {
            List<FederationClient> clients = FederationEndToEndTest.connect(coordinator, folder, new Gate());
            try {
                assertEnd(coordinator, coordinator.submit("warm", ROUNDS, 2), expected, seed);
                long begun = System.nanoTime();
                assertEnd(coordinator, coordinator.submit("undisturbed", ROUNDS, 2), expected, seed);
                long length = System.nanoTime() - begun;
                for (int kill = 1; kill <= KILLS; kill++) {
                    String run = coordinator.submit("kill-" + kill, ROUNDS, 2);
                    LockSupport.parkNanos((long) (random.nextDouble() * length));
                    coordinator.kill();
                    coordinator.launch();
                    int before = coordinator.events(run, false).size();
                    System.out.println("kill " + kill + " of " + KILLS + ": " + before + " events at the restart");
                    assertEnd(coordinator, run, expected, seed);
                }
            } finally {
                clients.forEach(FederationClient::close);
            }
        }
    }

    private static void assertEnd(CoordinatorProcess coordinator, String run, ContentHash expected, long seed)
            throws Exception {
        List<LoggedEvent> events = coordinator.events(run, true);
        assertThat(events.get(events.size() - 1).event())
                .as("last event of %s, seed %d", run, seed)
                .isInstanceOfSatisfying(
                        RunEvent.Finished.class,
                        finished -> assertThat(finished.model()).isEqualTo(expected));
    }
}

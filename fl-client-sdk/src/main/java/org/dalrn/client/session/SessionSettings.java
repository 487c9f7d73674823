package org.dalrn.client.session;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.dalrn.client.node.NodeListener;
import org.dalrn.client.training.NodePolicy;
import org.dalrn.client.training.Trainer;

/**
 * What a session is made of.
 *
 * @param executor runs tasks, one at a time; without it the session has a thread of its own while there is work
 */
public record SessionSettings(
        Optional<Path> joinFile,
        Path identityFolder,
        Trainer trainer,
        NodePolicy policy,
        NodeListener listener,
        Optional<Executor> executor,
        Duration firstDelay,
        Duration longestDelay,
        RandomGenerator jitter,
        Ticker ticker,
        String software) {}

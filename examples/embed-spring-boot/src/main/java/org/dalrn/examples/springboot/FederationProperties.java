package org.dalrn.examples.springboot;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.dalrn.client.training.Protection;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/**
 * The keys {@code federation.*} of the application's configuration.
 *
 * @param enabled whether this application takes part
 * @param join the operator's join file; needed until the first start only
 * @param identity the folder that holds the node's key and certificates
 * @param policy what this site allows; everything is to be decided
 */
@ConfigurationProperties("federation")
public record FederationProperties(
        boolean enabled, @Nullable Path join, @Nullable Path identity, @Nullable Policy policy) {

    /** What this site allows; see {@link org.dalrn.client.training.NodePolicy}. */
    public record Policy(
            List<String> runs,
            DataSize maxModelSize,
            Duration maxTaskDuration,
            Protection leastProtection,
            boolean evaluation) {}
}

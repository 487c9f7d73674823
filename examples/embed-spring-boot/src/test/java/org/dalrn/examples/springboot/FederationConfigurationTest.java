package org.dalrn.examples.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.dalrn.client.FederationClient;
import org.dalrn.client.training.Protection;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.util.unit.DataSize;

class FederationConfigurationTest {

    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withInitializer(new ConfigDataApplicationContextInitializer())
            .withUserConfiguration(ShopApplication.class);

    @Test
    void start_asShipped_takesPartInNothing() {
        application.run(context -> {
            assertThat(context).hasNotFailed().doesNotHaveBean(FederationClient.class);
            assertThat(context.getBean(FederationProperties.class).enabled()).isFalse();
        });
    }

    @Test
    void start_allKeysSet_bindsThem() {
        application
                .withPropertyValues(
                        "federation.join=/etc/shop/federation.join",
                        "federation.identity=/var/lib/shop/federation",
                        "federation.policy.runs=prices-*,stock-*",
                        "federation.policy.max-model-size=1MB",
                        "federation.policy.max-task-duration=5m",
                        "federation.policy.least-protection=plain",
                        "federation.policy.evaluation=true")
                .run(context -> assertThat(context.getBean(FederationProperties.class))
                        .isEqualTo(new FederationProperties(
                                false,
                                Path.of("/etc/shop/federation.join"),
                                Path.of("/var/lib/shop/federation"),
                                new FederationProperties.Policy(
                                        List.of("prices-*", "stock-*"),
                                        DataSize.ofMegabytes(1),
                                        Duration.ofMinutes(5),
                                        Protection.PLAIN,
                                        true))));
    }

    @Test
    void start_enabledWithoutPolicy_failsNamingTheKeys() {
        application
                .withPropertyValues("federation.enabled=true", "federation.identity=/var/lib/shop/federation")
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .hasMessageContaining("federation.policy"));
    }
}

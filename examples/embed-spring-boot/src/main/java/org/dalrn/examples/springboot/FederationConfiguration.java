package org.dalrn.examples.springboot;

import org.dalrn.client.FederationClient;
import org.dalrn.client.training.NodePolicy;
import org.dalrn.client.training.Trainer;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Makes the client a bean where the federation is enabled. Copy this class, bring a {@link Trainer} bean. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("federation.enabled")
class FederationConfiguration {

    @Bean
    FederationClient federationClient(FederationProperties properties, Trainer trainer) {
        FederationProperties.Policy policy = properties.policy();
        if (properties.identity() == null || policy == null) {
            throw new IllegalStateException("federation.enabled needs federation.identity and federation.policy.*");
        }
        FederationClient.Builder builder = FederationClient.builder()
                .identity(properties.identity())
                .trainer(trainer)
                .policy(NodePolicy.builder()
                        .allowRuns(policy.runs().toArray(String[]::new))
                        .maxModelBytes(policy.maxModelSize().toBytes())
                        .maxTaskDuration(policy.maxTaskDuration())
                        .leastProtection(policy.leastProtection())
                        .allowEvaluation(policy.evaluation())
                        .build());
        return (properties.join() == null ? builder : builder.join(properties.join())).build();
    }

    @Bean
    FederationLifecycle federationLifecycle(FederationClient client) {
        return new FederationLifecycle(client);
    }
}

package org.dalrn.examples.springboot;

import org.dalrn.client.FederationClient;
import org.dalrn.client.node.NodeStatus;
import org.springframework.context.SmartLifecycle;

/** Starts the client when everything else runs, and closes it before anything else stops: its trainer needs the others. */
class FederationLifecycle implements SmartLifecycle {

    private final FederationClient client;

    FederationLifecycle(FederationClient client) {
        this.client = client;
    }

    @Override
    public void start() {
        client.start();
    }

    @Override
    public void stop() {
        client.close();
    }

    @Override
    public boolean isRunning() {
        return client.status().state() != NodeStatus.State.NEW
                && !client.status().over();
    }
}

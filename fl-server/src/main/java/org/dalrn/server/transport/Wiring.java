package org.dalrn.server.transport;

import java.security.SecureRandom;
import java.util.concurrent.Executor;
import org.dalrn.server.identity.CertificateAuthority;

/**
 * What the calls of one server share.
 *
 * @param callPool for short work
 * @param transferPool for hashing, screening and the disk
 */
record Wiring(
        NodeServerSettings settings,
        CertificateAuthority authority,
        NodePorts ports,
        SecureRandom random,
        Timers timers,
        Executor callPool,
        Executor transferPool,
        Sessions sessions,
        RequestVerifier verifier,
        Slots uploadSlots,
        Slots downloadSlots,
        ActiveUploads activeUploads,
        Traffic traffic) {}

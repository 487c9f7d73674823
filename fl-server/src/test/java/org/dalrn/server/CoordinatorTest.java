package org.dalrn.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.ParameterLayout;
import org.dalrn.core.model.RunId;
import org.dalrn.core.model.TensorSpec;
import org.dalrn.core.round.Phase;
import org.dalrn.core.round.RoundPolicy;
import org.dalrn.core.round.RunSpec;
import org.dalrn.core.strategy.FedAvg;
import org.dalrn.core.strategy.Sampling;
import org.dalrn.podp.note.CosignaturePolicy;
import org.dalrn.podp.note.Ed25519KeyPair;
import org.dalrn.podp.verify.Verification;
import org.dalrn.podp.verify.Verifier;
import org.dalrn.podp.witness.TrustedLog;
import org.dalrn.podp.witness.Witness;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.gateway.JoinFile;
import org.dalrn.server.gateway.OperatorPort.ModelBytes;
import org.dalrn.server.gateway.OperatorPort.NodeStatus;
import org.dalrn.server.gateway.OperatorPort.ReceiptBytes;
import org.dalrn.server.gateway.OperatorPort.Witnessing;
import org.dalrn.server.gateway.OperatorRefusedException;
import org.dalrn.server.identity.CertificateAuthority;
import org.dalrn.server.settings.HostPort;
import org.dalrn.server.store.StoreException;
import org.dalrn.server.witness.WitnessServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CoordinatorTest {
    private static final ParameterLayout LAYOUT = ParameterLayout.of(new TensorSpec("w", List.of(13)));
    private static final NodeId NODE = new NodeId("hospital-a");

    @TempDir
    Path folder;

    private CoordinatorConfig config() {
        return CoordinatorConfig.parse(
                "test", "node:\n  listen: 127.0.0.1:0\noperator:\n  listen: 127.0.0.1:0\n", folder);
    }

    private static RunSpec spec(ContentHash initial) {
        return new RunSpec(
                "Heart disease!",
                LAYOUT,
                initial,
                2,
                new FedAvg(Sampling.defaults()),
                new RoundPolicy(Duration.ofMinutes(10), Duration.ofMinutes(2), 2, 1, 3),
                100_000,
                64,
                new TreeMap<>());
    }

    @Test
    void start_afterAClose_hasTheRunsAndNodesOfBefore() throws IOException {
        byte[] zeros = new byte[(int) LAYOUT.byteLength()];
        RunId run;
        JoinFile join;
        try (Coordinator coordinator = Coordinator.start(config())) {
            ContentHash model = coordinator.storeModel(new ByteArrayInputStream(zeros), zeros.length);
            run = coordinator.submit(spec(model));
            assertThat(run.value()).startsWith("heart-disease-");
            join = coordinator.enroll(NODE, Duration.ofHours(1));
            assertThat(join.coordinator().port())
                    .isEqualTo(coordinator.nodeAddress().getPort());
            assertThat(coordinator.operations().notReadyBecause()).isEmpty();
        }
        try (Coordinator coordinator = Coordinator.start(config())) {
            assertThat(coordinator.run(run).orElseThrow().phase()).isEqualTo(Phase.WAITING);
            assertThat(coordinator.operations().nodes())
                    .singleElement()
                    .satisfies(node -> assertThat(node.status()).isEqualTo(NodeStatus.INVITED));
            assertThat(coordinator.enroll(NODE, Duration.ofHours(1)).authority())
                    .isEqualTo(join.authority());
            assertThat(coordinator.operations().stop(run, "enough").phase()).isEqualTo(Phase.STOPPED);
            ContentHash initial = coordinator.run(run).orElseThrow().model();
            try (ModelBytes bytes = coordinator.operations().openModel(initial).orElseThrow()) {
                assertThat(bytes.bytes().readAllBytes()).isEqualTo(zeros);
            }
        }
    }

    @Test
    void start_authorityAndCertificateOfOnesOwn_standInTheJoinFiles() throws IOException {
        Path own = folder.resolve("own");
        CertificateAuthority authority = CertificateAuthority.open(own, InstantSource.system(), new SecureRandom());
        assertThat(authority.serverCertificate(List.of("localhost")).chain()).hasSize(1);
        CoordinatorConfig config = CoordinatorConfig.parse("test", """
                node:
                  listen: 127.0.0.1:0
                  tls:
                    authority-certificate: own/ca.crt
                    authority-key: own/ca.key
                    certificate: own/server.crt
                    private-key: own/server.key
                operator: {listen: "127.0.0.1:0"}
                uploads: {least-progress: 0B}
                """, folder);
        try (Coordinator coordinator = Coordinator.start(config)) {
            assertThat(coordinator.enroll(NODE, Duration.ofHours(1)).authority())
                    .isEqualTo(authority.certificate());
        }
        assertThat(folder.resolve("dalrn-data/tls/ca.key")).doesNotExist();
        assertThat(folder.resolve("dalrn-data/tls/server.key")).doesNotExist();
    }

    @Test
    void start_withAWitness_hasTheEndOfARunCosignedAndExportsIt() throws IOException {
        Ed25519KeyPair owner = Ed25519KeyPair.generate(new SecureRandom());
        owner.writeNew(folder.resolve("log.pem"));
        byte[] zeros = new byte[(int) LAYOUT.byteLength()];
        Path bundle = folder.resolve("run.tar");
        try (Witness witness = Witness.open(
                        folder.resolve("witness"),
                        Ed25519KeyPair.generate(new SecureRandom()).signer("w1"),
                        List.of(new TrustedLog("example.org/test", owner.publicKey())),
                        InstantSource.system());
                WitnessServer server = WitnessServer.start(new HostPort("127.0.0.1", 0), witness);
                Coordinator coordinator = Coordinator.start(CoordinatorConfig.parse(
                        "test",
                        """
                        node: {listen: "127.0.0.1:0"}
                        operator: {listen: "127.0.0.1:0"}
                        receipts:
                          origin: example.org/test
                          key-file: log.pem
                          witnesses: [{url: "http://127.0.0.1:PORT", key: "KEY"}]
                        """.replace("PORT", "" + server.address().getPort())
                                .replace("KEY", witness.verifier().vkey()),
                        folder))) {
            RunId run = coordinator.submit(spec(coordinator.storeModel(new ByteArrayInputStream(zeros), zeros.length)));
            assertThat(coordinator.operations().witnessing(run).orElseThrow())
                    .isEqualTo(new Witnessing(0, 1, 0, List.of()));
            coordinator.operations().stop(run, "enough");
            while (coordinator.operations().witnessing(run).orElseThrow().cosigned() == 0) {
                Thread.onSpinWait();
            }
            try (ReceiptBytes bytes = coordinator.operations().openReceipts(run, true)) {
                Files.copy(bytes.bytes(), bundle);
            }
            Verifier verifier = Verifier.trusting(owner.publicKey())
                    .ofLog("example.org/test/" + run)
                    .requiringCosignatures(
                            new CosignaturePolicy(List.of(witness.verifier()), 1),
                            Instant.now().plusSeconds(60));
            assertThat(verifier.verify(bundle)).isInstanceOf(Verification.Verified.class);
        }
    }

    @Test
    void start_directoryOfARunningCoordinator_isRefused() throws IOException {
        try (Coordinator first = Coordinator.start(config())) {
            assertThat(first.operatorAddress().getPort()).isPositive();
            assertThatThrownBy(() -> Coordinator.start(config()))
                    .isInstanceOfSatisfying(
                            StoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DATA_DIRECTORY_IN_USE));
        }
    }

    @Test
    void operations_unknownThings_areRefusedByName() throws Exception {
        try (Coordinator coordinator = Coordinator.start(config())) {
            RunId nowhere = new RunId("nowhere");
            assertRefused(() -> coordinator.operations().stop(nowhere, "x"), ErrorCode.RUN_NOT_FOUND);
            assertRefused(() -> coordinator.operations().events(nowhere, 0, 1, Duration.ZERO), ErrorCode.RUN_NOT_FOUND);
            assertRefused(() -> coordinator.operations().revoke(NODE), ErrorCode.UNKNOWN_NODE);
            ContentHash missing = ContentHash.of(new byte[0]);
            assertRefused(() -> coordinator.submit(spec(missing)), ErrorCode.RUN_FILE_INVALID);
            assertThat(coordinator.operations().openModel(missing)).isEqualTo(Optional.empty());
            assertThatThrownBy(() -> coordinator.storeModel(new ByteArrayInputStream(new byte[3]), 4))
                    .hasMessageContaining("ends 1 bytes early");
        }
    }

    private static void assertRefused(ThrowingCallable call, ErrorCode code) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        OperatorRefusedException.class,
                        e -> assertThat(e.code()).isEqualTo(code));
    }
}

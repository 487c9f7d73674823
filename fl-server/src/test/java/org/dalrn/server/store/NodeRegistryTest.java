package org.dalrn.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import org.dalrn.core.model.NodeId;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.protocol.signing.Ed25519;
import org.dalrn.server.store.NodeRegistry.JoinSecret;
import org.dalrn.server.transport.Verdict;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeRegistryTest {
    private static final NodeId NODE = new NodeId("hospital-a");
    private static final Duration DAY = Duration.ofDays(1);
    private static final byte[] KEY = Ed25519.raw(Ed25519.generate().getPublic());
    private static final byte[] OTHER_KEY = Ed25519.raw(Ed25519.generate().getPublic());

    @TempDir
    Path folder;

    private Instant now = Instant.parse("2026-11-23T06:00:00Z");
    private Database database;
    private NodeRegistry registry;

    @BeforeEach
    void open() {
        database = Database.open(folder.resolve("dalrn.db"));
        registry = NodeRegistry.open(database, () -> now, new SecureRandom());
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void enroll_validSecret_makesAMemberThatARestartKnows() {
        JoinSecret secret = registry.createJoinSecret(NODE, DAY);
        assertThat(registry.enroll(NODE, secret.toByteArray(), KEY)).isEqualTo(new Verdict.Accepted(0, false));
        reopen();
        var member = registry.find(NODE).orElseThrow();
        assertThat(Ed25519.raw(member.publicKey())).isEqualTo(KEY);
        assertThat(member.revoked()).isFalse();
        assertThat(registry.list()).hasSize(1);
    }

    @Test
    void enroll_secretUsedBefore_worksOnlyForTheSameKeyAgain() {
        JoinSecret secret = registry.createJoinSecret(NODE, DAY);
        registry.enroll(NODE, secret.toByteArray(), KEY);
        assertThat(registry.enroll(NODE, secret.toByteArray(), KEY)).isEqualTo(new Verdict.Accepted(0, true));
        assertRefused(
                registry.enroll(NODE, secret.toByteArray(), OTHER_KEY),
                ErrorCode.JOIN_SECRET_REFUSED,
                "used with another key");
        assertThat(Ed25519.raw(registry.find(NODE).orElseThrow().publicKey())).isEqualTo(KEY);
    }

    @Test
    void enroll_unknownSecretOrAnotherNodes_isRefusedAlike() {
        JoinSecret secret = registry.createJoinSecret(NODE, DAY);
        assertRefused(
                registry.enroll(new NodeId("hospital-b"), secret.toByteArray(), KEY),
                ErrorCode.JOIN_SECRET_REFUSED,
                "no join file of node hospital-b");
        assertRefused(registry.enroll(NODE, new byte[32], KEY), ErrorCode.JOIN_SECRET_REFUSED, "no join file");
        assertThat(registry.list()).isEmpty();
    }

    @Test
    void enroll_atTheMomentOfExpiry_isRefused() {
        JoinSecret secret = registry.createJoinSecret(NODE, DAY);
        now = secret.expires();
        assertRefused(registry.enroll(NODE, secret.toByteArray(), KEY), ErrorCode.JOIN_SECRET_REFUSED, "expired at");
        now = secret.expires().minusMillis(1);
        assertThat(registry.enroll(NODE, secret.toByteArray(), KEY)).isInstanceOf(Verdict.Accepted.class);
    }

    @Test
    void enroll_newSecretOfAnEnrolledNode_replacesItsKey() {
        registry.enroll(NODE, registry.createJoinSecret(NODE, DAY).toByteArray(), KEY);
        JoinSecret rotation = registry.createJoinSecret(NODE, DAY);
        assertThat(registry.enroll(NODE, rotation.toByteArray(), OTHER_KEY)).isEqualTo(new Verdict.Accepted(0, false));
        assertThat(Ed25519.raw(registry.find(NODE).orElseThrow().publicKey())).isEqualTo(OTHER_KEY);
    }

    @Test
    void enroll_secretMadeBeforeTheNodeEnrolledWithAnother_isRefused() {
        JoinSecret forgotten = registry.createJoinSecret(NODE, DAY);
        JoinSecret used = registry.createJoinSecret(NODE, DAY);
        registry.enroll(NODE, used.toByteArray(), KEY);
        assertRefused(
                registry.enroll(NODE, forgotten.toByteArray(), OTHER_KEY),
                ErrorCode.JOIN_SECRET_REFUSED,
                "ask the operator for a new join file");
    }

    @Test
    void revoke_member_isRevokedUntilItUsesASecretMadeAfterwards() {
        JoinSecret first = registry.createJoinSecret(NODE, DAY);
        registry.enroll(NODE, first.toByteArray(), KEY);
        assertThat(registry.revoke(NODE)).isTrue();
        assertThat(registry.revoke(NODE)).isTrue();
        reopen();
        assertThat(registry.find(NODE).orElseThrow().revoked()).isTrue();
        assertThat(registry.list().get(0).revokedAt()).contains(now);
        assertRefused(registry.enroll(NODE, first.toByteArray(), KEY), ErrorCode.JOIN_SECRET_REFUSED, "revoked");
        JoinSecret second = registry.createJoinSecret(NODE, DAY);
        assertThat(registry.enroll(NODE, second.toByteArray(), OTHER_KEY)).isEqualTo(new Verdict.Accepted(0, false));
        assertThat(registry.find(NODE).orElseThrow().revoked()).isFalse();
    }

    @Test
    void revoke_unknownNode_saysSoAndKillsItsUnusedSecrets() {
        JoinSecret secret = registry.createJoinSecret(NODE, DAY);
        assertThat(registry.revoke(NODE)).isFalse();
        assertThat(registry.enroll(NODE, secret.toByteArray(), KEY)).isInstanceOf(Verdict.Refused.class);
    }

    @Test
    void createJoinSecret_anySecret_isNotInTheFiles() throws IOException {
        JoinSecret secret = registry.createJoinSecret(NODE, DAY);
        database.close();
        String hex = HexFormat.of().formatHex(secret.toByteArray());
        byte[] file = Files.readAllBytes(folder.resolve("dalrn.db"));
        assertThat(HexFormat.of().formatHex(file)).doesNotContain(hex);
        assertThat(new String(file, StandardCharsets.ISO_8859_1))
                .doesNotContain(hex)
                .contains("hospital-a");
        assertThat(secret.toString()).doesNotContain(hex);
        open();
    }

    @Test
    void invited_secretsMade_areListedUntilUsedOrExpired() {
        registry.createJoinSecret(NODE, DAY);
        JoinSecret newest = registry.createJoinSecret(NODE, DAY);
        registry.createJoinSecret(new NodeId("hospital-b"), DAY.dividedBy(2));
        assertThat(registry.invited()).containsExactly(NODE, new NodeId("hospital-b"));
        registry.enroll(NODE, newest.toByteArray(), KEY);
        assertThat(registry.invited()).containsExactly(new NodeId("hospital-b"));
        now = now.plus(DAY);
        assertThat(registry.invited()).isEmpty();
    }

    @Test
    void createJoinSecret_noValidity_isRefused() {
        assertThatThrownBy(() -> registry.createJoinSecret(NODE, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("validity PT0S");
    }

    private void reopen() {
        close();
        open();
    }

    private static void assertRefused(Verdict verdict, ErrorCode code, String detail) {
        assertThat(verdict).isInstanceOfSatisfying(Verdict.Refused.class, refused -> {
            assertThat(refused.code()).isEqualTo(code);
            assertThat(refused.detail()).contains(detail);
        });
    }
}

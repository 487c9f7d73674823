package org.dalrn.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import org.dalrn.core.model.NodeId;
import org.dalrn.server.settings.HostPort;
import org.dalrn.server.testing.TestAuthority;
import org.junit.jupiter.api.Test;

class JoinFileTest {

    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final byte[] SECRET = HexFormat.of().parseHex("ab".repeat(32));
    private static final JoinFile FILE = JoinFile.of(
            new NodeId("hospital-a"),
            HostPort.parse("fl.example.org:9443"),
            SECRET,
            Instant.parse("2026-12-01T00:00:00Z"),
            AUTHORITY.certificate());

    @Test
    void text_isTheDocumentedFormat() throws Exception {
        assertThat(FILE.text())
                .isEqualTo("# DALRN join file: keep it secret, it works once.\n"
                        + "node: hospital-a\n"
                        + "coordinator: fl.example.org:9443\n"
                        + "secret: " + "ab".repeat(32) + "\n"
                        + "expires: 2026-12-01T00:00:00Z\n"
                        + "ca: "
                        + Base64.getEncoder()
                                .encodeToString(AUTHORITY.certificate().getEncoded()) + "\n");
    }

    @Test
    void parse_text_givesTheSameFile() {
        JoinFile again = JoinFile.parse(FILE.text());
        assertThat(again.text()).isEqualTo(FILE.text());
        assertThat(again.secret()).isEqualTo(SECRET);
        assertThat(again.authority()).isEqualTo(AUTHORITY.certificate());
    }

    @Test
    void toString_hidesTheSecret() {
        assertThat(FILE.toString()).doesNotContain("abab").contains("hospital-a");
    }

    @Test
    void parse_faultyText_saysWhereWithoutTheSecret() {
        assertThatThrownBy(() -> JoinFile.parse("node: a\n"))
                .hasMessageContaining("join file lacks [coordinator, secret, expires, ca]");
        assertThatThrownBy(() -> JoinFile.parse("node: a\nnode: b\n"))
                .hasMessageContaining("line 2 repeats the key 'node'");
        assertThatThrownBy(() -> JoinFile.parse("password: abc\n"))
                .hasMessageContaining("line 1 has none of the keys")
                .hasMessageNotContaining("abc");
        assertThatThrownBy(() -> JoinFile.parse(FILE.text().replace("secret: ab", "secret: zz")))
                .hasMessageContaining("not 64 hexadecimal digits")
                .hasMessageNotContaining("abab");
        assertThatThrownBy(() -> JoinFile.parse(FILE.text().replace("ca: MII", "ca: XXX")))
                .hasMessageContaining("ca is no X.509 certificate");
    }
}

package org.dalrn.ipfs.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.dalrn.ipfs.BlockSource;
import org.junit.jupiter.api.Test;

class TrustlessGatewayTest extends BlockStoreContract {
    @Override
    BlockSource reader(URI address, RequestPolicy policy) {
        return TrustlessGateway.at(address, policy, pauses::add);
    }

    @Override
    void answerMissing(OutputStream out) throws IOException {
        ScriptedServer.answer(out, 404, "failed to resolve: no providers found for the CID");
    }

    @Test
    void get_asksAsTheSpecificationSays() throws IOException {
        ScriptedServer server = server((request, out) -> ScriptedServer.answer(out, 200, BLOCK.toByteArray()));
        reader(server.uri(), POLICY).get(BLOCK.cid());
        reader(server.uri().resolve("/below/"), POLICY).get(BLOCK.cid());
        assertThat(server.requests().get(0).line()).isEqualTo("GET /ipfs/" + BLOCK.cid() + "?format=raw HTTP/1.1");
        assertThat(server.requests().get(0).headers()).contains("Accept: application/vnd.ipld.raw");
        assertThat(server.requests().get(1).line())
                .isEqualTo("GET /below/ipfs/" + BLOCK.cid() + "?format=raw HTTP/1.1");
    }

    @Test
    void get_ofARedirection_followsIt() throws IOException {
        ScriptedServer to = server((request, out) -> ScriptedServer.answer(out, 200, BLOCK.toByteArray()));
        ScriptedServer from = server((request, out) -> out.write(("HTTP/1.1 301 Moved\r\nLocation: " + to.uri()
                        + "/elsewhere\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII)));
        assertThat(reader(from.uri(), POLICY).get(BLOCK.cid())).isEqualTo(BLOCK);
    }
}

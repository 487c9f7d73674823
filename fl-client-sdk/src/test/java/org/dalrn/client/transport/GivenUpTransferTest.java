package org.dalrn.client.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.List;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.ParameterLayout;
import org.dalrn.core.model.Parameters;
import org.dalrn.core.model.TensorSpec;
import org.dalrn.protocol.FederationMethods;
import org.dalrn.protocol.v1.SignedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A task may be given up at the very moment when its transfer begins. */
@Timeout(20)
class GivenUpTransferTest {
    /** Nobody listens there: the calls wait until they are given up. */
    private final ManagedChannel channel = Grpc.newChannelBuilder("localhost:1", InsecureChannelCredentials.create())
            .build();

    @AfterEach
    void close() {
        ManagedChannel unused = channel.shutdownNow();
    }

    private static Patience givenUp() {
        Patience patience = new Patience(
                System::nanoTime, System.nanoTime() + Duration.ofMinutes(1).toNanos());
        patience.giveUp();
        return patience;
    }

    @Test
    void upload_givenUpBeforeItsStart_isBroken() throws InterruptedException {
        Parameters update = Parameters.zeros(ParameterLayout.of(new TensorSpec("w", List.of(4))));
        assertThat(new UpdateUpload(update)
                        .run(FederationMethods.create(), channel, SignedRequest.getDefaultInstance(), givenUp()))
                .isInstanceOf(Answer.Broken.class);
    }

    @Test
    void download_givenUpBeforeItsStart_isBroken() throws InterruptedException {
        assertThat(new ModelDownload(ContentHash.of(new byte[0]), FloatBuffer.allocate(4))
                        .run(
                                FederationMethods.create(),
                                channel,
                                request -> SignedRequest.getDefaultInstance(),
                                givenUp()))
                .isInstanceOf(Answer.Broken.class);
    }
}

package org.dalrn.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.Status;
import org.dalrn.protocol.v1.Refusal;
import org.junit.jupiter.api.Test;

class RefusalTrailerTest {

    private static final Refusal LATE = Refusal.newBuilder()
            .setCode(ErrorCode.LATE_UPDATE.number())
            .setDetail("round 3 is closed")
            .build();

    @Test
    void read_exceptionOfARefusal_givesItBack() {
        assertThat(RefusalTrailer.read(RefusalTrailer.exception(LATE))).contains(LATE);
    }

    @Test
    void read_trailerUnderItsPublishedName_isARefusal() {
        Metadata trailers = new Metadata();
        trailers.put(Metadata.Key.of("dalrn-refusal-bin", Metadata.BINARY_BYTE_MARSHALLER), LATE.toByteArray());

        assertThat(RefusalTrailer.read(trailers)).contains(LATE);
    }

    @Test
    void read_foreignBytes_isEmpty() {
        Metadata trailers = new Metadata();
        trailers.put(Metadata.Key.of("dalrn-refusal-bin", Metadata.BINARY_BYTE_MARSHALLER), new byte[] {-1, -1, -1});

        assertThat(RefusalTrailer.read(trailers)).isEmpty();
    }

    @Test
    void read_failureWithoutTrailers_isEmpty() {
        assertThat(RefusalTrailer.read(new IllegalStateException("no call"))).isEmpty();
    }

    @Test
    void status_retryable_isUnavailableElsePrecondition() {
        Refusal busy = Refusal.newBuilder().setCode(5001).setRetryable(true).build();

        assertThat(RefusalTrailer.status(busy).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(RefusalTrailer.status(LATE).getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(RefusalTrailer.status(LATE).getDescription()).isEqualTo("DALRN-3003: round 3 is closed");
    }
}

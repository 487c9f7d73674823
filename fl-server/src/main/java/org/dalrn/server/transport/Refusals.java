package org.dalrn.server.transport;

import io.grpc.ServerCall;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.protocol.RefusalTrailer;
import org.dalrn.protocol.v1.Refusal;

/** A "no" as the wire says it. */
final class Refusals {
    /** The wire's bound for detail texts. */
    private static final int MAX_DETAIL = 500;

    private Refusals() {}

    static Refusal of(ErrorCode code, String detail) {
        return of(code, detail, "");
    }

    static Refusal of(ErrorCode code, String detail, String taskId) {
        return Refusal.newBuilder()
                .setCode(code.number())
                .setDetail(clip(detail))
                .setRetryable(code.retryable())
                .setTaskId(taskId)
                .build();
    }

    static String clip(String detail) {
        return detail.length() <= MAX_DETAIL ? detail : detail.substring(0, MAX_DETAIL - 3) + "...";
    }

    /** Ends a call whose replies have no field for a refusal. */
    static void close(ServerCall<?, ?> call, ErrorCode code, String detail) {
        Refusal refusal = of(code, detail);
        call.close(RefusalTrailer.status(refusal), RefusalTrailer.write(refusal));
    }
}

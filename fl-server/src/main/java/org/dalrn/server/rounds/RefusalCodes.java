package org.dalrn.server.rounds;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.dalrn.core.round.Refusal;
import org.dalrn.protocol.ErrorCode;

/** The domain's refusals and the numbers that the wire has for them: the names are the same. */
final class RefusalCodes {
    private static final Map<ErrorCode, Refusal> REFUSALS = new EnumMap<>(ErrorCode.class);

    static {
        for (Refusal refusal : Refusal.values()) {
            REFUSALS.put(codeOf(refusal), refusal);
        }
    }

    private RefusalCodes() {}

    static ErrorCode codeOf(Refusal refusal) {
        return ErrorCode.valueOf(refusal.name());
    }

    /** Empty for what only the transport can say, for instance that an upload was too slow. */
    static Optional<Refusal> refusalOf(ErrorCode code) {
        return Optional.ofNullable(REFUSALS.get(code));
    }
}

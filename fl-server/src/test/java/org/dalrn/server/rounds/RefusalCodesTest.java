package org.dalrn.server.rounds;

import static org.assertj.core.api.Assertions.assertThat;

import org.dalrn.core.round.Refusal;
import org.dalrn.protocol.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RefusalCodesTest {

    @ParameterizedTest
    @EnumSource(Refusal.class)
    void codeOf_everyRefusal_hasItsNameAndLeadsBack(Refusal refusal) {
        ErrorCode code = RefusalCodes.codeOf(refusal);
        assertThat(code.name()).isEqualTo(refusal.name());
        assertThat(RefusalCodes.refusalOf(code)).contains(refusal);
    }

    @Test
    void refusalOf_codeOfTheTransportAlone_isEmpty() {
        assertThat(RefusalCodes.refusalOf(ErrorCode.UPLOAD_TOO_SLOW)).isEmpty();
    }
}

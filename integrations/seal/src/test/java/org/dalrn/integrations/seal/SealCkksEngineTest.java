package org.dalrn.integrations.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.dalrn.fhe.ckks.CkksEngine;
import org.dalrn.fhe.ckks.CkksParameters;
import org.dalrn.fhe.ckks.EngineContract;
import org.dalrn.fhe.rlwe.SecurityStandard;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contract of every engine, kept by SEAL's own arithmetic. */
class SealCkksEngineTest extends EngineContract {
    private final List<SealCkksEngine> engines = new ArrayList<>();

    @BeforeAll
    void requireSeal() {
        Peers.library();
    }

    @AfterAll
    void close() {
        engines.forEach(SealCkksEngine::close);
    }

    @Override
    protected CkksEngine engine(CkksParameters parameters) {
        SealCkksEngine engine = SealCkksEngine.of(Peers.library(), parameters);
        engines.add(engine);
        return engine;
    }

    /**
     * SEAL's digits are in [0, q), so half of q times (1 + X + ... + X^(N-1)) times the key's error e is part of the switching
     * error. At the root nearest to 1, the first slot's, that is q/2 * 2 / |1 - zeta| = q N / pi times e(zeta), against
     * q sqrt(N / 3) times a slot of e in the mean.
     */
    @Override
    protected double worstSlotOfSwitching(int ringDegree) {
        return Math.sqrt(3.0 * ringDegree) / Math.PI;
    }

    @Test
    void use_closedEngine_isRefused() {
        SealCkksEngine engine = SealCkksEngine.of(
                Peers.library(), CkksParameters.of(4096, SecurityStandard.HES_2018_CLASSICAL, 40, 40));
        engine.close();
        engine.close();
        assertThatThrownBy(() -> engine.encodeScalar(1, 0x1p20, 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("engine was closed");
        assertThat(engine).asString().startsWith("SealCkksEngine[SEAL 4.");
    }
}

package org.dalrn.ethereum.cli;

import java.util.function.Supplier;
import org.dalrn.ethereum.ChainException;
import org.dalrn.podp.PodpException;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.cli.CliException;

/** What can be wrong when rewards are sent. */
final class Rewards {

    private Rewards() {}

    /** An answer of the chain without which nothing is noted or sent, or the error with which the command ends. */
    static <T> T asked(Supplier<T> question) {
        return asked("the chain has to be asked first, so nothing was sent", question);
    }

    /** An answer about a transaction that is in the journal, or the error with which the command ends. */
    static <T> T askedAbout(long id, Supplier<T> question) {
        return asked(
                "transaction " + id + " is in the journal and goes on, but the chain cannot be asked what came of it",
                question);
    }

    private static <T> T asked(String otherwise, Supplier<T> question) {
        try {
            return question.get();
        } catch (ChainException silent) {
            throw new CliException(ErrorCode.ANCHOR_LOOKUP_UNAVAILABLE, otherwise + ": " + silent.getMessage(), silent);
        } catch (PodpException | IllegalArgumentException wrong) {
            throw new CliException(ErrorCode.REQUEST_INVALID, String.valueOf(wrong.getMessage()), wrong);
        }
    }
}

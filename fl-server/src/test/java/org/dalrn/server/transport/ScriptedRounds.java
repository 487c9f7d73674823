package org.dalrn.server.transport;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.RunId;
import org.dalrn.core.round.DropReason;
import org.dalrn.protocol.ErrorCode;

/** Rounds that answer as a test tells them and remember what they were told. */
final class ScriptedRounds implements RoundsPort {
    record Submitted(UpdateFacts facts, double l2Norm, double maxAbsoluteValue) {}

    record Refused(NodeId node, RunId run, int round, ErrorCode code) {}

    record Measured(NodeId node, RunId run, int round, Evaluated of) {}

    volatile Function<UpdateFacts, Announcement> announcement = facts -> {
        throw new IllegalStateException("no announcement is scripted");
    };
    volatile Function<UpdateFacts, CompletionStage<Verdict>> verdict =
            facts -> CompletableFuture.completedFuture(new Verdict.Accepted(facts.claimedExamples(), false));
    volatile Function<Measured, CompletionStage<Verdict>> judgement = measured ->
            CompletableFuture.completedFuture(new Verdict.Accepted(measured.of().examples(), false));
    volatile BiPredicate<NodeId, ContentHash> mayDownload = (node, model) -> true;

    final BlockingQueue<UpdateFacts> announced = new LinkedBlockingQueue<>();
    final BlockingQueue<Submitted> submitted = new LinkedBlockingQueue<>();
    final BlockingQueue<Refused> refused = new LinkedBlockingQueue<>();
    final BlockingQueue<Measured> measured = new LinkedBlockingQueue<>();
    final BlockingQueue<String> presence = new LinkedBlockingQueue<>();
    final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    @Override
    public Announcement announce(UpdateFacts update) {
        announced.add(update);
        return announcement.apply(update);
    }

    @Override
    public CompletionStage<Verdict> submit(UpdateFacts update, double l2Norm, double maxAbsoluteValue) {
        submitted.add(new Submitted(update, l2Norm, maxAbsoluteValue));
        return verdict.apply(update);
    }

    @Override
    public void refused(NodeId node, RunId run, int round, ErrorCode code, String detail) {
        refused.add(new Refused(node, run, round, code));
    }

    @Override
    public CompletionStage<Verdict> evaluation(NodeId node, RunId run, int round, Evaluated evaluated) {
        Measured report = new Measured(node, run, round, evaluated);
        measured.add(report);
        return judgement.apply(report);
    }

    @Override
    public void declined(NodeId node, RunId run, int round, String taskId, DropReason reason, String detail) {
        told.add("declined " + node + " " + run + " " + round + " " + taskId + " " + reason + " " + detail);
    }

    @Override
    public void progressed(NodeId node, String taskId, double fraction, String stage) {
        told.add("progressed " + node + " " + taskId + " " + fraction + " " + stage);
    }

    @Override
    public void connected(NodeId node, List<String> openTaskIds) {
        presence.add("up " + node + " " + openTaskIds);
    }

    @Override
    public void disconnected(NodeId node) {
        presence.add("down " + node);
    }

    @Override
    public boolean mayDownload(NodeId node, RunId run, ContentHash model) {
        return mayDownload.test(node, model);
    }
}

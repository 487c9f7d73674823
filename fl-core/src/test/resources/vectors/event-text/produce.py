# Writes header.json and events.txt beside it: event texts by Python's json module, from dicts written by hand after the Javadoc of
# EventText. Run: python3 produce.py
import hashlib, json, platform, pathlib, struct

def text(tree):
    return json.dumps(tree, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

d = lambda x: struct.pack(">d", x).hex()
h = lambda s: hashlib.sha256(s.encode()).hexdigest()
AT = "2026-01-01T00:00:00Z"
def event(type, **fields):
    return text({"type": type, "v": "1", "at": AT, **fields})

hostile = "quote \" backslash \\ slash / tab \t line \n null \0 esc \x1b del \x7f e\u0301 \u2028 \U0001F600"
spec = {
    "name": "heart", "layout": [{"name": "w", "shape": ["2", "3"]}, {"name": "b", "shape": []}],
    "initialModel": h("m0"), "rounds": "20", "strategy": "fedavg", "strategySettings": {},
    "fractionTrain": d(1.0), "minTrainNodes": "2",
    "fractionEvaluate": d(0.5), "minEvaluateNodes": "2", "minAvailableNodes": "2",
    "trainDeadline": "PT10M", "evaluateDeadline": "PT1.5S", "quorum": "2",
    "overSelection": d(1.25), "maxAttempts": "3", "maxExamplesPerNode": "100000",
    "maxAbsoluteValue": d(64.0),
    "config": {"epochs": {"integer": "5"}, "rate": {"number": d(0.1)}, "shuffle": {"flag": "true"},
               "note": {"text": hostile}},
}
incentive = {
    "unit": "cent", "budget": "1000000", "settle": "round", "rule": "nash", "measure": "gtg-shapley",
    "utility": "digits", "utilitySettings": {"seed": {"integer": "7"}},
    "sampling": {"betweenRounds": d(0.0), "withinRound": d(0.01), "convergence": d(0.05), "mostEvaluations": "200"},
    "organisations": {"cleveland": {"nodes": ["a", "b"], "weight": "2", "reservation": "10000", "cap": "400000"}},
    "others": {"nodes": [], "weight": "1", "reservation": "0"},
}
group = {
    "unit": "€", "budget": "500", "settle": "run", "rule": "auction", "measure": "group-shapley",
    "groups": "4", "groupSize": "2", "metric": "auc", "largerIsBetter": "true",
    "organisations": {"x": {"nodes": ["a"], "weight": "1", "reservation": "0", "bid": "3"}},
}
examples = {
    "unit": "cent", "budget": "500", "settle": "run", "rule": "egalitarian", "measure": "examples",
    "organisations": {"x": {"nodes": ["a"], "weight": "1", "reservation": "0", "verifiedExamples": "30"}},
}
coalitions = [{"members": "0", "model": h("m0")}, {"members": "1", "model": h("c1")}, {"members": "2", "model": h("c2")}]
texts = {
    "opened": event("opened", run="run-1", seed=h("seed"), spec=spec),
    "resumed": event("resumed", deadline="2026-01-01T00:00:00.001Z"),
    "round-started": event("round-started", round="1", attempt="2", model=h("m0"), cohort=["a", "b"],
                           passedOver=["0", "c"], target="2", deadline="2026-01-01T00:10:00Z"),
    "update-accepted": event("update-accepted", round="1", node="a", update=h("u"), claimedExamples="9223372036854775807",
                             grantedWeight="100000", l2Norm=d(3.0), maxAbsoluteValue=d(0.0),
                             metrics={"loss": d(-0.5), "a\"b": d(1.0)}),
    "update-refused": event("update-refused", round="1", node="b", reason="WEIGHT_INVALID", detail=hostile),
    "node-dropped": event("node-dropped", round="1", node="b", reason="CONNECTION_LOST", detail=""),
    "round-closed": event("round-closed", round="1", attempt="2", updates=[h("u"), h("v")], totalWeight="100001",
                          reason="ALL_SETTLED"),
    "round-abandoned": event("round-abandoned", round="1", attempt="1", accepted="0", quorum="2"),
    "model-published": event("model-published", round="1", model=h("m1"), sumDigest=h("s"),
                             evaluationDeadline="2026-01-01T00:00:02Z"),
    "evaluation-started": event("evaluation-started", round="1", model=h("m1"), cohort=[], passedOver=["a"], deadline=AT),
    "node-evaluated": event("node-evaluated", round="1", node="a", examples="7", metrics={}),
    "round-completed": event("round-completed", round="1", evaluatedExamples="7", metrics={"auc": d(0.75)}),
    "contributions-measured": event("contributions-measured", round="1",
                                    values=[{"members": "0", "value": d(0.5)}, {"members": "1f", "value": d(-0.25)}],
                                    contributions=[{"node": "a", "value": d(0.125), "points": "125000"},
                                                   {"node": "b", "value": d(-1.0), "points": "0"}]),
    "allocated": event("allocated", round="1", budget="1000000", theta="1980001/3", undistributed="0",
                       payouts=[{"claimant": "cleveland", "weight": "2", "reservation": "10000", "cap": "400000",
                                 "amount": "400000"},
                                {"claimant": "node:c", "weight": "1", "reservation": "0", "amount": "600000"}]),
    "finished": event("finished", model=h("m1")),
    "stopped": event("stopped", reason=hostile),
    "failed": event("failed", reason="x"),
    "opened, paid by shapley values": event("opened", run="run-1", seed=h("seed"), spec={**spec, "incentive": incentive}),
    "opened, paid by groups": event("opened", run="run-1", seed=h("seed"), spec={**spec, "incentive": group}),
    "opened, paid by examples": event("opened", run="run-1", seed=h("seed"), spec={**spec, "incentive": examples}),
    "model-published, with coalitions": event("model-published", round="1", model=h("m1"), sumDigest=h("s"),
                                              evaluationDeadline="2026-01-01T00:00:02Z", coalitions=coalitions),
    "evaluation-started, with coalitions": event("evaluation-started", round="1", model=h("m1"), cohort=["a"],
                                                 passedOver=[], deadline=AT, coalitions=coalitions),
    "node-evaluated, with coalitions": event("node-evaluated", round="1", node="a", examples="7", metrics={"auc": d(0.5)},
                                             coalitionMetrics=[d(0.25), d(0.375), d(-0.0)]),
}
out = {"producer": "produce.py, json module of Python " + platform.python_version(), "command": "python3 produce.py",
       "date": "2026-11-23", "format": "one event a line, kind and text separated by a tab, in events.txt"}
here = pathlib.Path(__file__).parent
(here / "header.json").write_text(json.dumps(out, indent=1) + "\n")
(here / "events.txt").write_text("".join(f"{k}\t{v}\n" for k, v in texts.items()), encoding="utf-8", newline="")

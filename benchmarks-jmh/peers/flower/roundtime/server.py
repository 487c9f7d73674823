"""Runs FedAvg over two nodes and writes down when each round ended."""

import json
import os
import time

import numpy as np
from flwr.app import ArrayRecord, Context
from flwr.serverapp import Grid, ServerApp
from flwr.serverapp.strategy import FedAvg

NODES = 2
# Nodes 1 and 2 add 1 and 2 to every parameter, so the mean moves by this much in a round.
MEAN_SHIFT = 1.5
SEED = 20261123

app = ServerApp()


class TimedFedAvg(FedAvg):
    """FedAvg with default settings and without evaluation; keeps the clock at the end of each round."""

    def __init__(self) -> None:
        super().__init__(fraction_evaluate=0.0)
        self.ended: list[float] = []
        self.aggregation_ms: list[float] = []

    def aggregate_train(self, server_round, replies):
        replies = list(replies)
        failed = [reply for reply in replies if reply.has_error()]
        if failed or len(replies) != NODES:
            raise RuntimeError(
                f"round {server_round} has {len(replies)} replies, {len(failed)} of them errors; expected {NODES}"
            )
        began = time.perf_counter()
        result = super().aggregate_train(server_round, replies)
        now = time.perf_counter()
        self.aggregation_ms.append((now - began) * 1000)
        self.ended.append(now)
        print(f"round {server_round} ended", flush=True)
        return result


def measure(grid: Grid, parameters: int, rounds: int, shift: bool) -> dict:
    initial = np.random.default_rng(SEED).standard_normal(parameters, dtype=np.float32)
    strategy = TimedFedAvg()
    result = strategy.start(grid=grid, initial_arrays=ArrayRecord([initial]), num_rounds=rounds)
    final = result.arrays.to_numpy_ndarrays()[0]
    expected = initial + np.float32(MEAN_SHIFT * rounds if shift else 0.0)
    error = float(np.max(np.abs(final - expected)))
    if final.shape != initial.shape or not error < 1e-3:
        raise RuntimeError(f"the final model differs by {error} from the expected one; allowed is 1e-3")
    return {
        "round_ms": [(b - a) * 1000 for a, b in zip(strategy.ended, strategy.ended[1:])],
        "aggregation_ms": strategy.aggregation_ms,
    }


@app.main()
def main(grid: Grid, context: Context) -> None:
    config = context.run_config
    path = str(config["result-file"])
    try:
        outcome = measure(grid, int(config["parameters"]), int(config["rounds"]), bool(config["shift"]))
    except BaseException as failure:
        write(path, {"failure": f"{type(failure).__name__}: {failure}"})
        raise
    write(path, outcome)


def write(path: str, outcome: dict) -> None:
    """Writes the whole file or nothing, because the run script waits for it to appear."""
    with open(path + ".part", "w", encoding="utf-8") as file:
        json.dump(outcome, file)
    os.replace(path + ".part", path)

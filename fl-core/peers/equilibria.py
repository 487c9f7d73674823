"""Finds all equilibria of games with nashpy.

Each line of standard input is one game in JSON: {"id", "A", "B", "supports"}; the matrices hold the row player's and the column player's
payoffs. Each line of standard output is its answer: {"id", "vertices", "supports", "warned", "failed"}: the equilibria by
vertex_enumeration and, if asked for, by support_enumeration, each [x, y]; whether one of them warned that the game may be degenerate;
and the error that one of them ended with, or null.
"""

import json
import sys
import warnings

import nashpy


def pairs(equilibria):
    return [[[float(p) for p in x], [float(p) for p in y]] for x, y in equilibria]


def main():
    for line in sys.stdin:
        question = json.loads(line)
        answer = {"id": question["id"], "vertices": [], "supports": None, "warned": False, "failed": None}
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                game = nashpy.Game(question["A"], question["B"])
                if question["supports"]:
                    answer["supports"] = pairs(game.support_enumeration())
                answer["vertices"] = pairs(game.vertex_enumeration())
            except Exception as error:
                answer["failed"] = f"{type(error).__name__}: {error}"
            answer["warned"] = any("degenerate" in str(warning.message) for warning in caught)
        sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

"""Vectors of batches of checkpoints: an independent reading of docs/anchoring.md and RFC 6962, section 2.1.

The tree is hashed by the recursive definition of the RFC, unlike the library's. Python 3.9 or later, no packages:
    python3 produce.py > batches.json
"""

import base64
import hashlib
import json


def sha256(data):
    return hashlib.sha256(data).digest()


def root(leaves):
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0])
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return sha256(b"\x01" + root(leaves[:k]) + root(leaves[k:]))


def path(index, leaves):
    if len(leaves) == 1:
        return []
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    if index < k:
        return path(index, leaves[:k]) + [root(leaves[k:])]
    return path(index - k, leaves[k:]) + [root(leaves[:k])]


def checkpoint(origin, size):
    digest = sha256(f"{origin} {size}".encode())
    return f"{origin}\n{size}\n{base64.b64encode(digest).decode()}\n"


# Origins beyond ASCII: UTF-8 order is not the order of UTF-16.
STRANGE = ["example.org/\uff5e", "example.org/\U0001f600", "example.org/\u00e9", "example.org/z"]

batches = []
for size in [1, 2, 3, 4, 5, 7, 8, 10, 33]:
    names = STRANGE if size == 4 else [f"example.org/hospitals/run-{i}" for i in reversed(range(size))]
    texts = {name: checkpoint(name, 3 * i + 1) for i, name in enumerate(names)}
    given = list(texts.values())
    ordered = [texts[name] for name in sorted(texts, key=lambda name: name.encode())]
    leaves = [b"dalrn/anchor/v1\n" + text.encode() for text in ordered]
    batches.append(
        {
            "given": given,
            "sorted": ordered,
            "root": root(leaves).hex(),
            "paths": [[hash.hex() for hash in path(i, leaves)] for i in range(size)],
        }
    )
print(json.dumps({"producer": "produce.py, CPython hashlib", "batches": batches}, indent=1))

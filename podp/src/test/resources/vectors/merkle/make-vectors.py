"""Producer of eight-leaves.json: the tree of RFC 9162, section 2.1, by its recursive definitions, word for word.

The leaves are those of the tests of the certificate-transparency project, whose root 5dc9da79... is the last one here.
Run: python3 make-vectors.py > eight-leaves.json   (Python 3.11.7, standard library only)
"""
import hashlib
import json

LEAVES = [bytes.fromhex(text) for text in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]


def sha(data):
    return hashlib.sha256(data).digest()


def split(n):
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def mth(d):
    if not d:
        return sha(b"")
    if len(d) == 1:
        return sha(b"\x00" + d[0])
    k = split(len(d))
    return sha(b"\x01" + mth(d[:k]) + mth(d[k:]))


def path(m, d):
    if len(d) == 1:
        return []
    k = split(len(d))
    return path(m, d[:k]) + [mth(d[k:])] if m < k else path(m - k, d[k:]) + [mth(d[:k])]


def subproof(m, d, b):
    if m == len(d):
        return [] if b else [mth(d)]
    k = split(len(d))
    return subproof(m, d[:k], b) + [mth(d[k:])] if m <= k else subproof(m - k, d[k:], False) + [mth(d[:k])]


sizes = range(len(LEAVES) + 1)
print(json.dumps({
    "producer": "make-vectors.py in this folder, Python 3.11.7, 2026-11-23; leaves: certificate-transparency's tests",
    "leaves": [leaf.hex() for leaf in LEAVES],
    "roots": [mth(LEAVES[:n]).hex() for n in sizes],
    "inclusion": [
        {"index": m, "size": n, "path": [h.hex() for h in path(m, LEAVES[:n])]} for n in sizes for m in range(n)],
    "consistency": [
        {"from": m, "to": n, "path": [h.hex() for h in subproof(m, LEAVES[:n], True)]}
        for n in sizes for m in range(1, n + 1)],
}, indent=1))

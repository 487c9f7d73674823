"""Makes receipts.json and bundle.tar beside this file: python3 make.py

Independent of podp: Python's json (keys re-sorted by UTF-16 code units), hashlib, tarfile, and Ed25519 by the package
`cryptography`. Keys are those of RFC 8032 section 7.1, tests 1 to 3. The tree is RFC 6962 section 2.1 by its recursive definition.
"""

import base64
import hashlib
import io
import json
import os
import platform
import struct
import tarfile

import cryptography
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

HERE = os.path.dirname(os.path.abspath(__file__))
SEEDS = [
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
]
KEYS = [Ed25519PrivateKey.from_private_bytes(bytes.fromhex(s)) for s in SEEDS]
PUBLIC = [k.public_key().public_bytes_raw() for k in KEYS]
OWNER, CLIENT = 0, 1
ORIGIN = "example.org/hospitals/heart-1f2e3d4c"


def sha(data):
    return hashlib.sha256(data).digest()


def ordered(tree):
    if isinstance(tree, dict):
        return {k: ordered(tree[k]) for k in sorted(tree, key=lambda k: k.encode("utf-16-be"))}
    return [ordered(t) for t in tree] if isinstance(tree, list) else tree


def canonical(tree):
    return json.dumps(ordered(tree), ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def nested(levels):
    tree = []
    for _ in range(levels - 1):
        tree = [tree]
    return tree


CANONICAL = {
    "empty string": "",
    "empty array": [],
    "empty object": {},
    "empty key and value": {"": ""},
    "escapes": '"\\/\b\t\n\f\r',
    "control characters": "".join(chr(i) for i in range(0x20)),
    "delete, separators, byte order mark": "\u007f\u0080\u2028\u2029\ufeff",
    "non-ASCII": {"épsilon": "ε", "ключ": "значение", "鍵": "値", "a": "\u00e9 and e\u0301"},
    "keys whose UTF-16 order differs from that of code points": {
        "\ufb33": "HEBREW DALET", "\U0001f600": "GRINNING FACE", "\uffff": "last of the plane", "\ud7ff": "before",
        "\ue000": "after", "\U0010ffff": "last",
    },
    "keys of RFC 8785 section 3.2.3": {
        "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
        "\U0001f600": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis",
    },
    "keys that are prefixes": {"a": "1", "aa": "2", "": "0", "a\u0000": "3", "b": ["4", {"c": []}]},
    "sixteen levels": nested(16),
}

REFUSED = {
    "nothing": b"", "space before": b' ""', "space after": b'"" ', "space inside": b'{"a": "b"}', "two values": b'""""',
    "number": b"1", "true": b"true", "null": b"null", "number inside": b'{"a":1}',
    "open string": b'"a', "open array": b'["a"', "open object": b'{"a":"b"', "comma at the end": b'["a",]',
    "comma at the end of an object": b'{"a":"b",}', "no comma": b'["a""b"]', "no colon": b'{"a""b"}', "key alone": b'{"a"}',
    "key that is no string": b'{[]:"a"}',
    "keys unsorted": b'{"b":"","a":""}', "key twice": b'{"a":"","a":""}',
    "keys sorted by code points": '{"\ufb33":"","\U0001f600":""}'.encode(),
    "escaped slash": b'"\\/"', "escaped letter": b'"\\u0061"', "long escape of a line feed": b'"\\u000a"',
    "upper-case escape": b'"\\u001F"', "upper-case u": b'"\\U001f"', "escaped delete": b'"\\u007f"', "unknown escape": b'"\\x"',
    "escape cut": b'"\\u00', "escape at the end": b'"\\', "escape without digits": b'"\\u00zz"', "sign as digit": b'"\\u00-1"',
    "raw tab": b'"\t"', "raw line feed": b'"\n"', "raw zero": b'"\x00"',
    "escaped surrogates": b'"\\ud83d\\ude00"', "lone surrogate as escape": b'"\\ud83d"',
    "lone high surrogate": b'"\xed\xa0\xbd"', "lone low surrogate": b'"\xed\xb8\x80"', "surrogates in CESU-8": b'"\xed\xa0\xbd\xed\xb8\x80"',
    "overlong slash": b'"\xc0\xaf"', "overlong of three": b'"\xe0\x80\xaf"', "overlong of four": b'"\xf0\x80\x80\xaf"',
    "beyond Unicode": b'"\xf4\x90\x80\x80"', "continuation alone": b'"\x80"', "sequence cut": b'"\xe2\x82"', "sequence cut at the end": b'"\xe2\x82',
    "bytes ff": b'"\xff"', "UTF-16": '""'.encode("utf-16-le"), "byte order mark": b'\xef\xbb\xbf""',
    "seventeen levels": canonical(nested(17)),
}


def key_id(i):
    return sha(PUBLIC[i]).hex()


def artifact(role, data):
    return {"role": role, "sha256": sha(data).hex()}


BLOBS = [b"", b"weights of the first model\n", bytes(range(256)), b"sum\x00", b"x" * 512, "ünïcode".encode()]


def receipts():
    """Receipts of every shape; (tree, index of the key of its actor)."""
    yield {"type": "run-opened/1", "inputs": [], "outputs": [artifact("model", BLOBS[1])],
           "parameters": {"rate": struct.pack(">d", 0.01).hex(), "clients": "3"}, "obs": {"time": "1790000000000"}}, OWNER
    yield {"type": "update/1", "inputs": [artifact("model", BLOBS[1])], "outputs": [artifact("update", BLOBS[2])],
           "parameters": {}, "obs": {}}, CLIENT
    yield {"type": "sum/12", "inputs": [artifact("addend", BLOBS[2]), artifact("addend", BLOBS[0])],
           "outputs": [artifact("sum", BLOBS[3])], "parameters": {"count": "2", "": [], "order": ["b", "a"]},
           "obs": {"host": "größe", "\U0001f600": "\ufb33", "\ufb33": "\U0001f600"}}, OWNER
    yield {"type": "note.with-every-character/0", "inputs": [], "outputs": [],
           "parameters": {"".join(chr(i) for i in range(0x30)): CANONICAL["escapes"]}, "obs": {"deep": nested(14)}}, OWNER
    yield {"type": "publish/1", "inputs": [artifact("sum", BLOBS[3])], "outputs": [artifact("model", BLOBS[4]), artifact("text", BLOBS[5])],
           "parameters": {"largest": str(2**63 - 1), "smallest": str(-(2**63)), "minus-zero": struct.pack(">d", -0.0).hex()}, "obs": {}}, CLIENT


def entries():
    prev = ""
    for seq, (tree, actor) in enumerate(receipts()):
        tree = dict(tree, v="1", log=ORIGIN, seq=str(seq), prev=prev, actor=key_id(actor))
        text = canonical(tree)
        digest = sha(b"dalrn/replay/v1\n" + canonical({k: v for k, v in tree.items() if k != "obs"}))
        prev = digest.hex()
        line = text
        if actor != OWNER:
            line += b"\t" + KEYS[actor].sign(b"dalrn/receipt-signature/v1\n" + text).hex().encode()
        leaf_data = b"dalrn/receipt/v1\n" + line
        yield {"line": line.hex(), "text": text.hex(), "replayDigest": prev, "leafData": leaf_data.hex(),
               "leafHash": sha(b"\x00" + leaf_data).hex(), "signed": actor != OWNER}


def root(leaves):
    if not leaves:
        return sha(b"")
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return sha(b"\x01" + root(leaves[:k]) + root(leaves[k:]))


def note_key_id(name, algorithm, public):
    return sha(name.encode() + b"\n" + bytes([algorithm]) + public)[:4]


def note(size, leaves, owner=OWNER, origin=ORIGIN):
    text = f"{origin}\n{size}\n{base64.b64encode(root(leaves[:size])).decode()}\n"
    signature = note_key_id(origin, 1, PUBLIC[owner]) + KEYS[owner].sign(text.encode())
    return text + f"\n\u2014 {origin} {base64.b64encode(signature).decode()}\n"


ANCHORED_SIZE = 4
ANCHOR = b"""dalrn/anchor-proof/v1
chain eip155:31337
contract 0x5fbdb2315678afecb367f032d93f642f64180aa3
account 0x70997970c51812dc3a010c7d01b50e0d17dc79c8
transaction 0x434fe0b6f57eb450b343e2d524ccc897f93b0d82bb7ed12bd5bbafc1952c6f88
block 21
single
"""
README = os.path.join(HERE, "../../../../main/resources/org/dalrn/podp/verify/README.txt")


def bundle(log, leaves, notes):
    files = {"checkpoint": notes[len(log)].encode()}
    for size in (0, 2, ANCHORED_SIZE):
        files[f"checkpoints/{size:020d}"] = notes[size].encode()
    files["leaves"] = b"".join(leaves)
    files["receipts.jsonl"] = b"".join(bytes.fromhex(e["line"]) + b"\n" for e in log)
    files[f"anchors/{ANCHORED_SIZE:020d}-{sha(ANCHOR).hex()}"] = ANCHOR
    for blob in sorted(BLOBS, key=sha):
        files["blobs/" + sha(blob).hex()] = blob
    manifest = "".join(f"{sha(data).hex()}  {name}\n" for name, data in files.items()).encode()
    with open(README, "rb") as readme:
        files = {"README.txt": readme.read(), "manifest": manifest, **files}
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
        end = tar.offset
    # Python fills up to 20 blocks; a bundle ends after two blocks of zeros.
    return out.getvalue()[:end] + bytes(1024)


def tlog_proof(log, leaves, notes, index):
    """C2SP tlog-proof with the line in `extra`."""
    def path(i, part):
        if len(part) == 1:
            return []
        k = 1
        while 2 * k < len(part):
            k *= 2
        return path(i, part[:k]) + [root(part[k:])] if i < k else path(i - k, part[k:]) + [root(part[:k])]

    lines = ["c2sp.org/tlog-proof@v1", "extra " + base64.b64encode(bytes.fromhex(log[index]["line"])).decode(), f"index {index}"]
    lines += [base64.b64encode(h).decode() for h in path(index, leaves)]
    return "\n".join(lines) + "\n\n" + notes[len(log)]


def main():
    log = list(entries())
    leaves = [bytes.fromhex(e["leafHash"]) for e in log]
    notes = {size: note(size, leaves) for size in range(len(log) + 1)}
    json.dump(
        {
            "producer": f"make.py with Python {platform.python_version()}, cryptography {cryptography.__version__}, 2026-11-23",
            "canonical": [{"name": n, "tree": t, "text": canonical(t).hex()} for n, t in CANONICAL.items()],
            "refused": [{"name": n, "text": t.hex()} for n, t in REFUSED.items()],
            "origin": ORIGIN,
            "ownerSeed": SEEDS[OWNER], "ownerKey": PUBLIC[OWNER].hex(), "ownerId": key_id(OWNER),
            "clientSeed": SEEDS[CLIENT], "clientKey": PUBLIC[CLIENT].hex(), "clientId": key_id(CLIENT),
            "log": log,
            "blobs": [b.hex() for b in BLOBS],
            "anchoredSize": ANCHORED_SIZE, "anchor": ANCHOR.decode(),
            "proofs": [tlog_proof(log, leaves, notes, i) for i in range(len(log))],
            "roots": [root(leaves[:i]).hex() for i in range(len(leaves) + 1)],
            "checkpoints": [notes[size] for size in range(len(log) + 1)],
        },
        open(os.path.join(HERE, "receipts.json"), "w", encoding="utf-8", newline="\n"),
        ensure_ascii=True, indent=1,
    )
    with open(os.path.join(HERE, "bundle.tar"), "wb") as out:
        out.write(bundle(log, leaves, notes))


if __name__ == "__main__":
    main()

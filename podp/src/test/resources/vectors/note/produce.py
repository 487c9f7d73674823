"""Writes notes.json and points.json, the vectors of the signed notes, beside this file.

Producer: Python 3 with the package cryptography 48.0.0 (OpenSSL's Ed25519) for the signatures, and the integers of Python
for the points of the curve, after RFC 8032 section 5.1.3. Nothing here comes from DALRN.
Run: pip install cryptography==48.0.0 && python3 produce.py
"""

import base64
import hashlib
import json
import pathlib
import struct

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

HERE = pathlib.Path(__file__).parent
PRODUCER = "produce.py: Python 3, cryptography 48.0.0, 2026-11-23"


class Key:
    def __init__(self, label, name, kind):
        self.seed = hashlib.sha256(label.encode()).digest()
        self.private = Ed25519PrivateKey.from_private_bytes(self.seed)
        self.public = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.name, self.kind = name, kind
        self.id = hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + self.public).digest()[:4]

    def vkey(self):
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"

    def line(self, text, time=None):
        if self.kind == 1:
            signature = self.private.sign(text.encode())
        else:
            signed = f"cosignature/v1\ntime {time}\n{text}".encode()
            signature = struct.pack(">Q", time) + self.private.sign(signed)
        return f"\u2014 {self.name} {base64.b64encode(self.id + signature).decode()}\n"


def note_vectors():
    log = Key("log", "example.org/hospitals/heart-1f2e3d4c", 1)
    other = Key("other", "例え.example/写し", 1)
    w1 = Key("w1", "witness.example/w1", 4)
    w2 = Key("w2", "witness.example/w2", 4)
    root = hashlib.sha256(b"root").digest()
    checkpoint = f"{log.name}\n42\n{base64.b64encode(root).decode()}\n"
    largest = f"{log.name}\n9223372036854775807\n{base64.b64encode(root).decode()}\nextension one\n\u00e8 subito sera\n"
    cases = [
        ("log alone", checkpoint, [(log, None)]),
        ("two witnesses", checkpoint, [(log, None), (w1, 1679315147), (w2, 9223372036854775807)]),
        ("extensions, largest size", largest, [(log, None), (w1, 1)]),
        ("prose with empty lines", "Ognuno sta solo\n\ntrafitto da un raggio\n\n\n\u00e8 subito sera\n", [(other, None)]),
        ("an empty line only", "\n", [(other, None), (log, None)]),
    ]
    return {
        "producer": PRODUCER,
        "keys": [
            {
                "seed": k.seed.hex(),
                "public": k.public.hex(),
                "name": k.name,
                "type": k.kind,
                "vkey": k.vkey(),
                "pem": k.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
            }
            for k in (log, other, w1, w2)
        ],
        "notes": [
            {
                "what": what,
                "text": text,
                "signers": [{"vkey": k.vkey(), **({} if t is None else {"time": str(t)})} for k, t in signers],
                "note": text + "\n" + "".join(k.line(text, t) for k, t in signers),
            }
            for what, text, signers in cases
        ],
    }


P = 2**255 - 19
D = -121665 * pow(121666, P - 2, P) % P


def decode(encoded):
    """The point (x, y) of 32 bytes, or None."""
    number = int.from_bytes(encoded, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    return (P - x if x & 1 != sign else x), y


def add(a, b):
    t = D * a[0] * b[0] * a[1] * b[1] % P
    return (
        (a[0] * b[1] + a[1] * b[0]) * pow(1 + t, P - 2, P) % P,
        (a[1] * b[1] + a[0] * b[0]) * pow(1 - t, P - 2, P) % P,
    )


def times(n, a):
    sum_ = (0, 1)
    for bit in bin(n)[2:]:
        sum_ = add(sum_, sum_)
        if bit == "1":
            sum_ = add(sum_, a)
    return sum_


def encode(a):
    return (a[1] | (a[0] & 1) << 255).to_bytes(32, "little")


ORDER = 2**252 + 27742317777372353535851937790883648493


def small_order_points():
    found, counter = set(), 0
    while len(found) < 8:
        point = decode(hashlib.sha256(b"small %d" % counter).digest())
        counter += 1
        if point:
            found.add(encode(times(ORDER, point)))
    return sorted(found)


def point_vectors():
    small = small_order_points()
    # y + p still fits in 255 bits for y below 19; with either sign bit. And x = 0 with the sign bit set.
    second_spellings = [(y | sign << 255).to_bytes(32, "little") for y in range(P, 2**255) for sign in (0, 1)]
    second_spellings += [(1 | 1 << 255).to_bytes(32, "little"), (P - 1 | 1 << 255).to_bytes(32, "little")]
    random = [hashlib.sha256(b"point %d" % i).digest() for i in range(400)]
    return {
        "producer": PRODUCER,
        "smallOrder": [p.hex() for p in small],
        "secondSpellings": [p.hex() for p in second_spellings],
        "points": [p.hex() for p in random if decode(p)],
        "noPoints": [p.hex() for p in random if not decode(p)],
    }


for name, vectors in (("notes.json", note_vectors()), ("points.json", point_vectors())):
    (HERE / name).write_text(json.dumps(vectors, indent=1, ensure_ascii=True) + "\n")

# Writes request.hex, enrolment.hex and header.txt beside it: the bytes that signatures cover, after docs/wire.md.
# Run: python3 produce.py
import hashlib, pathlib, platform

lp = lambda b: len(b).to_bytes(4, "big") + b
node, run, nonce, body = b"hospital-a", "run-1".encode(), bytes(range(24)), b"\x0a\x03abc"
request = (b"dalrn-request-v1\n" + lp(b"Session/Evaluation") + lp(node) + lp(run) + (7).to_bytes(4, "big") + lp(nonce)
           + hashlib.sha256(body).digest())
enrolment = b"dalrn-enroll-v1\n" + lp("hospital-a".encode()) + lp(bytes(range(100, 132)))
here = pathlib.Path(__file__).parent
(here / "request.hex").write_text(request.hex() + "\n")
(here / "enrolment.hex").write_text(enrolment.hex() + "\n")
(here / "header.txt").write_text(f"producer: produce.py, Python {platform.python_version()}\ncommand: python3 produce.py\n"
                                 "date: 2026-11-23\n")

#!/usr/bin/env python3
"""Has a real node (Kubo) make the vectors of src/test/resources/vectors/kubo-files.json. The rest is Python's own library.

Usage: vectors.py IPFS_BINARY > kubo-files.json

Each file's content is a pattern, so that only its name is stored:
  zeros    that many zero bytes
  counter  SHA-256("dalrn-ipfs-vector/1\\n" || 64-bit big-endian k) for k = 0, 1, 2, ..., cut at the size
The node says the CID of `ipfs add` with CIDv1, and SHA-256 of what `ipfs dag export` writes of it where "car" is there.
"""
import hashlib
import json
import os
import subprocess
import sys
import tempfile

KIB256, MIB = 262144, 1 << 20


def content(pattern, size):
    if pattern == "zeros":
        return bytes(size)
    out = bytearray()
    k = 0
    while len(out) < size:
        out += hashlib.sha256(b"dalrn-ipfs-vector/1\n" + k.to_bytes(8, "big")).digest()
        k += 1
    return bytes(out[:size])


def cases():
    # Kubo's default layout: one chunk, several, one full node and one chunk more.
    for size in (0, 1, 11, KIB256 - 1, KIB256, KIB256 + 1, 2 * KIB256 + 5, 4 * KIB256):
        yield "counter", size, KIB256, 174, True
    for size in (KIB256, 3 * KIB256, 174 * KIB256, 174 * KIB256 + 1, 350 * KIB256):
        yield "zeros", size, KIB256, 174, True
    # The layout unixfs-v1-2025.
    for size in (MIB, MIB + 1, 3 * MIB + 7):
        yield "counter", size, MIB, 1024, True
    # The same widths with small chunks: 174, 174 + 1, 174 * 174 and 174 * 174 + 1 chunks.
    for chunks in (173, 174, 175, 348, 349):
        yield "counter", 16 * chunks, 16, 174, True
    for chunks in (174 * 174 - 1, 174 * 174, 174 * 174 + 1):
        yield "counter", 16 * chunks, 16, 174, False
    for chunks in (1023, 1024, 1025):
        yield "counter", 16 * chunks - 3, 16, 1024, False
    # Deep trees, at every size around their boundaries.
    for links in (2, 3):
        for size in range(0, 40):
            yield "counter", size, 1, links, size % 8 == 1
    for size in (31, 32, 33, 100, 1000, 1023, 1024, 1025, 4095, 4097):
        yield "counter", size, 10, 4, True
        yield "zeros", size, 10, 4, True


def main():
    ipfs = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        environment = dict(os.environ, IPFS_PATH=os.path.join(folder, "repo"), IPFS_TELEMETRY="off")

        def run(*words, data=None):
            return subprocess.run([ipfs, *words], input=data, env=environment, check=True, stdout=subprocess.PIPE).stdout

        run("init", "--profile=test", "--empty-repo")
        files = []
        for pattern, size, chunk, links, car in cases():
            options = ["--cid-version=1", f"--chunker=size-{chunk}", f"--max-file-links={links}"]
            if (chunk, links) == (KIB256, 174):
                # Nothing but what the documentation says.
                options = ["--cid-version=1"]
            if not car:
                options.append("--only-hash")
            data = content(pattern, size)
            cid = run("add", "-Q", *options, data=data).decode().strip()
            entry = {"content": pattern, "size": size, "chunkBytes": chunk, "maxLinks": links, "cid": cid}
            if car:
                entry["car"] = hashlib.sha256(run("dag", "export", "--progress=false", cid)).hexdigest()
            files.append(entry)
        version = run("version", "-n").decode().strip()
    print("{")
    print('  "producer": "Kubo ' + version + ', integrations/ipfs/peers/vectors.py; content as its head says",')
    print('  "command": "ipfs add -Q --cid-version=1 [--chunker=size-CHUNK --max-file-links=LINKS]; ipfs dag export",')
    print('  "files": [')
    print(",\n".join("    " + json.dumps(entry) for entry in files))
    print("  ]\n}")


if __name__ == "__main__":
    main()

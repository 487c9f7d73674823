"""Values for SealSeedTest and Blake2bTest: an independent model of SEAL's uniform expansion (hashlib has no depth 0)."""
import hashlib
import struct

IV = [0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1,
      0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179]
M = 2**64 - 1
SIGMA = ["0123456789abcdef", "ea489fd61c02b753", "b8c052fdae367194", "7931dcbe265a40f8", "905724afe1bc683d",
         "2c6a0b834d75fe19", "c51fed4a0763928b", "db7ec13950f4862a", "6fe9b308c2d714a5", "a2847615fb9e3cd0"]


def compress(h, block, t, last):
    m = struct.unpack("<16Q", block)
    v = h[:] + IV[:]
    v[12] ^= t
    if last:
        v[14] ^= M
    def g(a, b, c, d, x, y):
        v[a] = (v[a] + v[b] + x) & M
        v[d] ^= v[a]; v[d] = (v[d] >> 32 | v[d] << 32) & M
        v[c] = (v[c] + v[d]) & M
        v[b] ^= v[c]; v[b] = (v[b] >> 24 | v[b] << 40) & M
        v[a] = (v[a] + v[b] + y) & M
        v[d] ^= v[a]; v[d] = (v[d] >> 16 | v[d] << 48) & M
        v[c] = (v[c] + v[d]) & M
        v[b] ^= v[c]; v[b] = (v[b] >> 63 | v[b] << 1) & M
    for r in range(12):
        s = [int(x, 16) for x in SIGMA[r % 10]]
        for i, (a, b, c, d) in enumerate([(0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
                                          (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)]):
            g(a, b, c, d, m[s[2 * i]], m[s[2 * i + 1]])
    return [h[i] ^ v[i] ^ v[i + 8] for i in range(8)]


def blake2b(params, data):
    h = [a ^ b for a, b in zip(IV, struct.unpack("<8Q", params))]
    blocks = max(1, -(-len(data) // 128))
    for i in range(blocks):
        part = data[128 * i:128 * i + 128]
        h = compress(h, part.ljust(128, b"\0"), min(len(data), 128 * i + 128), i == blocks - 1)
    return struct.pack("<8Q", *h)


def params(digest, key, fanout, depth, leaf, node, xof, inner):
    return struct.pack("<BBBBIIIBB", digest, key, fanout, depth, leaf, node, xof, 0, inner).ljust(64, b"\0")


assert blake2b(params(64, 0, 1, 1, 0, 0, 0, 0), b"abc" * 99) == hashlib.blake2b(b"abc" * 99).digest()
assert blake2b(params(64, 64, 1, 1, 0, 0, 0, 0), bytes(64).ljust(128, b"\0") + b"x") == hashlib.blake2b(b"x", key=bytes(64)).digest()


def xb(seed, counter):
    root = blake2b(params(64, 64, 1, 1, 0, 0, 4096, 0), seed.ljust(128, b"\0") + struct.pack("<Q", counter))
    return b"".join(blake2b(params(64, 0, 0, 0, 64, i, 4096, 64), root) for i in range(64))


def shake(seed, counter):
    return hashlib.shake_256(seed + struct.pack("<Q", counter)).digest(4096)


def expand(block, seed, n, primes):
    stream = b""
    def word(i):
        nonlocal stream
        while len(stream) < 8 * i + 8:
            stream += block(seed, len(stream) // 4096)
        return struct.unpack_from("<Q", stream, 8 * i)[0]
    nxt = n * len(primes)
    out = []; rejected = 0
    for j, q in enumerate(primes):
        t = M - (M % q) - 1
        for i in range(n):
            w = word(j * n + i)
            while w >= t:
                w = word(nxt); nxt += 1; rejected += 1
            out.append(w % q)
    return out, rejected


def is_prime(n):
    return all(pow(a, n - 1, n) == 1 for a in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37))


if __name__ == "__main__":
    zero = bytes(64); seed = bytes(range(64))
    print([hex(w) for w in struct.unpack("<4Q", xb(zero, 0)[:32])], hex(struct.unpack("<Q", xb(zero, 1)[:8])[0]))
    print([hex(w) for w in struct.unpack("<4Q", shake(zero, 0)[:32])])
    q = int(1.2 * 2**59) // 2048 * 2048 + 1
    while not is_prime(q):
        q -= 2048
    second = q - 2048
    while not is_prime(second):
        second -= 2048
    for name, block in (("xb", xb), ("shake", shake)):
        for n, primes in ((2048, [0x3FFFFFFFFC001]), (1024, [q, second])):
            out, rejected = expand(block, seed, n, primes)
            print(name, n, [hex(p) for p in primes], rejected, out[:3], out[-1],
                  hashlib.sha256(struct.pack(f"<{len(out)}Q", *out)).hexdigest())
    for count in (1, 16, 17, 40):
        words = struct.pack(f"<{count}Q", *[0x0123456789ABCDEF * (i + 1) & M for i in range(count)])
        print(count, hashlib.blake2b(words, digest_size=32).hexdigest(), hashlib.blake2b(words).hexdigest()[:32])
    def pid(n, primes):
        return hashlib.blake2b(struct.pack(f"<{len(primes) + 3}Q", 2, n, *primes, 0), digest_size=32).hexdigest()
    p4 = [0xffffffffffe8001, 0xfffff4c001, 0xfffffdc001, 0xfffffffffffc001]
    print(pid(2048, [0x3ffffffffed001])); print(pid(8192, p4)); print(pid(8192, p4[:3]))
    print(pid(8192, [0xfffffffffffc001, 0xfffff4c001, 0xfffffdc001])); print(pid(2048, [0x3ffffffffc001])); print(pid(4096, [0x3fffffffcc001, 0x3ffffffffc001]))

# Writes a payouts file by docs/anchoring.md, "Payouts file": hashlib and json only. The tree is built by recursion, as RFC 9162 2.1 has it.
import hashlib, json

LINES = [("clinic", 61, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),
         ("hospital", 20, "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"),
         ("lab", 119, "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB"),
         ("node:berlin", 7, "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb"),
         ("zurich", 1, "0x52908400098527886E0F7030069857D2E4169EE7")]
WEI = 10**15 + 7

def sha(b): return hashlib.sha256(b).digest()
def leaf(i, account, wei):
    data = b"dalrn/claim/v1\n" + i.to_bytes(8, "big") + bytes.fromhex(account[2:]) + wei.to_bytes(32, "big")
    return sha(b"\x00" + data)
def split(n):
    k = 1
    while 2 * k < n: k *= 2
    return k
def root(h): return h[0] if len(h) == 1 else sha(b"\x01" + root(h[:split(len(h))]) + root(h[split(len(h)):]))
def path(m, h):
    if len(h) == 1: return []
    k = split(len(h))
    return path(m, h[:k]) + [root(h[k:])] if m < k else path(m - k, h[k:]) + [root(h[:k])]

hashes = [leaf(i, a, u * WEI) for i, (_, u, a) in enumerate(LINES)]
out = {"v": "dalrn/payouts/v1", "log": "example.org/hospitals/heart-1", "receipts": "4",
       "receiptsRoot": hashlib.sha256(b"receipts").hexdigest(), "unit": "cent", "weiPerUnit": str(WEI),
       "root": root(hashes).hex(), "total": str(sum(u for _, u, _ in LINES) * WEI),
       "payouts": [{"claimant": c, "units": str(u), "account": a, "amount": str(u * WEI), "index": str(i),
                    "proof": [h.hex() for h in path(i, hashes)]} for i, (c, u, a) in enumerate(LINES)]}
print(json.dumps(out, sort_keys=True, separators=(",", ":")))

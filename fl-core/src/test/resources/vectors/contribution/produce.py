"""Draws of the contribution package, computed independently: python3 produce.py > draws.txt"""
import hashlib
import struct


def words(domain, seed):
    counter = 0
    while True:
        yield from struct.unpack(">8I", hashlib.sha256(domain + seed + struct.pack(">Q", counter)).digest())
        counter += 1


def below(stream, bound):
    fair = 2**32 - 2**32 % bound
    return next(w for w in stream if w < fair) % bound


def shuffled(stream, items, start):
    items = list(items)
    for last in range(len(items) - 1, start, -1):
        other = start + below(stream, last - start + 1)
        items[last], items[other] = items[other], items[last]
    return items


def guided(stream, players, first):
    order = list(range(players))
    order[0], order[first] = order[first], order[0]
    return shuffled(stream, order, 1)


def groups(seed, round_, attempt, nodes, least, most):
    prefix = b"dalrn-groups-v1" + seed + struct.pack(">ii", round_, attempt)
    order = sorted(nodes, key=lambda node: hashlib.sha256(prefix + node.encode()).digest())
    count = min(most, len(order) // least)
    return [sorted(order[i::count]) for i in range(count)]


seed = hashlib.sha256(b"seed of the vectors").digest()
random_orders = words(b"dalrn-tmc-v1", seed)
guided_orders = words(b"dalrn-gtg-v1", seed)
nodes = ["node-%02d" % i for i in range(17)]
print("# producer: produce.py beside this file, hashlib and struct of CPython 3; command: python3 produce.py > draws.txt")
print("seed", seed.hex())
for _ in range(5):
    print("tmc", *shuffled(random_orders, range(9), 0))
for i in range(12):
    print("gtg", *guided(guided_orders, 9, i % 9))
for r in range(4):
    for group in groups(seed, r, 1 + r % 2, nodes, 2 + r % 3, 10):
        # round, attempt, least size, then the members
        print("group", r, 1 + r % 2, 2 + r % 3, *group)

"""Messages of TenSEAL for the tests of org.dalrn.fhe.seal. Usage: python golden_tenseal.py FOLDER"""
import sys
import tenseal as ts

folder = sys.argv[1]
context = ts.context(ts.SCHEME_TYPE.CKKS, 2048, coeff_mod_bit_sizes=[30, 24])
context.global_scale = 2**18


def save(name, data):
    with open(f"{folder}/{name}", "wb") as out:
        out.write(data)


save("tenseal-context-secret", context.serialize(save_secret_key=True))
save("tenseal-context-public", context.serialize(save_secret_key=False, save_galois_keys=False))
save("tenseal-vector", ts.ckks_vector(context, [0.5 * i - 3 for i in range(16)]).serialize())
save("tenseal-tensor", ts.ckks_tensor(context, ts.plain_tensor([[1.0, 2.0], [3.0, 4.0]]), batch=True).serialize())

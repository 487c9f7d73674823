"""Times the SEAL of the wheel seal-python: figures and JSON as ./run says.

A call through the binding costs about 0.3 microseconds on top of SEAL's own time. The transform of one limb is a part of
that of a ciphertext: half of one with two polynomials of one limb, which stay in the second-level cache as in the other
programs, and, as a figure of its own, a twelfth of one with six limbs, which do not: they took 1.4 to 1.5 times as long,
in SEAL 4.0 measured the same way too. SEAL's checks of the ciphertext are part of it.
"""

import json
import sys
import time
from importlib import metadata

import seal


def figure(name, params, measured, prepare=lambda: None, divisor=1):
    def run(seconds, least):
        times = []
        begin = time.perf_counter()
        while len(times) < least or (time.perf_counter() - begin < seconds and len(times) < 20000):
            prepare()
            start = time.perf_counter_ns()
            measured()
            times.append((time.perf_counter_ns() - start) / 1000 / divisor)
        return sorted(times)

    run(0.5, 10)
    times = run(1.5, 100)
    params = {"peer": "SEAL " + metadata.version("seal-python"), **params, "minimum": round(times[0], 2)}
    params["repetitions"] = len(times)
    line = {"suite": "peers", "name": "seal_" + name, "params": params}
    line |= {"value": round(times[len(times) // 2], 2), "unit": "us"}
    print(json.dumps(line, separators=(",", ":")), flush=True)


def context_of(degree, bits, security=seal.sec_level_type.tc128):
    parameters = seal.EncryptionParameters(seal.scheme_type.ckks)
    parameters.set_poly_modulus_degree(degree)
    parameters.set_coeff_modulus(seal.CoeffModulus.Create(degree, bits))
    context = seal.SEALContext(parameters, True, security)
    if not context.parameters_set():
        sys.exit("SEAL refuses the parameters: " + context.parameter_error_message())
    return context


def ntt(degree, limbs):
    # One more prime of 50 bits, which SEAL reserves. Six limbs are insecure at the small degrees: this only times.
    context = context_of(degree, [50] * (limbs + 1), seal.sec_level_type.none)
    generator = seal.KeyGenerator(context)
    encryptor = seal.Encryptor(context, generator.create_public_key())
    evaluator = seal.Evaluator(context)
    ciphertext = encryptor.encrypt(seal.CKKSEncoder(context).encode(1.0, 2.0**40))
    if ciphertext.coeff_modulus_size() != limbs or ciphertext.size() != 2:
        sys.exit(f"the ciphertext has {ciphertext.size()} x {ciphertext.coeff_modulus_size()} limbs")
    figure(
        f"ntt_forward_{degree}" + ("" if limbs == 1 else f"_of_{2 * limbs}_limbs"),
        {"through": f"transform_to_ntt of {2 * limbs} limbs", "bits": 50},
        lambda: evaluator.transform_to_ntt_inplace(ciphertext),
        lambda: evaluator.transform_from_ntt_inplace(ciphertext),
        2 * limbs,
    )


def ckks():
    context = context_of(8192, [60, 40, 40, 60])
    generator = seal.KeyGenerator(context)
    relin_keys = generator.create_relin_keys()
    galois_keys = seal.GaloisKeys()
    generator.create_galois_keys([1], galois_keys)
    encryptor = seal.Encryptor(context, generator.create_public_key(), generator.secret_key())
    decryptor = seal.Decryptor(context, generator.secret_key())
    evaluator = seal.Evaluator(context)
    encoder = seal.CKKSEncoder(context)
    scale = 2.0**40
    values = seal.VectorDouble([((37 * i + 11) % 101 - 50) / 64 for i in range(encoder.slot_count())])
    plaintext, decrypted = seal.Plaintext(), seal.Plaintext()
    ciphertext, result = seal.Ciphertext(), seal.Ciphertext()
    params = {"through": "seal-python", "bits": [60, 40, 40, 60]}

    def encrypt_public():
        encoder.encode(values, scale, plaintext)
        encryptor.encrypt(plaintext, result)

    def encrypt_symmetric():
        encoder.encode(values, scale, plaintext)
        encryptor.encrypt_symmetric(plaintext, result)

    def decrypt():
        decryptor.decrypt(ciphertext, decrypted)
        return encoder.decode(decrypted)

    def multiply():
        product = evaluator.multiply(ciphertext, ciphertext)
        evaluator.relinearize_inplace(product, relin_keys)
        evaluator.rescale_to_next_inplace(product)

    figure("ckks_8192_encode_encrypt_public", params, encrypt_public)
    figure("ckks_8192_encode_encrypt_symmetric", params, encrypt_symmetric)
    encryptor.encrypt(plaintext, ciphertext)
    if max(abs(a - b) for a, b in zip(decrypt(), values)) > 1e-6:
        sys.exit("the decrypted slots are not those that were encrypted")
    figure("ckks_8192_decrypt_decode", params, decrypt)
    figure("ckks_8192_multiply_relinearize_rescale", params, multiply)
    figure("ckks_8192_rotate", params, lambda: evaluator.rotate_vector(ciphertext, 1, galois_keys))


for degree in (4096, 8192, 16384):
    ntt(degree, 1)
    ntt(degree, 6)
ckks()

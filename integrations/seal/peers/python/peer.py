"""A peer of the tests: Microsoft SEAL in a Python wheel. Requests and objects: ../PROTOCOL.md.

Usage: peer.py tenseal|seal
"""

import functools
import json
import os
import sys
import tempfile
from importlib import metadata

STEPS = [0, 1, -2]  # 0 is the conjugation


def first(i):
    return ((37 * i + 11) % 101 - 50) / 64


def second(i):
    return ((53 * i + 7) % 89 - 44) / 64


class TenSealLibrary:
    """SEAL as TenSEAL carries it; it saves with SEAL's default compression only."""

    package = "tenseal"
    writes = ["zstd"]
    reads = ["none", "zlib", "zstd"]

    def __init__(self):
        import tenseal.sealapi as api

        self.api = api
        self.ckks = api.SCHEME_TYPE.CKKS
        self.tc128 = api.SEC_LEVEL_TYPE.TC128

    def error(self, context):
        return context.parameters_error_message()

    def key_parms_id(self, context):
        return context.key_parms_id()

    def encode(self, encoder, values, scale):
        plaintext = self.api.Plaintext()
        encoder.encode(values, scale, plaintext)
        return plaintext

    def decode(self, encoder, plaintext):
        return encoder.decode_double(plaintext)

    def result(self, kind, action, *arguments):
        destination = getattr(self.api, kind)()
        action(*arguments, destination)
        return destination


class SealPythonLibrary:
    """SEAL in the wheel seal-python, which is built without zlib and zstd."""

    package = "seal-python"
    writes = ["none"]
    reads = ["none"]

    def __init__(self):
        import seal as api

        self.api = api
        self.ckks = api.scheme_type.ckks
        self.tc128 = api.sec_level_type.tc128

    def error(self, context):
        return context.parameter_error_message()

    def key_parms_id(self, context):
        return context.key_context_data().parms_id()

    def encode(self, encoder, values, scale):
        return encoder.encode(values, scale)

    def decode(self, encoder, plaintext):
        return encoder.decode(plaintext).tolist()

    def result(self, kind, action, *arguments):
        return action(*arguments)


def attempts():
    """Answers by name, none yet, and what adds one."""
    results = {}

    def attempt(name, action):
        try:
            results[name] = action()
        except Exception as error:  # the answer of the peer, whatever it is
            results[name] = {"error": f"{type(error).__name__}: {error}"}

    return results, attempt


class Session:
    """What both libraries name alike."""

    def __init__(self, library):
        self.library = library
        self.api = library.api

    def parameters(self, degree=None, bits=None):
        parameters = self.api.EncryptionParameters(self.library.ckks)
        if degree:
            parameters.set_poly_modulus_degree(degree)
            parameters.set_coeff_modulus(self.api.CoeffModulus.Create(degree, bits))
        return parameters

    def context(self, parameters):
        context = self.api.SEALContext(parameters, True, self.library.tc128)
        if not context.parameters_set():
            raise ValueError("SEAL refuses the parameters: " + self.library.error(context))
        return context

    def about(self, request):
        version = metadata.version(self.library.package)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "parameters")
            self.parameters(1024, [27]).save(path)
            with open(path, "rb") as file:
                header = file.read(16)
        return {
            "peer": f"{self.library.package} {version}",
            "version": f"SEAL {header[3]}.{header[4]}",
            "writes": self.library.writes,
            "reads": self.library.reads,
        }

    def make(self, request):
        api, library = self.api, self.library
        folder = request["folder"]
        if request["compression"] not in library.writes:
            raise ValueError(f"{library.package} writes {library.writes} only")
        degree, scale = request["degree"], 2.0 ** request["log2Scale"]
        parameters = self.parameters(degree, request["bits"])
        context = self.context(parameters)
        generator = api.KeyGenerator(context)
        public_key = library.result("PublicKey", generator.create_public_key)
        relin_keys = library.result("RelinKeys", generator.create_relin_keys)
        galois_keys = api.GaloisKeys()
        generator.create_galois_keys(STEPS, galois_keys)
        encoder = api.CKKSEncoder(context)
        encryptor = api.Encryptor(context, public_key, generator.secret_key())
        evaluator = api.Evaluator(context)
        v = library.encode(encoder, [first(i) for i in range(degree // 2)], scale)
        w = library.encode(encoder, [second(i) for i in range(degree // 2)], scale)
        ciphertext = library.result("Ciphertext", encryptor.encrypt, v)
        product = library.result("Ciphertext", encryptor.encrypt, w)
        evaluator.multiply_inplace(product, ciphertext)
        evaluator.relinearize_inplace(product, relin_keys)
        evaluator.rescale_to_next_inplace(product)
        objects = {
            "parameters": parameters,
            "secret-key": generator.secret_key(),
            "public-key": public_key,
            "relin-keys": relin_keys,
            "galois-keys": galois_keys,
            "plaintext": v,
            "ciphertext-public": ciphertext,
            "ciphertext-symmetric": library.result("Ciphertext", encryptor.encrypt_symmetric, v),
            "ciphertext-product": product,
        }
        for name, thing in objects.items():
            thing.save(os.path.join(folder, name + ".seal"))
        reason = "the binding does not export SEAL's Serializable, which alone keeps the seed"
        seeded = ["public-key-seeded", "relin-keys-seeded", "galois-keys-seeded", "ciphertext-seeded"]
        return {"made": list(objects), "cannot": {name: reason for name in seeded}}

    def check(self, request):
        api, library = self.api, self.library
        folder, scale = request["folder"], 2.0 ** request["log2Scale"]

        def path(name):
            return os.path.join(folder, name + ".seal")

        def present(*names):
            return [name for name in names if os.path.exists(path(name))]

        results, attempt = attempts()
        parameters = self.parameters()
        parameters.load(path("parameters"))
        context = self.context(parameters)

        def digits(parms_id):
            return b"".join(word.to_bytes(8, "little") for word in parms_id).hex()

        attempt(
            "parameters",
            lambda: {
                "parmsId": digits(library.key_parms_id(context)),
                "firstParmsId": digits(context.first_parms_id()),
            },
        )

        @functools.cache
        def load(kind, name):
            thing = getattr(api, kind)()
            thing.load(context, path(name))
            return thing

        encoder = api.CKKSEncoder(context)
        evaluator = api.Evaluator(context)
        decryptor = api.Decryptor(context, load("SecretKey", "secret-key"))

        def decode(plaintext):
            return {"values": list(library.decode(encoder, plaintext))}

        def decrypt(ciphertext):
            return decode(library.result("Plaintext", decryptor.decrypt, ciphertext))

        ciphertext = load("Ciphertext", "ciphertext-public")
        attempt("secret-key", lambda: decrypt(ciphertext))

        def with_public_key(name):
            encryptor = api.Encryptor(context, load("PublicKey", name))
            values = [second(i) for i in range(encoder.slot_count())]
            plaintext = library.encode(encoder, values, scale)
            return decrypt(library.result("Ciphertext", encryptor.encrypt, plaintext))

        def with_relin_keys(name):
            square = library.result("Ciphertext", evaluator.square, ciphertext)
            evaluator.relinearize_inplace(square, load("RelinKeys", name))
            evaluator.rescale_to_next_inplace(square)
            return decrypt(square)

        def with_galois_keys(name, step):
            keys = load("GaloisKeys", name)
            if step == 0:
                return decrypt(library.result("Ciphertext", evaluator.complex_conjugate, ciphertext, keys))
            return decrypt(library.result("Ciphertext", evaluator.rotate_vector, ciphertext, step, keys))

        for name in present("public-key", "public-key-seeded"):
            attempt(name, lambda: with_public_key(name))
        for name in present("relin-keys", "relin-keys-seeded"):
            attempt(name, lambda: with_relin_keys(name))
        for name in present("galois-keys", "galois-keys-seeded"):
            for step in STEPS:
                attempt(f"{name}/{step}", lambda: with_galois_keys(name, step))
        for name in present("plaintext"):
            attempt(name, lambda: decode(load("Plaintext", name)))
        for name in present(*("ciphertext-" + kind for kind in ("public", "symmetric", "seeded", "product"))):
            attempt(name, lambda: decrypt(load("Ciphertext", name)))
        return {"results": results}


class TenSealSession(Session):
    """Adds TenSEAL's own objects, which wrap SEAL's in protocol buffers."""

    def __init__(self, library):
        super().__init__(library)
        import tenseal

        self.tenseal = tenseal

    def make_wrapped(self, request):
        folder = request["folder"]

        def write(name, content):
            with open(os.path.join(folder, name + ".tenseal"), "wb") as file:
                file.write(content)

        context = self.tenseal.context(
            self.tenseal.SCHEME_TYPE.CKKS, request["degree"], coeff_mod_bit_sizes=request["bits"]
        )
        context.global_scale = 2.0 ** request["log2Scale"]
        context.generate_galois_keys()
        vector = self.tenseal.ckks_vector(context, [first(i) for i in range(request["degree"] // 2)])
        write("context-secret", context.serialize(save_secret_key=True))
        write("context-public", context.serialize())
        write("vector", vector.serialize())
        matrix = self.tenseal.plain_tensor([[first(2 * i), first(2 * i + 1)] for i in range(2)])
        tensor = self.tenseal.ckks_tensor(context, matrix, batch=True)
        write("tensor", tensor.serialize())
        return {"made": ["context-secret", "context-public", "vector", "tensor"], "cannot": {}}

    def check_wrapped(self, request):
        folder = request["folder"]

        def read(name):
            with open(os.path.join(folder, name + ".tenseal"), "rb") as file:
                return file.read()

        results, attempt = attempts()
        secret = self.tenseal.context_from(read("context-secret"))
        attempt("context-secret", lambda: {"private": secret.is_private()})

        def with_public_context():
            context = self.tenseal.context_from(read("context-public"))
            vector = self.tenseal.ckks_vector_from(context, read("vector"))
            vector = vector + vector
            vector.link_context(secret)
            return {"private": context.is_private(), "values": vector.decrypt()}

        def square(vector):
            return (vector * vector).decrypt()

        attempt("context-public", with_public_context)
        for name in ("vector", "vector-seeded"):
            attempt(name, lambda: {"values": self.tenseal.ckks_vector_from(secret, read(name)).decrypt()})
            attempt(name + "/square", lambda: {"values": square(self.tenseal.ckks_vector_from(secret, read(name)))})
        attempt("tensor", lambda: {"values": self.tenseal.ckks_tensor_from(secret, read("tensor")).decrypt().tolist()})
        return {"results": results}


def main():
    libraries = {"tenseal": TenSealLibrary, "seal": SealPythonLibrary}
    if len(sys.argv) != 2 or sys.argv[1] not in libraries:
        sys.exit("usage: peer.py " + "|".join(libraries))
    library = libraries[sys.argv[1]]()
    session = TenSealSession(library) if sys.argv[1] == "tenseal" else Session(library)
    answers = {"about": session.about, "make": session.make, "check": session.check}
    if isinstance(session, TenSealSession):
        answers.update({"make-wrapped": session.make_wrapped, "check-wrapped": session.check_wrapped})
    for line in sys.stdin:
        line = line.rstrip("\n")
        if not line:
            break
        try:
            request = json.loads(line)
            if request.get("do") not in answers:
                raise ValueError(f"no request is named {request.get('do')}")
            answer = answers[request["do"]](request)
        except Exception as error:  # the peer lives on
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()

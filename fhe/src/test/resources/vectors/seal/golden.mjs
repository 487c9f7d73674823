// Objects of Microsoft SEAL for the tests of org.dalrn.fhe.seal, made by node-seal. Usage: node golden.mjs FOLDER
import SEAL from 'node-seal'
import { writeFileSync } from 'node:fs'
const folder = process.argv[2]
const seal = await SEAL()
const { none, zlib, zstd } = seal.ComprModeType
const save = (name, object, mode) => writeFileSync(`${folder}/${name}`, object.saveArray(mode))

const N = 1024
const parameters = seal.EncryptionParameters(seal.SchemeType.ckks)
parameters.setPolyModulusDegree(N)
parameters.setCoeffModulus(seal.CoeffModulus.Create(N, Int32Array.from([40, 30, 40])))
const context = seal.Context(parameters, true, seal.SecurityLevel.none)
const generator = seal.KeyGenerator(context)
const secret = generator.secretKey()
const open = generator.createPublicKey()
const encoder = seal.CKKSEncoder(context)
const encryptor = seal.Encryptor(context, open, secret)
const evaluator = seal.Evaluator(context)
const scale = 2 ** 25

const values = Float64Array.from({ length: N / 2 }, (_, i) => Math.sin(i) * 4)
const plain = encoder.encode(values, scale)
const cipher = encryptor.encrypt(plain)
const product = evaluator.square(cipher)
const lower = evaluator.cipherModSwitchToNext(cipher)

save('parameters.none', parameters, none)
save('parameters.zlib', parameters, zlib)
save('parameters.zstd', parameters, zstd)
save('plaintext.none', plain, none)
save('ciphertext.none', cipher, none)
save('ciphertext.zlib', cipher, zlib)
save('ciphertext.zstd', cipher, zstd)
save('seeded.none', encryptor.encryptSymmetricSerializable(plain), none)
save('lower.zlib', lower, zlib)
save('product.zstd', product, zstd)
save('secret.none', secret, none)
save('public.zstd', open, zstd)
save('public-seeded.zlib', generator.createPublicKeySerializable(), zlib)
save('relin.zstd', generator.createRelinKeys(), zstd)
save('relin-seeded.none', generator.createRelinKeysSerializable(), none)
save('galois-seeded.zlib', generator.createGaloisKeysSerializable(Int32Array.from([1, 0])), zlib)

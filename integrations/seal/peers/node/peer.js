// A peer of the tests: Microsoft SEAL as WebAssembly (npm node-seal). Requests and objects: ../PROTOCOL.md.
'use strict'

const fs = require('node:fs')
const path = require('node:path')
const readline = require('node:readline')
const createSeal = require('node-seal')

const STEPS = Int32Array.from([0, 1, -2]) // 0 is the conjugation

const first = (i) => ((37 * i + 11) % 101 - 50) / 64
const second = (i) => ((53 * i + 7) % 89 - 44) / 64

// The binding keeps every object in WebAssembly memory until it is told to let go.
function scope() {
  const owned = []
  return {
    own(object) {
      owned.push(object)
      return object
    },
    close() {
      for (const object of owned.reverse()) object.delete()
    }
  }
}

function contextOf(seal, own, parameters) {
  const context = own(seal.Context(parameters, true, seal.SecurityLevel.tc128))
  if (!context.parametersSet()) throw new Error('SEAL refuses the parameters: ' + context.toHuman())
  return context
}

function hex(parmsId) {
  // Four words, each printed as a number; on disk they are little-endian.
  return Array.from(parmsId.values, (word) => {
    const bytes = Buffer.alloc(8)
    bytes.writeBigUInt64LE(BigInt(word))
    return bytes.toString('hex')
  }).join('')
}

function make(seal, request) {
  const { own, close } = scope()
  try {
    const { folder, degree, bits, log2Scale } = request
    const compression = seal.ComprModeType[request.compression]
    const made = []
    const save = (name, object) => {
      fs.writeFileSync(path.join(folder, name + '.seal'), object.saveArray(compression))
      made.push(name)
    }
    const parameters = own(seal.EncryptionParameters(seal.SchemeType.ckks))
    parameters.setPolyModulusDegree(degree)
    parameters.setCoeffModulus(seal.CoeffModulus.Create(degree, Int32Array.from(bits)))
    const context = contextOf(seal, own, parameters)
    const generator = own(seal.KeyGenerator(context))
    const secretKey = own(generator.secretKey())
    const publicKey = own(generator.createPublicKey())
    const relinKeys = own(generator.createRelinKeys())
    const galoisKeys = own(generator.createGaloisKeys(STEPS))
    const encoder = own(seal.CKKSEncoder(context))
    const encryptor = own(seal.Encryptor(context, publicKey, secretKey))
    const evaluator = own(seal.Evaluator(context))
    const scale = 2 ** log2Scale
    const v = own(encoder.encode(Float64Array.from({ length: degree / 2 }, (_, i) => first(i)), scale))
    const w = own(encoder.encode(Float64Array.from({ length: degree / 2 }, (_, i) => second(i)), scale))
    const ciphertext = own(encryptor.encrypt(v))
    const product = own(evaluator.multiply(ciphertext, own(encryptor.encrypt(w))))
    evaluator.relinearize(product, relinKeys, product)
    evaluator.rescaleToNext(product, product)
    save('parameters', parameters)
    save('secret-key', secretKey)
    save('public-key', publicKey)
    save('public-key-seeded', own(generator.createPublicKeySerializable()))
    save('relin-keys', relinKeys)
    save('relin-keys-seeded', own(generator.createRelinKeysSerializable()))
    save('galois-keys', galoisKeys)
    save('galois-keys-seeded', own(generator.createGaloisKeysSerializable(STEPS)))
    save('plaintext', v)
    save('ciphertext-public', ciphertext)
    save('ciphertext-symmetric', own(encryptor.encryptSymmetric(v)))
    save('ciphertext-seeded', own(encryptor.encryptSymmetricSerializable(v)))
    save('ciphertext-product', product)
    return { made, cannot: {} }
  } finally {
    close()
  }
}

function check(seal, request) {
  const { own, close } = scope()
  try {
    const { folder, log2Scale } = request
    const bytes = (name) => fs.readFileSync(path.join(folder, name + '.seal'))
    const has = (name) => fs.existsSync(path.join(folder, name + '.seal'))
    const results = {}
    const attempt = (name, action) => {
      try {
        results[name] = action()
      } catch (error) {
        results[name] = { error: String(error.message ?? error) }
      }
    }
    const parameters = own(seal.EncryptionParameters(seal.SchemeType.ckks))
    parameters.loadArray(bytes('parameters'))
    const context = contextOf(seal, own, parameters)
    attempt('parameters', () => ({ parmsId: hex(context.keyParmsId), firstParmsId: hex(context.firstParmsId) }))
    const load = (kind, name) => {
      const object = own(seal[kind]())
      object.loadArray(context, bytes(name))
      return object
    }
    const secretKey = load('SecretKey', 'secret-key')
    const encoder = own(seal.CKKSEncoder(context))
    const evaluator = own(seal.Evaluator(context))
    const decryptor = own(seal.Decryptor(context, secretKey))
    const decode = (plaintext) => ({ values: Array.from(encoder.decode(plaintext)) })
    const decrypt = (ciphertext) => decode(own(decryptor.decrypt(ciphertext)))
    const ciphertext = load('CipherText', 'ciphertext-public')
    attempt('secret-key', () => decrypt(ciphertext))
    for (const name of ['public-key', 'public-key-seeded'].filter(has)) {
      attempt(name, () => {
        const encryptor = own(seal.Encryptor(context, load('PublicKey', name)))
        const values = Float64Array.from({ length: encoder.slotCount }, (_, i) => second(i))
        return decrypt(own(encryptor.encrypt(own(encoder.encode(values, 2 ** log2Scale)))))
      })
    }
    for (const name of ['relin-keys', 'relin-keys-seeded'].filter(has)) {
      attempt(name, () => {
        const square = own(evaluator.square(ciphertext))
        evaluator.relinearize(square, load('RelinKeys', name), square)
        evaluator.rescaleToNext(square, square)
        return decrypt(square)
      })
    }
    for (const name of ['galois-keys', 'galois-keys-seeded'].filter(has)) {
      let keys
      for (const step of STEPS) {
        attempt(name + '/' + step, () => {
          keys ??= load('GaloisKeys', name)
          return decrypt(own(step === 0
            ? evaluator.complexConjugate(ciphertext, keys)
            : evaluator.rotateVector(ciphertext, step, keys)))
        })
      }
    }
    if (has('plaintext')) attempt('plaintext', () => decode(load('PlainText', 'plaintext')))
    for (const name of ['public', 'symmetric', 'seeded', 'product'].map((n) => 'ciphertext-' + n).filter(has)) {
      attempt(name, () => decrypt(load('CipherText', name)))
    }
    return { results }
  } finally {
    close()
  }
}

async function main() {
  const seal = await createSeal()
  const version = require('node-seal/package.json').version
  const all = ['none', 'zlib', 'zstd']
  const header = seal.EncryptionParameters(seal.SchemeType.ckks).saveArray(seal.ComprModeType.none)
  const answers = {
    about: () => ({ peer: 'node-seal ' + version, version: `SEAL ${header[3]}.${header[4]}`, writes: all, reads: all }),
    make: (request) => make(seal, request),
    check: (request) => check(seal, request)
  }
  for await (const line of readline.createInterface({ input: process.stdin })) {
    if (line === '') break
    let answer
    try {
      const request = JSON.parse(line)
      if (!Object.hasOwn(answers, request.do)) throw new Error('no request is named ' + request.do)
      answer = answers[request.do](request)
    } catch (error) {
      answer = { error: String(error.message ?? error) }
    }
    process.stdout.write(JSON.stringify(answer) + '\n')
  }
}

main().catch((error) => {
  console.error(error)
  process.exitCode = 1
})

// Makes keystore-scrypt.json with Node's scrypt and AES and the npm package js-sha3 0.8.0:
//     node keystore-scrypt.js > keystore-scrypt.json      (in a folder with that package)
// The key is that of the test vectors of the Web3 Secret Storage Definition. Their own scrypt vector has n = 2^18 with r = 1, which
// RFC 7914 section 2 does not allow and Bouncy Castle refuses.
"use strict";
const crypto = require("crypto");
const { keccak256 } = require(require.resolve("js-sha3", { paths: [process.cwd()] }));

const secret = Buffer.from("7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d", "hex");
const salt = Buffer.alloc(32, 0xa7);
const iv = Buffer.alloc(16, 0x5e);
const kdfparams = { dklen: 32, n: 4096, p: 1, r: 8, salt: salt.toString("hex") };
const derived = crypto.scryptSync("testpassword", salt, 32, { N: 4096, r: 8, p: 1 });
const cipher = crypto.createCipheriv("aes-128-ctr", derived.subarray(0, 16), iv);
const ciphertext = Buffer.concat([cipher.update(secret), cipher.final()]);
const mac = keccak256(Buffer.concat([derived.subarray(16, 32), ciphertext]));
const keystore = {
  producer: "keystore-scrypt.js, Node " + process.versions.node.split(".")[0] + "; password testpassword",
  crypto: {
    cipher: "aes-128-ctr",
    cipherparams: { iv: iv.toString("hex") },
    ciphertext: ciphertext.toString("hex"),
    kdf: "scrypt",
    kdfparams,
    mac,
  },
  id: "3198bc9c-6672-5ab3-d995-4942343ae5b6",
  version: 3,
};
console.log(JSON.stringify(keystore, null, 2));

// Compiles Solidity sources with the settings of docs/anchoring.md.
// Usage: node compile.js FILE.sol...      Needs solc 0.8.24 in the working directory's node_modules.
// Prints {"NAME": {"abi": [...], "creation": "hex", "runtime": "hex"}, ...}; nothing but what the sources hold, so that the text is
// the same everywhere.
"use strict";
const fs = require("fs");
const path = require("path");
const solc = require(require.resolve("solc", { paths: [process.cwd()] }));

const sources = {};
for (const file of process.argv.slice(2)) {
  sources[path.basename(file)] = { content: fs.readFileSync(file, "utf8") };
}
const input = {
  language: "Solidity",
  sources,
  settings: {
    evmVersion: "cancun",
    optimizer: { enabled: true, runs: 200 },
    // No hash of paths and comments at the end of the code: only the code counts.
    metadata: { bytecodeHash: "none", appendCBOR: false },
    outputSelection: { "*": { "*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object"] } },
  },
};
const output = JSON.parse(solc.compile(JSON.stringify(input)));
if ((output.errors || []).length > 0) {
  output.errors.forEach((error) => console.error(error.formattedMessage));
  process.exit(1);
}
const contracts = {};
for (const file of Object.keys(output.contracts).sort()) {
  for (const name of Object.keys(output.contracts[file]).sort()) {
    const contract = output.contracts[file][name];
    contracts[name] = {
      abi: contract.abi,
      creation: contract.evm.bytecode.object,
      runtime: contract.evm.deployedBytecode.object,
    };
  }
}
console.log(JSON.stringify(contracts, null, 1));

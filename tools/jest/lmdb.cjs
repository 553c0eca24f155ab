// LMDB's native part holds on to a function of every realm that loads it, for ever, and with it to all modules of a test file: 20 MB each. So
// the files of a worker share the one that is loaded outside of their realms.
const { createRequire } = require('node:vm').runInThisContext("process.getBuiltinModule('node:module')");

const lmdb = createRequire(require.resolve('../../packages/ordered-kv/package.json'))('lmdb');
// It knows every store that was ever open, and each knows functions of the file that opened it. Nothing reads that list.
lmdb.allDbs.clear();

module.exports = lmdb;

// All but LMDB as jest does.
const lmdb = require.resolve('./lmdb.cjs');
const resolve = (path, options) => (path === 'lmdb' ? lmdb : options.defaultResolver(path, options));

// With a hook for asynchronous resolution jest links modules one by one; without one it builds the whole graph of a file at once, and when any
// module in it awaits at its top level (packages/s3-protocol/src/checksum/xxhash.ts) it throws that graph away and starts again at every
// importer: 3,500 modules compiled where 550 are loaded, half a second for every file that starts a service.
module.exports = { sync: resolve, async: async (path, options) => resolve(path, options) };

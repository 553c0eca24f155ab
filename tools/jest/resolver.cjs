// Resolves as jest does, and says so twice. With a hook for asynchronous resolution jest links modules one by one; without one it builds the
// whole graph of a file at once, and when any module in it awaits at its top level (packages/s3-protocol/src/checksum/xxhash.ts) it throws that
// graph away and starts again at every importer: 3,500 modules compiled where 550 are loaded, half a second for every file that starts a service.
module.exports = {
  sync: (path, options) => options.defaultResolver(path, options),
  async: async (path, options) => options.defaultResolver(path, options),
};

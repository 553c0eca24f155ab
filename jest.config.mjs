import { fileURLToPath } from 'node:url';

// Services that tests start as processes of their own find their modules stripped of types and compiled, as `bin/needlestack` has them.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('.cache/compile', import.meta.url));

export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/packages', '<rootDir>/services', '<rootDir>/test-e2e', '<rootDir>/tools', '<rootDir>/bench'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/tools/jest/strip-types.mjs' },
  resolver: '<rootDir>/tools/jest/resolver.cjs',
  testSequencer: '<rootDir>/tools/jest/longest-first.mjs',
  setupFilesAfterEnv: ['<rootDir>/tools/jest/buffer-equality.mjs'],
  // Tests wait for what they expect, however long a slow machine takes; the limit only ends those that hang.
  testTimeout: 300_000,
  maxWorkers: 2,
  // What V8 keeps of former files (express has core prototypes know the realm that came first) adds up slowly.
  workerIdleMemoryLimit: '500MB',
  reporters: ['default', '<rootDir>/tools/jest/summary-reporter.mjs'],
  cacheDirectory: '<rootDir>/.cache/jest',
};

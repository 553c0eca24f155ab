// `npm run verify`: types, lint and formatting, and the arrows between folders. Exits with the number of checks that failed.
import { spawnSync } from 'node:child_process';

const checks: readonly (readonly [name: string, args: readonly string[]])[] = [
  ['types', ['node_modules/typescript/bin/tsc', '-p', '.']],
  ['lint and formatting', ['node_modules/@biomejs/biome/bin/biome', 'check', '--diagnostic-level=warn', '.']],
  [
    'arrows, names and sizes',
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      'node_modules/jest/bin/jest.js',
      'tools/tidy',
    ],
  ],
];

let failed = 0;
for (const [name, args] of checks) {
  console.error(`verify: ${name}`);
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status === 0) continue;
  failed += 1;
  console.error(`verify: ${name} failed`);
}
process.exit(failed);

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

test('the example in README.md runs and prints what it should', () => {
  const packageFolder = fileURLToPath(new URL('..', import.meta.url));
  const readme = readFileSync(`${packageFolder}/README.md`, 'utf8');
  const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  const output = execFileSync(process.execPath, ['--input-type=module-typescript', '--eval', example], {
    cwd: packageFolder,
  });
  expect(output.toString()).toMatch(
    /^some data\n.*shardId: 0, offsetBytes: 1048568, lengthBytes: 8.*shardId: 1, offsetBytes: 0, lengthBytes: 8/s,
  );
});

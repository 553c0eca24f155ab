import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ScriptedStore } from '../testing/index.ts';

const FOLDER = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(`${FOLDER}/README.md`, 'utf8');
const examples = [...readme.matchAll(/^## (.*)\n(?:(?!^## )[\s\S])*?```ts\n([\s\S]*?)```/gm)].map(
  ([, title = '', code = '']) => [title, code] as const,
);

test('there are examples', () => {
  expect(examples.map(([title]) => title)).toEqual(['A bucket', 'A stream', 'From a configuration']);
});

test.each(examples)('the example "%s" runs and prints what it says', async (_title, code) => {
  const store = await ScriptedStore.start();
  const script = code.replaceAll('http://127.0.0.1:9000', store.endpoint);
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module-typescript', '--eval', script],
      { cwd: FOLDER },
    );
    const expected = [...code.matchAll(/\/\/ → (.*)$/gm)].map(([, text = '']) => text);
    expect(expected.length).toBeGreaterThan(0);
    expect(stdout.trimEnd().split('\n')).toEqual(expected);
  } finally {
    await store.close();
  }
});

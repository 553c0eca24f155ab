/** Many rows, a tenth of them changing all the time; `run-changing-rows.ts` is the same with a million. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findServer } from '@needlestack/test-servers';
import { checkChangingRows } from './changing-rows.ts';

const ROWS = 16_000;
const STABLE_ROWS = ROWS * 0.9;

test('on the embedded store: every stable row once, and each bucket of one moment', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'needlestack-changing-'));
  const outcome = await checkChangingRows({ kind: 'embedded', directory }, ROWS);
  expect(outcome).toMatchObject({ scannersLeft: 0 });
  expect([outcome.rows >= STABLE_ROWS, outcome.changes > 0]).toEqual([true, true]);
  rmSync(directory, { recursive: true });
});

const server = findServer('postgresql');
server.describe('on PostgreSQL', () => {
  test('the same', async () => {
    const running = await server.start();
    const schema = `test_${randomUUID().replaceAll('-', '')}`;
    const outcome = await checkChangingRows({ kind: 'postgres', url: running.url, schema }, ROWS);
    expect(outcome).toMatchObject({ scannersLeft: 0 });
    expect([outcome.rows >= STABLE_ROWS, outcome.changes > 0]).toEqual([true, true]);
    await running.stop();
  });
});

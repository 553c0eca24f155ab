/** The long run: `node services/catalog/test/scan/run-changing-rows.ts [rows] [postgresql]`, a million rows unless told. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findServer } from '@needlestack/test-servers';
import { checkChangingRows } from './changing-rows.ts';

const [rows = '1000000', kind = 'lmdb'] = process.argv.slice(2);
const directory = mkdtempSync(join(tmpdir(), 'needlestack-changing-'));
const server = kind === 'postgresql' ? await findServer('postgresql').start() : undefined;
const outcome = await checkChangingRows(
  server === undefined
    ? { kind: 'embedded', directory }
    : { kind: 'postgres', url: server.url, schema: `changing_${process.pid}` },
  Number(rows),
);
process.stdout.write(`${JSON.stringify(outcome)}\n`);
await server?.stop();
rmSync(directory, { recursive: true, force: true });

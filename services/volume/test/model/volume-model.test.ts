import { appendFileSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { deleteNeedle } from '../../src/core/needles/delete-needle.ts';
import { readNeedleData } from '../../src/core/needles/read-needle.ts';
import { plainNeedle, writeNeedle } from '../../src/core/needles/write-needle.ts';
import type { Volume } from '../../src/core/volume/volume.ts';
import { newVolume, openRegistry, tempDirectory } from '../support/test-volumes.ts';

/*
 * Random commands against a volume and against a Map. A crash loses any part of the index file and adds any part of a record that was
 * never acknowledged to the data file; afterwards both must agree. Runs are reproducible: a failure prints its seed and commands.
 */
type Command =
  | { readonly kind: 'write'; readonly id: number; readonly size: number }
  | { readonly kind: 'delete'; readonly id: number }
  | { readonly kind: 'restart' }
  | { readonly kind: 'crash'; readonly keptRows: number; readonly tornBytes: number };

const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('write' as const),
      id: fc.integer({ min: 1, max: 12 }),
      size: fc.integer({ min: 1, max: 400 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('delete' as const), id: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('crash' as const), keptRows: fc.nat(40), tornBytes: fc.nat(143) }),
  },
);

const COOKIE = 9;
/** They wait for the disk together. */
const LIVES_AT_ONCE = 10;

/** Everything that the model holds reads back identical, and nothing else is there. */
async function check(volume: Volume, model: ReadonlyMap<number, Buffer>): Promise<void> {
  for (let id = 1; id <= 12; id += 1) {
    const read = await readNeedleData(volume, { volumeId: 1, needleKey: BigInt(id), cookie: COOKIE }).then(
      (data) => Buffer.from(data).toString('hex'),
      (error: { code: string }) => error.code,
    );
    expect({ id, read }).toEqual({ id, read: model.get(id)?.toString('hex') ?? 'needle-not-found' });
  }
}

/** One volume through its commands, and against its Map in the end. */
async function live(commands: readonly Command[]): Promise<void> {
  const path = tempDirectory();
  const files = { dat: join(path, '1.dat'), idx: join(path, '1.idx') };
  let { registry } = await openRegistry(path);
  let volume = await registry.allocate(newVolume(1));
  const model = new Map<number, Buffer>();
  let round = 0;
  for (const command of commands) {
    round += 1;
    if (command.kind === 'write') {
      const data = Buffer.alloc(command.size, round);
      await writeNeedle(volume, plainNeedle(BigInt(command.id), COOKIE, data, 1));
      model.set(command.id, data);
    } else if (command.kind === 'delete') {
      const deleted = await deleteNeedle(volume, BigInt(command.id), { cookie: COOKIE });
      expect(deleted !== undefined).toBe(model.delete(command.id));
    } else {
      await registry.close();
      if (command.kind === 'crash') {
        truncateSync(files.idx, Math.min(command.keptRows * 16, statSync(files.idx).size));
        await appendTornRecord(files.dat, command.tornBytes);
      }
      ({ registry } = await openRegistry(path));
      volume = registry.require(1);
      expect(volume.state).toBe('writable');
      await check(volume, model);
    }
  }
  await check(volume, model);
  await registry.close();
}

test('a volume agrees with a Map through writes, deletions, restarts and crashes', async () => {
  const lives = fc.array(fc.array(anyCommand, { minLength: 1, maxLength: 40 }), {
    minLength: LIVES_AT_ONCE,
    maxLength: LIVES_AT_ONCE,
  });
  await fc.assert(
    fc.asyncProperty(lives, async (all) => {
      await Promise.all(all.map(live));
    }),
    { numRuns: 6 },
  );
});

/** Adds the first bytes of a record that nobody was told of. */
async function appendTornRecord(dat: string, tornBytes: number): Promise<void> {
  if (tornBytes === 0) return;
  const scratch = tempDirectory();
  const { registry } = await openRegistry(scratch);
  const volume = await registry.allocate(newVolume(1));
  await writeNeedle(volume, plainNeedle(3n, COOKIE, Buffer.alloc(100, 0xee), 1));
  await registry.close();
  appendFileSync(dat, readFileSync(join(scratch, '1.dat')).subarray(8, 8 + tornBytes));
}

import { deleteReplicated } from '../../src/core/needles/replicate-needle.ts';
import { plainNeedle, writeNeedle } from '../../src/core/needles/write-needle.ts';
import { NO_COUNTERS } from '../../src/core/server-counters.ts';
import { codeOf, newVolume, openRegistry, tempDirectory } from '../support/test-volumes.ts';

test('a needle is not deleted while a holder of its copy is away', async () => {
  const { registry, events } = await openRegistry(tempDirectory());
  const volume = await registry.allocate({ ...newVolume(1), replication: '001' });
  await writeNeedle(volume, plainNeedle(1n, 7, Buffer.from('data'), 1));
  const holders: string[] = [];
  const deleted: string[] = [];
  const peers = {
    otherHolders: async () => holders,
    write: async () => undefined,
    delete: async (url: string) => {
      deleted.push(url);
    },
  };
  const remove = () => deleteReplicated({ peers, events, counters: NO_COUNTERS }, volume, 1n, 7, {});
  expect(await codeOf(remove())).toBe('replication-failed');
  expect(volume.opened.index.get(1n)?.sizeBytes).toBeGreaterThan(0);
  holders.push('other:1');
  expect(await codeOf(remove())).toBe('none');
  expect(deleted).toEqual(['other:1']);
  expect(volume.opened.index.get(1n)?.sizeBytes).toBeLessThan(0);
  await registry.close();
});

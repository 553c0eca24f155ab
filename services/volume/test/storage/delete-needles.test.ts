import { LocalDataPlane } from '../../src/core/needles/data-plane.ts';
import type { ReplicaPeers } from '../../src/core/ports.ts';
import { NO_COUNTERS } from '../../src/core/server-counters.ts';
import { newVolume, openRegistry, tempDirectory } from '../support/test-volumes.ts';

const noPeers: ReplicaPeers = {
  otherHolders: async () => [],
  write: async () => undefined,
  delete: async () => undefined,
};

test('a needle of another cookie is not the one to delete: it stays, and holds up nobody', async () => {
  const { registry, events } = await openRegistry(tempDirectory());
  await registry.allocate(newVolume(1));
  const plane = new LocalDataPlane(registry, { peers: noPeers, events, counters: NO_COUNTERS });
  const ids = [1n, 2n].map((needleKey) => ({ volumeId: 1, needleKey, cookie: 7 }));
  for (const id of ids) await plane.writeNeedle({ ...id, data: Buffer.from('data'), lastModifiedSeconds: 1 });
  const stale = { volumeId: 1, needleKey: 1n, cookie: 8 };
  expect(await plane.deleteNeedles([stale, ...ids.slice(1)])).toBe(1);
  expect(registry.require(1).opened.index.get(1n)?.sizeBytes).toBeGreaterThan(0);
  await registry.close();
});

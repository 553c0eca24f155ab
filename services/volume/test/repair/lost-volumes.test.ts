/** Only volumes that nobody has closed, made or is making are taken for lost, and fetched anew. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { VolumeError } from '@needlestack/service-contracts';
import { NeedleDigests } from '../../src/core/repair/digest-needles.ts';
import { ReplicaMender } from '../../src/core/repair/replica-mender.ts';
import { createBytePacer } from '../../src/core/transfer/pace-bytes.ts';
import type { VolumeRegistry } from '../../src/core/volume/volume-registry.ts';
import { get, put } from '../support/needles.ts';
import { newVolume, openRegistry, tempDirectory } from '../support/test-volumes.ts';

const never = (_ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))));

/** Lets everything go on that waits for nothing but its turn. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Repairs beside a holder whose copy is whole; `fetched` tells from whom a volume was to be fetched anew. */
function startMender(registry: VolumeRegistry, whenAsked: () => Promise<unknown> = async () => undefined) {
  const fetched: string[] = [];
  const looked = Promise.withResolvers<void>();
  const listLost = registry.store.listLostVolumeIds.bind(registry.store);
  registry.store.listLostVolumeIds = async () => {
    const lost = await listLost();
    looked.resolve();
    return lost;
  };
  const pacer = createBytePacer(0, { nowMs: () => 0 }, never);
  const mender = new ReplicaMender({
    registry,
    everyMs: 0,
    deepEveryMs: 3_600_000,
    retryMs: 3_600_000,
    settleMs: 1,
    digests: new NeedleDigests(),
    pacer,
    clock: { nowMs: () => 0, nowNs: () => 0n },
    pause: never,
    isAllowed: () => true,
    peers: {
      otherHolders: async () => {
        await whenAsked();
        return { comparable: ['other'], foreign: [] };
      },
      digest: async () => ({ digests: Buffer.alloc(0), isDamaged: false, copies: 2 }),
      list: async function* () {},
      readRecord: async () => Buffer.alloc(0),
      mend: async () => undefined,
    },
    sources: {
      status: async (address) => {
        fetched.push(address);
        throw new VolumeError('unreachable', 'it is enough that it was asked');
      },
      copyFile: async function* () {},
      tail: async function* () {},
    },
    events: {
      needleMended: () => undefined,
      volumeReplaced: () => undefined,
      copiesCompared: () => undefined,
      comparisonFailed: () => undefined,
    },
  });
  mender.start();
  return { mender, fetched, looked: looked.promise };
}

const replicated = (volumeId: number) => ({ ...newVolume(volumeId), replication: '001' });

test('a volume whose data is gone is fetched from another holder', async () => {
  const path = tempDirectory();
  const { registry: before } = await openRegistry(path);
  await before.allocate(replicated(1));
  await before.close();
  rmSync(join(path, '1.dat'));
  const { registry } = await openRegistry(path);
  const { mender, fetched, looked } = startMender(registry);
  await looked;
  await turns();
  await mender.close();
  expect(fetched).toEqual(['other']);
  await registry.close();
});

test('one that is being made while its files are found stays, with all that is written to it', async () => {
  const { registry } = await openRegistry(tempDirectory());
  const { store } = registry;
  const create = store.createVolume.bind(store);
  const files = Promise.withResolvers<void>();
  const opening = Promise.withResolvers<void>();
  store.createVolume = async (request) => {
    const opened = await create(request);
    files.resolve();
    await opening.promise;
    return opened;
  };
  const allocating = registry.allocate(replicated(1));
  await files.promise;
  // It is made while the other holders are looked for.
  const { mender, fetched, looked } = startMender(registry, async () => {
    opening.resolve();
    await allocating;
  });
  await looked;
  await turns();
  opening.resolve();
  const volume = await allocating;
  await put(volume, 1);
  await mender.close();
  expect(fetched).toEqual([]);
  expect(registry.get(1)).toBe(volume);
  await get(volume, 1);
  await registry.close();
});

test('one that an operator has closed stays closed', async () => {
  const { registry } = await openRegistry(tempDirectory());
  await registry.allocate(replicated(1));
  await registry.unmount(1);
  const { mender, fetched, looked } = startMender(registry);
  await looked;
  await turns();
  await mender.close();
  expect(fetched).toEqual([]);
  await registry.mount(1);
  await registry.close();
});

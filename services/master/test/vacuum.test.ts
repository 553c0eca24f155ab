import { RpcError } from '@needlestack/rpc';
import { DEFAULT_VACUUM } from '../src/config.ts';
import { RunningMaster } from './support/running-master.ts';
import type { ScriptedVolumeServer } from './support/scripted-volume-server.ts';

let master: RunningMaster;

afterEach(() => master.stopAndForget());

async function growCopies(count: number, replication = '000', collection = ''): Promise<void> {
  await master.client.call.VolumeGrow({ writable_volume_count: count, replication, collection });
}

const vacuum = (request: { garbage_threshold?: number; volume_id?: number; collection?: string } = {}) =>
  master.client.call.VacuumVolume({ garbage_threshold: 0.3, ...request });

let reports = 0;

/** Reports the volumes again, with what is said of this one, and waits until the master has it: its size is told apart. */
async function report(server: ScriptedVolumeServer, id: number, change: object): Promise<void> {
  reports += 1;
  const size = `${reports}`;
  server.volumes.set(id, { ...server.volumes.get(id), ...change, size });
  await server.beat();
  await master.until(async () => (await master.get('/vol/status')).text.includes(`"Size":${size},`));
}

test('copies with enough garbage are compacted on all their holders, and only then committed', async () => {
  master = await RunningMaster.start();
  const servers = [await master.join(), await master.join()];
  await growCopies(3, '001');
  const order: string[] = [];
  for (const server of servers) {
    server.garbage.set(1, 0.5).set(2, 0.49);
    server.onVacuum = (call) => void order.push(call);
  }
  servers[0]?.garbage.set(3, 0.9);
  await vacuum({ garbage_threshold: 0.5 });
  expect(order.filter((call) => call.endsWith(' 1'))).toEqual(['compact 1', 'compact 1', 'commit 1', 'commit 1']);
  expect(servers.map(({ vacuumCalls }) => vacuumCalls.filter((call) => !call.endsWith(' 1')))).toEqual([
    ['compact 3', 'commit 3'],
    [],
  ]);
});

test('when one holder cannot, nobody commits and all clean up', async () => {
  master = await RunningMaster.start();
  const servers = [await master.join(), await master.join()];
  await growCopies(1, '001');
  for (const server of servers) server.garbage.set(1, 0.5);
  const [, failing] = servers;
  if (failing !== undefined) {
    failing.onVacuum = (call) => {
      if (call === 'compact 1') throw new RpcError('unknown', 'disk full');
    };
  }
  await vacuum();
  for (const { vacuumCalls } of servers) expect(vacuumCalls).toEqual(['compact 1', 'cleanup 1']);
  expect((await master.get('/metrics')).text).toMatch(/master_volume_vacuum_total\{[^}]*failed[^}]*\} 1/);
  expect((await master.get('/dir/assign?replication=001')).json.fid).toMatch(/^1,/);
});

test('while a volume is compacted no ids of it are given out, and a second vacuum ends at once', async () => {
  master = await RunningMaster.start();
  const server = await master.join({ maxVolumes: 2 });
  await growCopies(2);
  server.garbage.set(1, 1);
  const reached = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  server.onVacuum = async (call) => {
    if (call !== 'compact 1') return;
    reached.resolve();
    await goOn.promise;
  };
  const running = vacuum();
  await reached.promise;
  for (let n = 0; n < 20; n += 1) expect((await master.get('/dir/assign')).json.fid).toMatch(/^2,/);
  await vacuum({ garbage_threshold: 0 });
  expect(server.vacuumCalls).toEqual(['compact 1']);
  goOn.resolve();
  await running;
  await report(server, 2, { read_only: true });
  expect((await master.get('/dir/assign')).json.fid).toMatch(/^1,/);
});

test('a disk compacts one volume at a time, and a server as many as it may', async () => {
  master = await RunningMaster.start({ vacuum: { ...DEFAULT_VACUUM, parallelPerServerMax: 2 } });
  const server = await master.join();
  await growCopies(4);
  for (const id of [1, 2, 3, 4]) await report(server, id, { disk_id: id % 2 });
  const busy = new Set<number>();
  let most = 0;
  server.onVacuum = async (call) => {
    const [step, text] = call.split(' ');
    const disk = Number(text) % 2;
    if (step === 'commit') busy.delete(disk);
    if (step !== 'compact') return;
    expect(busy).not.toContain(disk);
    busy.add(disk);
    most = Math.max(most, busy.size);
    await new Promise((resolve) => setImmediate(resolve));
  };
  await vacuum({ garbage_threshold: 0 });
  expect(server.vacuumCalls.filter((call) => call.startsWith('commit'))).toHaveLength(4);
  expect(most).toBe(2);
});

test('read-only volumes are left alone unless named, those that lack a copy always', async () => {
  master = await RunningMaster.start();
  const server = await master.join();
  await growCopies(2);
  await growCopies(1, '000', 'other');
  await report(server, 1, { read_only: true });
  await report(server, 2, { replica_placement: 1 });
  await vacuum({ garbage_threshold: 0 });
  expect(server.vacuumCalls).toEqual(['compact 3', 'commit 3']);
  await vacuum({ garbage_threshold: 0, volume_id: 1 });
  await vacuum({ garbage_threshold: 0, volume_id: 2 });
  expect(server.vacuumCalls.slice(2)).toEqual(['compact 1', 'commit 1']);
  await vacuum({ garbage_threshold: 0, collection: 'none' });
  expect(server.vacuumCalls).toHaveLength(4);
});

test('over HTTP: its own threshold or the configured one, then the topology', async () => {
  master = await RunningMaster.start({ vacuum: { ...DEFAULT_VACUUM, garbageThreshold: 0.6 } });
  const server = await master.join();
  await growCopies(1);
  server.garbage.set(1, 0.5);
  expect((await master.get('/vol/vacuum')).json.Topology.DataCenters).toHaveLength(1);
  expect(server.vacuumCalls).toEqual([]);
  expect((await master.get('/vol/vacuum?garbageThreshold=0.5')).status).toBe(200);
  expect(server.vacuumCalls).toEqual(['compact 1', 'commit 1']);
  expect(await master.get('/vol/vacuum?garbageThreshold=much')).toMatchObject({
    status: 406,
    json: { error: 'garbageThreshold much is not a valid float number' },
  });
});

test('it starts by itself, unless an operator or a living admin server forbids it', async () => {
  master = await RunningMaster.start({ vacuum: { ...DEFAULT_VACUUM, pauseMs: 5 } });
  const { call } = master.client;
  const lock = { lock_name: 'admin-server', client_name: 'admin' };
  const lease = await call.LeaseAdminToken(lock);
  await call.DisableVacuum({ by_plugin: true });
  await call.DisableVacuum({});
  const server = await master.join();
  await growCopies(1);
  server.garbage.set(1, 1);
  await call.EnableVacuum({});
  await vacuum({ garbage_threshold: 2 });
  expect(server.vacuumCalls).toEqual([]);
  await call.ReleaseAdminToken({
    lock_name: 'admin-server',
    previous_token: lease.token,
    previous_lock_time: lease.lock_ts_ns,
  });
  await master.until(() => server.vacuumCalls.includes('commit 1'));
});

test('a master that stops gives up its vacuum and cleans up', async () => {
  master = await RunningMaster.start();
  const server = await master.join();
  await growCopies(1);
  server.garbage.set(1, 1);
  const reached = Promise.withResolvers<void>();
  const never = Promise.withResolvers<void>();
  server.onVacuum = (call) => {
    if (call !== 'compact 1') return;
    reached.resolve();
    return never.promise;
  };
  const running = vacuum().catch(() => undefined);
  await reached.promise;
  await master.service.close(0);
  await running;
  expect(server.vacuumCalls).toEqual(['compact 1', 'cleanup 1']);
  never.resolve();
});

/**
 * Disks that are full or broken under the files that shards come to be in. A link to a device of the kernel stands where the file is going to be
 * written: `/dev/full` has no room for any byte, and the first bytes of a process cannot be read or written. So the whole way is tested, the threads
 * that write shards included.
 */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { RpcError } from '@needlestack/rpc';
import type { EcStep } from '../../src/core/shards/ec-ports.ts';
import { ALL_SHARDS, allAnswer, encodeOnly, readAll, sampleNeedles, upload } from '../support/ec-volumes.ts';
import { FaultyFiles, systemError } from '../support/faulty-files.ts';
import { MadeVolumes } from '../support/made-volumes.ts';
import { startTestService, type TestService } from '../support/start-test-service.ts';
import { tempDirectory } from '../support/test-volumes.ts';

const DEVICES = [
  { code: 'no-space', device: '/dev/full' },
  { code: 'io-error', device: '/proc/self/mem' },
] as const;

/** The first file with both kinds of fault, the others by turns with one of them. */
const faultsAt = (...files: readonly string[]) =>
  files.flatMap((file, index) =>
    DEVICES.filter((_, kind) => index === 0 || kind === index % 2).map((fault) => ({ file, ...fault })),
  );

const needles = sampleNeedles(1, [1, 5000, 1_200_000, 300, 900_000]);
const [deleted = ''] = needles.keys();
const live = new Map([...needles].filter(([fid]) => fid !== deleted));
let onStep: (step: EcStep) => void;

beforeEach(() => {
  onStep = () => undefined;
});

const start = (path: string, files?: FaultyFiles): Promise<TestService> =>
  startTestService({
    directories: [{ path, volumesMax: 20 }],
    onEcStep: (step) => onStep(step),
    ...(files === undefined ? {} : { files }),
  });

const volumes = new MadeVolumes(needles);
const plainVolume = () => volumes.plain();
/** Only shards, and one deletion in the journal. */
const encodedVolume = () => volumes.encoded(deleted);

/** The service's own code of what a call failed with. */
async function reasonOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof RpcError) return error.reason;
    throw error;
  }
  return 'none';
}

/** Size and checksum of each file of volume 1; links and files that are being written have names that no whole file has. */
function filesOf(path: string): Record<string, string> {
  const files = readdirSync(path).filter((file) => file.startsWith('1.'));
  return Object.fromEntries(
    files.sort().map((file) => {
      const bytes = readFileSync(join(path, file));
      return [file, `${bytes.length} ${crc32(bytes)}`];
    }),
  );
}

const addressOf = ({ httpPort, grpcPort }: TestService): string => `127.0.0.1:${httpPort}.${grpcPort}`;

describe('generate', () => {
  const faults = [
    ...faultsAt('1.ecx.tmp', '1.ec00.tmp', '1.ec13.tmp', '1.ecsum.tmp.tmp').map((fault) => ({
      ...fault,
      at: 'generate: old shards removed',
    })),
    ...faultsAt('1.vif.tmp').map((fault) => ({ ...fault, at: 'generate: shards in place' })),
  ];

  test.each(faults)('$code under $file: the volume is as it was', async ({ code, device, file, at }) => {
    const service = await start(await plainVolume());
    const { call } = service.client;
    const before = filesOf(service.path);
    onStep = (step) => {
      if (step === at) symlinkSync(device, join(service.path, file));
    };
    expect(await reasonOf(call.VolumeEcShardsGenerate({ volume_id: 1 }))).toBe(code);
    expect(filesOf(service.path)).toEqual(before);
    expect(await readAll(service.url, needles)).toEqual(allAnswer(needles, 200));
    onStep = () => undefined;
    const later = sampleNeedles(1, [0, 0, 0, 0, 0, 0, 4_321]);
    const last = new Map([...later].slice(-1));
    await upload(service.url, last);
    await encodeOnly(service, 1);
    const all = new Map([...needles, ...last]);
    expect(await readAll(service.url, all)).toEqual(allAnswer(all, 200));
  });

  test('a data file that the disk does not give', async () => {
    const service = await start(await plainVolume());
    const [data, aside] = [join(service.path, '1.dat'), join(service.path, 'aside')];
    const before = filesOf(service.path);
    onStep = (step) => {
      if (step !== 'generate: old shards removed') return;
      renameSync(data, aside);
      symlinkSync('/proc/self/mem', data);
    };
    expect(await reasonOf(service.client.call.VolumeEcShardsGenerate({ volume_id: 1 }))).toBe('io-error');
    rmSync(data);
    renameSync(aside, data);
    onStep = () => undefined;
    expect(filesOf(service.path)).toEqual(before);
    await encodeOnly(service, 1);
    expect(await readAll(service.url, needles)).toEqual(allAnswer(needles, 200));
  });
});

describe('rebuild', () => {
  const LOST = ['1.ec00', '1.ec05', '1.ec12'];

  test.each(faultsAt('1.ec00.tmp', '1.ec12.tmp'))('$code under $file: the shards are as they were', async (fault) => {
    const path = await encodedVolume();
    const whole = filesOf(path);
    for (const file of LOST) rmSync(join(path, file));
    const service = await start(path);
    const before = filesOf(path);
    symlinkSync(fault.device, join(path, fault.file));
    expect(await reasonOf(service.client.call.VolumeEcShardsRebuild({ volume_id: 1 }))).toBe(fault.code);
    expect(filesOf(path)).toEqual(before);
    expect(await readAll(service.url, live)).toEqual(allAnswer(live, 200));
    const { rebuilt_shard_ids } = await service.client.call.VolumeEcShardsRebuild({ volume_id: 1 });
    expect(rebuilt_shard_ids).toEqual([0, 5, 12]);
    for (const file of LOST) expect(filesOf(path)[file]).toBe(whole[file]);
    expect((await fetch(`${service.url}/${deleted}`)).status).toBe(404);
  });

  test.each(DEVICES)('$code under checksums that were missing', async ({ code, device }) => {
    const path = await encodedVolume();
    rmSync(join(path, '1.ecsum'));
    const service = await start(path);
    const before = filesOf(path);
    symlinkSync(device, join(path, '1.ecsum.tmp'));
    expect(await reasonOf(service.client.call.VolumeEcShardsRebuild({ volume_id: 1 }))).toBe(code);
    expect(filesOf(path)).toEqual(before);
    await service.client.call.VolumeEcShardsRebuild({ volume_id: 1 });
    expect(existsSync(join(path, '1.ecsum'))).toBe(true);
    expect(await readAll(service.url, live)).toEqual(allAnswer(live, 200));
  });

  test.each([
    { code: 'no-space', error: 'ENOSPC' },
    { code: 'io-error', error: 'EIO' },
  ])('$error under the index: deletions stay in the journal', async ({ code, error }) => {
    const files = new FaultyFiles();
    const path = await encodedVolume();
    const service = await start(path, files);
    const before = filesOf(path);
    files.rowFault = systemError(error);
    expect(await reasonOf(service.client.call.VolumeEcShardsRebuild({ volume_id: 1 }))).toBe(code);
    expect(filesOf(path)).toEqual(before);
    expect((await fetch(`${service.url}/${deleted}`)).status).toBe(404);
    files.rowFault = undefined;
    await service.client.call.VolumeEcShardsRebuild({ volume_id: 1 });
    expect(existsSync(join(path, '1.ecj'))).toBe(false);
    expect((await fetch(`${service.url}/${deleted}`)).status).toBe(404);
    expect(await readAll(service.url, live)).toEqual(allAnswer(live, 200));
  });
});

describe('copy', () => {
  const faulty = ['1.ec03.tmp', '1.ecx.tmp', '1.ecj.tmp', '1.vif.tmp', '1.ecsum.tmp'];

  test.each(faultsAt(...faulty))('$code under $file: what was here is as it was', async ({ code, device, file }) => {
    const source = await start(await encodedVolume());
    const path = tempDirectory();
    const target = await start(path);
    const request = { volume_id: 1, source_data_node: addressOf(source), copy_vif_file: true };
    await target.client.call.VolumeEcShardsCopy({ ...request, shard_ids: [9], copy_ecx_file: true });
    const before = filesOf(path);
    symlinkSync(device, join(path, file));
    const rest = {
      ...request,
      shard_ids: ALL_SHARDS.filter((shardId) => shardId !== 9),
      copy_ecx_file: true,
      copy_ecj_file: true,
      copy_ecsum_file: true,
    };
    expect(await reasonOf(target.client.call.VolumeEcShardsCopy(rest))).toBe(code);
    expect(filesOf(path)).toEqual(before);
    await target.client.call.VolumeEcShardsCopy(rest);
    expect(filesOf(path)).toEqual(filesOf(source.path));
    await target.client.call.VolumeEcShardsMount({ volume_id: 1, shard_ids: [...ALL_SHARDS] });
    expect(await readAll(target.url, live)).toEqual(allAnswer(live, 200));
    expect((await fetch(`${target.url}/${deleted}`)).status).toBe(404);
  });
});

describe('receive', () => {
  const contents = [Buffer.from('bytes of a shard'), Buffer.alloc(0)];
  const faults = DEVICES.flatMap((fault) => contents.map((content) => ({ ...fault, content, bytes: content.length })));

  test.each(faults)('$code under a shard of $bytes bytes: the one that was here is as it was', async (fault) => {
    const path = tempDirectory();
    const service = await start(path);
    async function* file(content: Buffer) {
      yield { info: { volume_id: 1, ext: '.ec03', is_ec_volume: true, shard_id: 3 } };
      yield { file_content: content };
    }
    const receive = (content: Buffer) => service.client.call.ReceiveFile(file(content));
    await receive(Buffer.from('earlier'));
    const before = filesOf(path);
    symlinkSync(fault.device, join(path, '1.ec03.copying'));
    expect((await receive(fault.content)).error).toMatch(/a file that arrives cannot be written|failed to keep file/);
    expect(filesOf(path)).toEqual(before);
    expect(await receive(fault.content)).toEqual({ bytes_written: String(fault.bytes), error: '' });
    expect(readFileSync(join(path, '1.ec03'))).toEqual(fault.content);
  });
});

describe('putting a volume together', () => {
  const faults = [
    ...faultsAt('1.dat.tmp', '1.idx.tmp').map((fault) => ({ ...fault, at: 'fold: journal removed' })),
    ...faultsAt('1.vif.tmp').map((fault) => ({ ...fault, at: 'decode: volume staged' })),
  ];

  test.each(faults)('$code under $file: the shards are the volume', async ({ code, device, file, at }) => {
    const path = await encodedVolume();
    const service = await start(path);
    const { call } = service.client;
    // Deletions go into the index in front of it.
    await call.VolumeEcShardsRebuild({ volume_id: 1 });
    const before = filesOf(path);
    onStep = (step) => {
      if (step === at) symlinkSync(device, join(path, file));
    };
    expect(await reasonOf(call.VolumeEcShardsToVolume({ volume_id: 1 }))).toBe(code);
    onStep = () => undefined;
    expect(filesOf(path)).toEqual(before);
    expect(await readAll(service.url, live)).toEqual(allAnswer(live, 200));
    await call.VolumeEcShardsToVolume({ volume_id: 1 });
    await call.VolumeMount({ volume_id: 1 });
    await call.VolumeEcShardsUnmount({ volume_id: 1, shard_ids: [...ALL_SHARDS] });
    expect(await readAll(service.url, live)).toEqual(allAnswer(live, 200));
    expect((await fetch(`${service.url}/${deleted}`)).status).toBe(404);
  });
});

import { createHash } from 'node:crypto';
import type { TestService } from './start-test-service.ts';

export const ALL_SHARDS: readonly number[] = [...Array(14).keys()];

/** Reproducible bytes of one needle. */
export function bodyOf(key: number, lengthBytes: number): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < lengthBytes; at += 32) parts.push(createHash('sha256').update(`${key}.${at}`).digest());
  return Buffer.concat(parts).subarray(0, lengthBytes);
}

/** Bodies by file id: from nothing up to more than a small block. */
export function sampleNeedles(volumeId: number, sizes: readonly number[]): ReadonlyMap<string, Buffer> {
  return new Map(
    sizes.map((size, index) => [
      `${volumeId},${(index + 1).toString(16).padStart(2, '0')}0000abcd`,
      bodyOf(index, size),
    ]),
  );
}

export const SAMPLE_SIZES: readonly number[] = [
  1, 100, 4096, 70_000, 1_048_576, 2_300_003, 33, 900_000, 7, 5_000_000, 250_000,
];

export async function upload(url: string, needles: ReadonlyMap<string, Buffer>): Promise<void> {
  for (const [fid, body] of needles) {
    const response = await fetch(`${url}/${fid}`, { method: 'PUT', body: new Uint8Array(body) });
    if (response.status !== 201) throw new Error(`${fid}: ${response.status}`);
  }
}

/** Statuses by file id; 200 only for the very bytes. */
export async function readAll(
  url: string,
  needles: ReadonlyMap<string, Buffer>,
): Promise<Record<string, number | string>> {
  const found: Record<string, number | string> = {};
  for (const [fid, body] of needles) {
    const response = await fetch(`${url}/${fid}`);
    const bytes = Buffer.from(await response.arrayBuffer());
    found[fid] = response.status === 200 && !bytes.equals(body) ? 'other bytes' : response.status;
  }
  return found;
}

export function allAnswer(needles: ReadonlyMap<string, Buffer>, status: number): Record<string, number> {
  return Object.fromEntries([...needles.keys()].map((fid) => [fid, status]));
}

/** A volume that was cut and whose plain files are gone: only its shards are left, all mounted. */
export async function encodeOnly(service: TestService, volumeId: number, collection = ''): Promise<void> {
  const { call } = service.client;
  await call.VolumeEcShardsGenerate({ volume_id: volumeId, collection });
  await call.VolumeEcShardsMount({ volume_id: volumeId, collection, shard_ids: [...ALL_SHARDS] });
  await call.VolumeDelete({ volume_id: volumeId });
}

import type { Endpoint } from './load-message.ts';

/** File ids `volumeId,key+i cookie` for i below `count`, as the master leases them. */
export interface FileIdRange {
  readonly volumeId: string;
  readonly firstKey: bigint;
  /** 8 hex digits. */
  readonly cookie: string;
  readonly count: number;
}

const COOKIE_DIGITS = 8;
let inventedKey = 1n;

/** Leases ids from the master; invents them for a volume that belongs to none. */
export async function leaseFileIds(endpoint: Endpoint, count: number): Promise<FileIdRange> {
  if (endpoint.masterUrl === undefined) {
    const firstKey = inventedKey;
    inventedKey += BigInt(count);
    return { volumeId: '1', firstKey, cookie: '00000000', count };
  }
  const response = await fetch(`${endpoint.masterUrl}/dir/assign?count=${count}`);
  const answer = (await response.json()) as { readonly fid?: string; readonly error?: string };
  const [volumeId, digits] = (answer.fid ?? '').split(',');
  if (volumeId === undefined || digits === undefined)
    throw new Error(`the master answered ${response.status}: ${answer.error ?? 'no file id'}`);
  const firstKey = BigInt(`0x${digits.slice(0, -COOKIE_DIGITS)}`);
  return { volumeId, firstKey, cookie: digits.slice(-COOKIE_DIGITS), count };
}

/** The id at a place in the range. */
export function writeFileId(range: FileIdRange, index: number): string {
  const key = (range.firstKey + BigInt(index)).toString(16);
  return `${range.volumeId},${key.length % 2 === 0 ? key : `0${key}`}${range.cookie}`;
}

import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

const decompress = promisify(gunzip);

/** Largest body that a gzip needle may unfold to. */
const UNFOLDED_BYTES_MAX = 2 ** 30;

/** By its first bytes: what was stored as gzip was called so by whoever sent it. */
export function isGzip(data: Uint8Array): boolean {
  return data[0] === 0x1f && data[1] === 0x8b;
}

/** Data as it was before it was stored as gzip; data that is none after all comes back as it is. */
export async function unfoldGzip(data: Uint8Array): Promise<Uint8Array> {
  if (!isGzip(data)) return data;
  return decompress(data, { maxOutputLength: UNFOLDED_BYTES_MAX });
}

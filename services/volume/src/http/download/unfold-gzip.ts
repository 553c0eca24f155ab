import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

const decompress = promisify(gunzip);

/** Largest body that a gzip needle may unfold to. */
const UNFOLDED_BYTES_MAX = 2 ** 30;

/** Data as it was before it was stored as gzip; data that is none after all comes back as it is. */
export async function unfoldGzip(data: Uint8Array): Promise<Uint8Array> {
  if (data[0] !== 0x1f || data[1] !== 0x8b) return data;
  return decompress(data, { maxOutputLength: UNFOLDED_BYTES_MAX });
}

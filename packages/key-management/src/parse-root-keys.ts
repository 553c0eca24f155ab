import { KEY_BYTES } from './limits.ts';

/**
 * Root keys as text: one a line, 32 bytes in base64 or hex, the newest first; lines with # are comments.
 * @throws RangeError that names the line, never its text
 */
export function parseRootKeys(text: string): Uint8Array[] {
  const keys: Uint8Array[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const key = /^[0-9a-fA-F]{64}$/.test(trimmed) ? Buffer.from(trimmed, 'hex') : Buffer.from(trimmed, 'base64');
    if (key.length !== KEY_BYTES)
      throw new RangeError(`line ${index + 1} of the root keys: ${key.length} bytes, expected ${KEY_BYTES}`);
    keys.push(key);
  }
  if (keys.length === 0) throw new RangeError('there is no root key');
  return keys;
}

import type { IncomingMessage } from 'node:http';
import { PAIRS_BYTES_MAX } from '@needlestack/needle-format';
import type { HeaderList } from '../header-list.ts';

const PREFIX = 'seaweed-';

/** Request headers with the prefix, as JSON in the order of their names; undefined for none, or for too many to be stored. */
export function readPairs({ rawHeaders }: IncomingMessage): Buffer | undefined {
  let pairs: Map<string, string> | undefined;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (!hasPrefix(name)) continue;
    pairs ??= new Map();
    const canonical = canonicalName(name.slice(PREFIX.length));
    // Of headers with the same name the first counts.
    if (!pairs.has(canonical)) pairs.set(canonical, rawHeaders[at + 1] ?? '');
  }
  return pairs === undefined ? undefined : encodePairs(pairs);
}

/** Stored pairs are headers of the answer, whatever they are called; what the answer sets after them wins. */
export function addStoredPairs(headers: HeaderList, pairs: Uint8Array): void {
  let stored: unknown;
  try {
    stored = JSON.parse(Buffer.from(pairs).toString());
  } catch {
    return;
  }
  if (typeof stored !== 'object' || stored === null) return;
  for (const [name, value] of Object.entries(stored)) {
    if (isSafeHeader(name, String(value))) headers.set(name, String(value));
  }
}

const FRAMING_HEADERS: ReadonlySet<string> = new Set([
  'content-length',
  'transfer-encoding',
  'connection',
  'upgrade',
  'trailer',
]);

/** What was stored must not break the answer apart. */
function isSafeHeader(name: string, value: string): boolean {
  if (FRAMING_HEADERS.has(name.toLowerCase())) return false;
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
}

function hasPrefix(name: string): boolean {
  const first = name.charCodeAt(0);
  if (first !== 0x73 && first !== 0x53) return false;
  return name.length > PREFIX.length && name.slice(0, PREFIX.length).toLowerCase() === PREFIX;
}

function encodePairs(pairs: ReadonlyMap<string, string>): Buffer | undefined {
  const escapes: Readonly<Record<string, string>> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026' };
  const sorted = [...pairs].sort(([a], [b]) => (a < b ? -1 : 1));
  const json = JSON.stringify(Object.fromEntries(sorted)).replace(/[<>&]/g, (c) => escapes[c] ?? c);
  const bytes = Buffer.from(json);
  return bytes.length <= PAIRS_BYTES_MAX ? bytes : undefined;
}

function canonicalName(name: string): string {
  return name.toLowerCase().replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase());
}

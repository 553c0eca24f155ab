import type { IncomingHttpHeaders } from 'node:http';
import type { ObjectStat } from '../object-store.ts';

/** An ETag without its quotes. */
export function bareEtag(header: string | undefined): string {
  return (header ?? '').replace(/^"|"$/g, '');
}

/** What the headers of an answer say about its object. */
export function readStat(headers: IncomingHttpHeaders): ObjectStat {
  const modifiedAtMs = Date.parse(headers['last-modified'] ?? '');
  return {
    sizeBytes: Number(headers['content-length'] ?? 0),
    etag: bareEtag(headers.etag),
    modifiedAtMs: Number.isNaN(modifiedAtMs) ? 0 : modifiedAtMs,
  };
}

import { Agent, type ClientRequest, type OutgoingHttpHeaders, request as plainRequest } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { formatFileId, formatTtl, hasFlag, NEEDLE_FLAG, type Needle } from '@needlestack/needle-format';
import type { ChannelSecurity } from '@needlestack/rpc';
import { VolumeError } from '@needlestack/service-contracts';
import type { PeerAnswer, PeerRequest, ReadPeers } from '../core/needles/read-ports.ts';
import type { ReplicaDelete, ReplicaPeers, ReplicaWrite } from '../core/ports.ts';

export interface ReplicaClientOptions {
  /** Addresses of all holders of a volume, this server among them. */
  readonly lookup: (volumeId: number, signal?: AbortSignal) => Promise<readonly string[]>;
  /** Whether an address is this server's own. */
  readonly isOwnAddress: (address: string) => boolean;
  /** TLS towards other servers, and the token that is sent when the caller brought none. */
  readonly security: ChannelSecurity;
  /** The pairs of a needle are not what pairs look like; it goes without them. */
  readonly onUnreadablePairs: (volumeId: number) => void;
  /** Ask every replica for stable storage. */
  readonly fsync: boolean;
  readonly nowMs: () => number;
}

const REQUEST_TIMEOUT_MS = 30_000;
const SOCKETS_PER_HOST_MAX = 64;
const LOCATIONS_KEPT_MS = 10_000;
const LOCATIONS_KEPT_MAX = 10_000;

/** Other volume servers over SeaweedFS's HTTP, so that replicas may be of either kind. */
export class ReplicaClient implements ReplicaPeers, ReadPeers {
  readonly #options: ReplicaClientOptions;
  readonly #agent: Agent;
  readonly #known = new Map<number, { readonly urls: readonly string[]; readonly untilMs: number }>();

  constructor(options: ReplicaClientOptions) {
    this.#options = options;
    const { tls } = options.security;
    const certificates = { ca: tls?.caPem, cert: tls?.certPem, key: tls?.keyPem };
    const pool = { keepAlive: true, maxSockets: SOCKETS_PER_HOST_MAX };
    this.#agent = tls === undefined ? new Agent(pool) : new TlsAgent({ ...pool, ...certificates });
  }

  async otherHolders(volumeId: number, wanted: number, signal?: AbortSignal): Promise<readonly string[]> {
    const { lookup, isOwnAddress, nowMs } = this.#options;
    const known = this.#known.get(volumeId);
    if (known !== undefined && known.untilMs > nowMs()) return known.urls;
    const urls = (await lookup(volumeId, signal)).filter((url) => !isOwnAddress(url));
    // A list that is too short is asked for again: the missing holder may be registering right now.
    if (urls.length >= wanted) this.#remember(volumeId, urls);
    return urls;
  }

  async write(url: string, write: ReplicaWrite, signal?: AbortSignal): Promise<void> {
    const { fileId, needle } = write;
    const query = new URLSearchParams({ type: 'replicate', ts: String(needle.lastModifiedSeconds) });
    if (needle.ttl !== undefined) query.set('ttl', formatTtl(needle.ttl));
    if (hasFlag(needle.flags, NEEDLE_FLAG.chunkManifest)) query.set('cm', 'true');
    if (write.fsync || this.#options.fsync) query.set('fsync', 'true');
    const boundary = `needlestack-${fileId.key.toString(16)}-${needle.checksum.toString(16)}`;
    const head = Buffer.from(partHead(needle, boundary));
    const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
    const headers = {
      ...this.#authorization(write.authorization),
      ...this.#pairHeaders(fileId.volumeId, needle),
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': head.length + needle.data.length + tail.length,
    };
    const status = await this.#send(
      fileId.volumeId,
      url,
      'POST',
      `/${formatFileId(fileId)}?${query}`,
      headers,
      signal,
      [head, needle.data, tail],
    );
    if (status !== 201 && status !== 204) throw this.#failed(fileId.volumeId, url, `it answered ${status}`);
  }

  async delete(url: string, { fileId, authorization }: ReplicaDelete, signal?: AbortSignal): Promise<void> {
    const path = `/${formatFileId(fileId)}?type=replicate`;
    const status = await this.#send(
      fileId.volumeId,
      url,
      'DELETE',
      path,
      this.#authorization(authorization),
      signal,
      [],
    );
    if (status !== 202 && status !== 404) throw this.#failed(fileId.volumeId, url, `it answered ${status}`);
  }

  open({ method, address, target, headers }: PeerRequest, signal?: AbortSignal): Promise<PeerAnswer> {
    return new Promise((resolve, reject) => {
      const fail = (cause: Error): void =>
        reject(new VolumeError('unreachable', `${address} did not answer: ${cause.message}`, { cause }));
      const outgoing = this.#request(address, method, target, copyHeaders(headers), signal);
      outgoing.on('response', (incoming) =>
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.rawHeaders, body: incoming }),
      );
      outgoing.on('error', fail);
      outgoing.end();
    });
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(
    volumeId: number,
    url: string,
    method: string,
    path: string,
    headers: Readonly<Record<string, string | number>>,
    signal: AbortSignal | undefined,
    body: readonly Uint8Array[],
  ): Promise<number> {
    return new Promise((resolve, reject) => {
      const fail = (cause: Error): void => reject(this.#failed(volumeId, url, cause.message, cause));
      const outgoing = this.#request(url, method, path, headers, signal);
      outgoing.on('response', (incoming) => {
        incoming.on('error', fail);
        incoming.on('end', () => resolve(incoming.statusCode ?? 0));
        incoming.resume();
      });
      outgoing.on('error', fail);
      for (const bytes of body) outgoing.write(bytes);
      outgoing.end();
    });
  }

  #request(
    address: string,
    method: string,
    path: string,
    headers: OutgoingHttpHeaders,
    signal: AbortSignal | undefined,
  ): ClientRequest {
    const [scheme, open] =
      this.#options.security.tls === undefined ? (['http', plainRequest] as const) : (['https', tlsRequest] as const);
    const outgoing = open(`${scheme}://${address}${path}`, {
      method,
      headers,
      agent: this.#agent,
      timeout: REQUEST_TIMEOUT_MS,
      ...(signal === undefined ? {} : { signal }),
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${REQUEST_TIMEOUT_MS} ms`)));
    return outgoing;
  }

  /** A holder that failed may have moved: look the volume up again next time. */
  #failed(volumeId: number, url: string, why: string, cause?: Error): VolumeError {
    this.#known.delete(volumeId);
    return new VolumeError('unreachable', `replica of volume ${volumeId} on ${url}: ${why}`, { cause });
  }

  /** Stored pairs travel as headers with the prefix under which they came. */
  #pairHeaders(volumeId: number, { pairs }: Needle): Record<string, string> {
    if (pairs === undefined || pairs.length === 0) return {};
    const parsed = parsePairs(pairs);
    if (parsed === undefined) this.#options.onUnreadablePairs(volumeId);
    return Object.fromEntries(Object.entries(parsed ?? {}).map(([name, value]) => [`Seaweed-${name}`, String(value)]));
  }

  #authorization(callers: string | undefined): Record<string, string> {
    const { authToken } = this.#options.security;
    const own = authToken === undefined ? undefined : `Bearer ${authToken}`;
    const authorization = callers ?? own;
    return authorization === undefined ? {} : { authorization };
  }

  #remember(volumeId: number, urls: readonly string[]): void {
    if (this.#known.size >= LOCATIONS_KEPT_MAX) this.#known.clear();
    this.#known.set(volumeId, { urls, untilMs: this.#options.nowMs() + LOCATIONS_KEPT_MS });
  }
}

/** The file's part as it opens: name and type as stored, and whether the data is gzip. */
function partHead(needle: Needle, boundary: string): string {
  const name = needle.name === undefined ? '' : Buffer.from(needle.name).toString();
  const lines = [
    `--${boundary}`,
    `Content-Disposition: form-data; name="file"; filename="${name.replace(/[\\"]/g, '\\$&').replace(/[\r\n]/g, '')}"`,
  ];
  if (needle.mime !== undefined && needle.mime.length > 0) {
    lines.push(
      `Content-Type: ${Buffer.from(needle.mime)
        .toString()
        .replace(/[\r\n]/g, '')}`,
    );
  }
  if (hasFlag(needle.flags, NEEDLE_FLAG.compressed)) lines.push('Content-Encoding: gzip');
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function parsePairs(pairs: Uint8Array): object | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(pairs).toString());
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** A token that the caller brought goes with it; this server's own proves nothing about a reader. */
function copyHeaders(headers: PeerRequest['headers']): OutgoingHttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]),
  );
}

import { createHash, createHmac } from 'node:crypto';
import type { StoreCredentials } from '@needlestack/test-servers';

/** A request as text and bytes, before it is signed. Written anew for these tests, so that the store's own signer cannot agree with itself. */
export interface UnsignedRequest {
  readonly method: string;
  /** As it goes over the wire, encoded. */
  readonly path: string;
  /** Encoded; sorted when signed. */
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** Value of x-amz-content-sha256; the hash of the body when absent. */
  readonly payload?: string;
}

export interface SigningFacts {
  readonly credentials: StoreCredentials;
  readonly host: string;
  readonly time?: Date;
  readonly region?: string;
  readonly service?: string;
}

export interface SignedRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly signature: string;
  readonly amzDate: string;
  readonly scope: string;
  readonly key: Buffer;
}

const hex256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();

export function formatAmzDate(time: Date): string {
  return `${time.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

/** Signature Version 4 in the Authorization header; every header given is signed. */
export function signRequest(request: UnsignedRequest, facts: SigningFacts): SignedRequest {
  const amzDate = formatAmzDate(facts.time ?? new Date());
  const payload = request.payload ?? hex256(request.body ?? '');
  const headers: Record<string, string> = {
    host: facts.host,
    'x-amz-content-sha256': payload,
    'x-amz-date': amzDate,
    ...request.headers,
  };
  const { scope, key } = deriveKey(facts, amzDate);
  const names = Object.keys(headers).sort();
  const canonicalHeaders = names.map((name) => `${name}:${headers[name]?.trim()}\n`).join('');
  const signedHeaders = names.join(';');
  const canonical = [
    request.method,
    request.path,
    sortQuery(request.query ?? ''),
    canonicalHeaders,
    signedHeaders,
    payload,
  ].join('\n');
  const signature = hmac(key, `AWS4-HMAC-SHA256\n${amzDate}\n${scope}\n${hex256(canonical)}`).toString('hex');
  const credential = `${facts.credentials.accessKeyId}/${scope}`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
  return { headers: { ...headers, authorization }, signature, amzDate, scope, key };
}

/** The target of a presigned URL: path and query. */
export function presignTarget(
  method: string,
  path: string,
  expiresSeconds: number,
  facts: SigningFacts,
  query = '',
): string {
  const amzDate = formatAmzDate(facts.time ?? new Date());
  const { scope, key } = deriveKey(facts, amzDate);
  const parameters = new URLSearchParams({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${facts.credentials.accessKeyId}/${scope}`,
    'X-Amz-Date': amzDate,
    'X-Amz-Expires': `${expiresSeconds}`,
    'X-Amz-SignedHeaders': 'host',
  }).toString();
  const unsigned = sortQuery(query === '' ? parameters : `${query}&${parameters}`);
  const canonical = [method, path, unsigned, `host:${facts.host}\n`, 'host', 'UNSIGNED-PAYLOAD'].join('\n');
  const signature = hmac(key, `AWS4-HMAC-SHA256\n${amzDate}\n${scope}\n${hex256(canonical)}`).toString('hex');
  return `${path}?${unsigned}&X-Amz-Signature=${signature}`;
}

/** A body in signed chunks (`STREAMING-AWS4-HMAC-SHA256-PAYLOAD`), each chained to the one before. */
export function signChunks(chunks: readonly Buffer[], signed: SignedRequest): Buffer {
  const pieces: Buffer[] = [];
  let previous = signed.signature;
  for (const chunk of [...chunks, Buffer.alloc(0)]) {
    const toSign = `AWS4-HMAC-SHA256-PAYLOAD\n${signed.amzDate}\n${signed.scope}\n${previous}\n${hex256('')}\n${hex256(chunk)}`;
    previous = hmac(signed.key, toSign).toString('hex');
    pieces.push(
      Buffer.from(`${chunk.length.toString(16)};chunk-signature=${previous}\r\n`),
      chunk,
      Buffer.from('\r\n'),
    );
  }
  return Buffer.concat(pieces);
}

function deriveKey(facts: SigningFacts, amzDate: string): { scope: string; key: Buffer } {
  const parts = [amzDate.slice(0, 8), facts.region ?? 'us-east-1', facts.service ?? 's3', 'aws4_request'];
  let key: Buffer | string = `AWS4${facts.credentials.secretAccessKey}`;
  for (const part of parts) key = hmac(key, part);
  return { scope: parts.join('/'), key: Buffer.from(key) };
}

function sortQuery(query: string): string {
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => (pair.includes('=') ? pair : `${pair}=`))
    .sort()
    .join('&');
}

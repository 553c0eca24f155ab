/**
 * The floor: the shortest straight-line program that does only the unavoidable work of each cell of the benchmark, on the runtime that the
 * store runs on. One signature check with a cached key, md5, one append and a group fdatasync, one durable LMDB commit or one get, one
 * pread. It has no errors, limits, checks or recovery: it is the measure of what those cost, not a server to use.
 *
 * `node floor.ts <directory> <port>` with the root credentials in the environment; prints `ready` once it listens.
 */
import { createHash, createHmac, type Hash, hash } from 'node:crypto';
import { fdatasync, openSync, read, readSync, writeSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { open } from 'lmdb';

const [directory = '.', port = '0'] = process.argv.slice(2);
const secretAccessKey = process.env.NEEDLESTACK_ROOT_SECRET_ACCESS_KEY ?? '';
const names = open<Buffer, string>({ path: join(directory, 'names'), encoding: 'binary', overlappingSync: false });
const volume = openSync(join(directory, 'volume.dat'), 'w+');
const READ_BYTES = 1024 * 1024;
const MD5_BYTES = 16;
/** md5 and time of the last change. */
const RECORD_HEAD_BYTES = MD5_BYTES + 8;
const EXTENT_BYTES = 16;

// A record: md5, time in milliseconds, then 16 bytes for each extent (offset, length).

interface Extent {
  readonly offset: number;
  readonly length: number;
}

function encodeRecord(md5: Buffer, extents: readonly Extent[]): Buffer {
  const record = Buffer.allocUnsafe(RECORD_HEAD_BYTES + extents.length * EXTENT_BYTES);
  md5.copy(record);
  record.writeDoubleLE(Date.now(), MD5_BYTES);
  extents.forEach((extent, index) => {
    record.writeDoubleLE(extent.offset, RECORD_HEAD_BYTES + index * EXTENT_BYTES);
    record.writeDoubleLE(extent.length, RECORD_HEAD_BYTES + index * EXTENT_BYTES + 8);
  });
  return record;
}

function decodeExtents(record: Buffer): Extent[] {
  const extents: Extent[] = [];
  for (let at = RECORD_HEAD_BYTES; at < record.length; at += EXTENT_BYTES)
    extents.push({ offset: record.readDoubleLE(at), length: record.readDoubleLE(at + 8) });
  return extents;
}

function etagOf(record: Buffer): string {
  const parts = (record.length - RECORD_HEAD_BYTES) / EXTENT_BYTES;
  return `"${record.toString('hex', 0, MD5_BYTES)}${parts > 1 ? `-${parts}` : ''}"`;
}

// Appends, made durable in groups: a group is what arrived while the last one was written.

let tailOffset = 0;
let waiting: (() => void)[] = [];
let isSyncing = false;

function syncWaiting(): void {
  if (waiting.length === 0) return;
  isSyncing = true;
  const group = waiting;
  waiting = [];
  fdatasync(volume, (error) => {
    if (error !== null) throw error;
    isSyncing = false;
    for (const done of group) done();
    syncWaiting();
  });
}

function makeDurable(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (!isSyncing) setImmediate(() => isSyncing || syncWaiting());
  });
}

function appendBody(request: IncomingMessage): Promise<{ md5: Buffer; extent: Extent }> {
  const length = Number(request.headers['content-length']);
  const offset = tailOffset;
  tailOffset += length;
  let at = offset;
  let hasher: Hash | undefined;
  let md5: Buffer | undefined;
  return new Promise((resolve) => {
    request.on('data', (bytes: Buffer) => {
      if (bytes.length === length) md5 = hash('md5', bytes, 'buffer');
      else {
        hasher ??= createHash('md5');
        hasher.update(bytes);
      }
      at += writeSync(volume, bytes, 0, bytes.length, at);
    });
    request.on('end', () => {
      md5 ??= (hasher ?? createHash('md5')).digest();
      resolve({ md5, extent: { offset, length } });
    });
  });
}

// One signature check, with the derived key cached.

const derivedKeys = new Map<string, Buffer>();

function derivedKey(scope: string): Buffer {
  let key = derivedKeys.get(scope);
  if (key === undefined) {
    key = Buffer.from(`AWS4${secretAccessKey}`);
    for (const step of scope.split('/')) key = createHmac('sha256', key).update(step).digest();
    derivedKeys.set(scope, key);
  }
  return key;
}

function isSigned(request: IncomingMessage, path: string, query: string): boolean {
  const { headers } = request;
  const authorization = headers.authorization ?? '';
  const signedAt = authorization.indexOf(', SignedHeaders=');
  const signatureAt = authorization.indexOf(', Signature=');
  const scope = authorization.slice(authorization.indexOf('/') + 1, signedAt);
  const signedHeaders = authorization.slice(signedAt + 16, signatureAt);
  let canonical = `${request.method}\n${path}\n${query}\n`;
  for (const name of signedHeaders.split(';')) canonical += `${name}:${headers[name]}\n`;
  canonical += `\n${signedHeaders}\n${headers['x-amz-content-sha256']}`;
  const toSign = `AWS4-HMAC-SHA256\n${headers['x-amz-date']}\n${scope}\n${hash('sha256', canonical, 'hex')}`;
  const signature = createHmac('sha256', derivedKey(scope)).update(toSign).digest('hex');
  return signature === authorization.slice(signatureAt + 12);
}

// The operations.

async function putObject(request: IncomingMessage, response: ServerResponse, name: string): Promise<void> {
  const { md5, extent } = await appendBody(request);
  await makeDurable();
  const record = encodeRecord(md5, [extent]);
  await names.put(name, record);
  response.writeHead(200, { etag: etagOf(record), 'content-length': 0 }).end();
}

function headObject(response: ServerResponse, name: string): Buffer | undefined {
  const record = names.get(name);
  if (record === undefined) {
    response.writeHead(404, { 'content-length': 0 }).end();
    return undefined;
  }
  let length = 0;
  for (const extent of decodeExtents(record)) length += extent.length;
  const lastModified = new Date(record.readDoubleLE(MD5_BYTES)).toUTCString();
  response.writeHead(200, { etag: etagOf(record), 'content-length': length, 'last-modified': lastModified });
  return record;
}

function readExtent(extent: Extent): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(extent.length);
  return new Promise((resolve, reject) => {
    read(volume, buffer, 0, extent.length, extent.offset, (error) => (error ? reject(error) : resolve(buffer)));
  });
}

function sliceExtents(extents: readonly Extent[]): Extent[] {
  const slices: Extent[] = [];
  for (const { offset, length } of extents)
    for (let at = 0; at < length; at += READ_BYTES)
      slices.push({ offset: offset + at, length: Math.min(READ_BYTES, length - at) });
  return slices;
}

async function getObject(response: ServerResponse, name: string): Promise<void> {
  const record = headObject(response, name);
  if (record === undefined) return;
  const slices = sliceExtents(decodeExtents(record));
  const [only] = slices;
  if (slices.length === 1 && only !== undefined) {
    const buffer = Buffer.allocUnsafe(only.length);
    readSync(volume, buffer, 0, only.length, only.offset);
    response.end(buffer);
    return;
  }
  // The next slice is read while this one is written.
  let next = only === undefined ? undefined : readExtent(only);
  for (let index = 1; next !== undefined; index += 1) {
    const buffer: Buffer = await next;
    const slice = slices[index];
    next = slice === undefined ? undefined : readExtent(slice);
    if (!response.write(buffer)) await new Promise<void>((resolve) => response.once('drain', resolve));
  }
  response.end();
}

function escapeXml(text: string): string {
  return /[&<>]/.test(text) ? text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;') : text;
}

function listObjects(response: ServerResponse, bucket: string, query: URLSearchParams): void {
  const start = `o${bucket}/${query.get('start-after') ?? ''}\0`;
  const limit = Number(query.get('max-keys') ?? 1000);
  const skip = bucket.length + 2;
  let contents = '';
  let count = 0;
  for (const { key, value } of names.getRange({ start, end: `o${bucket}0`, limit: limit + 1 })) {
    count += 1;
    if (count > limit) break;
    const size = value.readDoubleLE(RECORD_HEAD_BYTES + 8);
    contents += `<Contents><Key>${escapeXml(key.slice(skip))}</Key><LastModified>${new Date(value.readDoubleLE(MD5_BYTES)).toISOString()}</LastModified><ETag>&quot;${value.toString('hex', 0, MD5_BYTES)}&quot;</ETag><Size>${size}</Size><StorageClass>STANDARD</StorageClass></Contents>`;
  }
  const body = Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>${bucket}</Name><KeyCount>${Math.min(count, limit)}</KeyCount><MaxKeys>${limit}</MaxKeys><IsTruncated>${count > limit}</IsTruncated>${contents}</ListBucketResult>`,
  );
  response.writeHead(200, { 'content-type': 'application/xml', 'content-length': body.length }).end(body);
}

let uploads = 0;

async function createUpload(response: ServerResponse, name: string): Promise<void> {
  uploads += 1;
  const upload = uploads;
  await names.put(`u${upload}`, Buffer.from(name));
  response
    .writeHead(200)
    .end(`<InitiateMultipartUploadResult><UploadId>${upload}</UploadId></InitiateMultipartUploadResult>`);
}

async function completeUpload(
  request: IncomingMessage,
  response: ServerResponse,
  name: string,
  upload: string,
): Promise<void> {
  let xml = '';
  for await (const bytes of request) xml += bytes;
  // An upload that is none is refused; parts that the list leaves out go too, so all of them are looked up.
  if (names.get(`u${upload}`) === undefined) {
    response.writeHead(404, { 'content-length': 0 }).end();
    return;
  }
  const parts = new Map<string, Buffer>();
  for (const { key, value } of names.getRange({ start: `p${upload}/`, end: `p${upload}0` })) parts.set(key, value);
  const chosen = [...xml.matchAll(/<PartNumber>(\d+)/g)].map((match) => `p${upload}/${match[1]}`);
  const records = chosen.map((part) => parts.get(part) ?? Buffer.alloc(0));
  const md5 = hash('md5', Buffer.concat(records.map((record) => record.subarray(0, MD5_BYTES))), 'buffer');
  const record = encodeRecord(md5, records.flatMap(decodeExtents));
  // Writes of one turn of the event loop are one transaction. The answer is remembered: a repeated Complete gets it again.
  for (const part of parts.keys()) void names.remove(part);
  void names.remove(`u${upload}`);
  void names.put(`c${upload}`, record.subarray(0, MD5_BYTES));
  await names.put(name, record);
  response
    .writeHead(200)
    .end(`<CompleteMultipartUploadResult><ETag>${etagOf(record)}</ETag></CompleteMultipartUploadResult>`);
}

const needles = new Map<string, Extent>();

async function serveNeedle(request: IncomingMessage, response: ServerResponse, fileId: string): Promise<void> {
  if (request.method === 'GET') {
    const extent = needles.get(fileId) ?? { offset: 0, length: 0 };
    const buffer = Buffer.allocUnsafe(extent.length);
    readSync(volume, buffer, 0, extent.length, extent.offset);
    crc32(buffer);
    response.writeHead(200, { 'content-length': buffer.length }).end(buffer);
    return;
  }
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  const data = pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
  const extent = { offset: tailOffset, length: data.length };
  tailOffset += data.length;
  crc32(data);
  writeSync(volume, data, 0, data.length, extent.offset);
  await makeDurable();
  needles.set(fileId, extent);
  response.writeHead(201, { 'content-type': 'application/json' }).end(`{"size":${data.length}}`);
}

async function serveObject(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  query: string,
): Promise<void> {
  const slash = path.indexOf('/', 1);
  const name = `o${path.slice(1)}`;
  const { method } = request;
  if (slash < 0) {
    if (method === 'GET') listObjects(response, path.slice(1), new URLSearchParams(query));
    else response.writeHead(200, { 'content-length': 0 }).end();
  } else if (method === 'GET') await getObject(response, name);
  else if (method === 'HEAD') {
    headObject(response, name);
    response.end();
  } else if (method === 'DELETE') {
    if (names.get(name) !== undefined) await names.remove(name);
    response.writeHead(204).end();
  } else if (method === 'POST') {
    const upload = new URLSearchParams(query).get('uploadId');
    await (upload === null ? createUpload(response, name) : completeUpload(request, response, name, upload));
  } else if (query === '') await putObject(request, response, name);
  else {
    const parameters = new URLSearchParams(query);
    await putObject(request, response, `p${parameters.get('uploadId')}/${parameters.get('partNumber')}`);
  }
}

const server = createServer((request, response) => {
  const target = request.url ?? '/';
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = mark < 0 ? '' : target.slice(mark + 1);
  if (path.includes(',')) void serveNeedle(request, response, path);
  else if (!isSigned(request, path, query)) response.writeHead(403, { connection: 'close' }).end();
  else void serveObject(request, response, path, query);
});
server.requestTimeout = 0;
server.listen(Number(port), '127.0.0.1', () => process.stdout.write('ready\n'));
process.on('SIGTERM', () => process.exit(0));

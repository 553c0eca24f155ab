import { bareEtag, childrenOf, decodeUriComponent, textOf, type XmlElement } from '@needlestack/s3-protocol';
import type { ListedObject } from '../object-storage.ts';
import { ObjectStorageError } from '../object-storage-error.ts';
import { parseAnswer, readAnswer } from './answer-document.ts';
import type { Asked } from './http-connections.ts';
import type { S3Request, S3Requests } from './s3-requests.ts';

/** Whole keys that begin with the prefix, page by page, in the order of the store, which is that of their bytes. */
export async function* listObjects(
  requests: S3Requests,
  prefix: string,
  after: string | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<ListedObject> {
  const asked = { operation: 'ListObjectsV2', key: prefix };
  const query: Record<string, string> = { 'list-type': '2', 'encoding-type': 'url', prefix };
  if (after !== undefined) query['start-after'] = after;
  for (;;) {
    const page = await askForDocument(
      requests,
      { ...asked, method: 'GET', query, isOnBucket: true },
      'ListBucketResult',
      signal,
    );
    const isEncoded = textOf(page, 'EncodingType') === 'url';
    for (const entry of childrenOf(page, 'Contents')) yield readEntry(entry, isEncoded);
    if (textOf(page, 'IsTruncated') !== 'true') return;
    const token = textOf(page, 'NextContinuationToken');
    if (token === undefined || token === '' || token === query['continuation-token']) {
      throw new ObjectStorageError('backend', 'the listing goes on, but the store does not say where', asked);
    }
    query['continuation-token'] = token;
  }
}

export interface ListedUpload {
  readonly key: string;
  readonly uploadId: string;
  /** Milliseconds since the epoch; undefined when the store does not say. */
  readonly begunAtMs: number | undefined;
}

/** Uploads that are neither complete nor aborted. */
export async function* listUploads(
  requests: S3Requests,
  prefix: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<ListedUpload> {
  const asked = { operation: 'ListMultipartUploads', key: prefix };
  const query: Record<string, string> = { uploads: '', 'encoding-type': 'url', prefix };
  for (;;) {
    const page = await askForDocument(
      requests,
      { ...asked, method: 'GET', query, isOnBucket: true },
      'ListMultipartUploadsResult',
      signal,
    );
    const isEncoded = textOf(page, 'EncodingType') === 'url';
    for (const entry of childrenOf(page, 'Upload')) {
      const begunAtMs = readTime(entry, 'Initiated');
      yield { key: readKey(entry, isEncoded), uploadId: textOf(entry, 'UploadId') ?? '', begunAtMs };
    }
    if (textOf(page, 'IsTruncated') !== 'true') return;
    const keyMarker = decodeListed(textOf(page, 'NextKeyMarker') ?? '', isEncoded);
    const idMarker = textOf(page, 'NextUploadIdMarker') ?? '';
    if (keyMarker === (query['key-marker'] ?? '') && idMarker === (query['upload-id-marker'] ?? '')) {
      throw new ObjectStorageError('backend', 'the listing goes on, but the store does not say where', asked);
    }
    query['key-marker'] = keyMarker;
    query['upload-id-marker'] = idMarker;
  }
}

/** When the last part of an upload came, for stores that do not say when it was begun; undefined when there is none. */
export async function findLastPartTime(
  requests: S3Requests,
  key: string,
  uploadId: string,
  signal: AbortSignal | undefined,
): Promise<number | undefined> {
  const asked = { operation: 'ListParts', key };
  let latestMs: number | undefined;
  for (let marker: string | undefined; ; ) {
    const query: Record<string, string> = { uploadId };
    if (marker !== undefined) query['part-number-marker'] = marker;
    const page = await askForDocument(requests, { ...asked, method: 'GET', query }, 'ListPartsResult', signal);
    for (const part of childrenOf(page, 'Part')) {
      const timeMs = readTime(part, 'LastModified');
      if (timeMs !== undefined) latestMs = Math.max(latestMs ?? 0, timeMs);
    }
    const next = textOf(page, 'NextPartNumberMarker');
    if (textOf(page, 'IsTruncated') !== 'true' || next === undefined || next === marker) return latestMs;
    marker = next;
  }
}

function askForDocument(
  requests: S3Requests,
  request: S3Request,
  root: string,
  signal: AbortSignal | undefined,
): Promise<XmlElement> {
  // The body is one with the answer here: when it breaks off, all of it is asked for again.
  return requests.retry(signal, async () => {
    const asked: Asked = { operation: request.operation, key: request.key };
    const answer = await requests.sendOnce(request, signal);
    return parseAnswer(await readAnswer(answer, asked), root, answer, asked);
  });
}

function readEntry(entry: XmlElement, isEncoded: boolean): ListedObject {
  return {
    key: readKey(entry, isEncoded),
    sizeBytes: Number(textOf(entry, 'Size') ?? 0),
    etag: bareEtag(textOf(entry, 'ETag') ?? ''),
    modifiedAtMs: readTime(entry, 'LastModified') ?? 0,
  };
}

function readTime(entry: XmlElement, name: string): number | undefined {
  const timeMs = Date.parse(textOf(entry, name) ?? '');
  return Number.isNaN(timeMs) ? undefined : timeMs;
}

function readKey(entry: XmlElement, isEncoded: boolean): string {
  return decodeListed(textOf(entry, 'Key') ?? '', isEncoded);
}

/** Listings encode as forms do: a space is a plus. */
function decodeListed(text: string, isEncoded: boolean): string {
  return isEncoded ? decodeUriComponent(text.replaceAll('+', ' ')) : text;
}

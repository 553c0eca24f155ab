import { parseXml, textOf, writeDocument } from '@needlestack/s3-protocol';
import { PARTS_MAX } from '../limits.ts';
import type { CallOptions, CompletedPart, MultipartUpload, ObjectStat } from '../object-store.ts';
import { ObjectStoreError } from '../object-store-error.ts';
import { describeError, readDocument } from './error-answer.ts';
import { bareEtag } from './object-headers.ts';
import type { S3Requests } from './s3-requests.ts';

/** One upload in parts, by the id that the store gave it. */
export class S3MultipartUpload implements MultipartUpload {
  readonly key: string;
  readonly #uploadId: string;
  readonly #requests: S3Requests;
  readonly #stat: (options: CallOptions) => Promise<ObjectStat>;

  constructor(
    key: string,
    uploadId: string,
    requests: S3Requests,
    stat: (options: CallOptions) => Promise<ObjectStat>,
  ) {
    this.key = key;
    this.#uploadId = uploadId;
    this.#requests = requests;
    this.#stat = stat;
  }

  async uploadPart(partNumber: number, bytes: Uint8Array, { signal }: CallOptions = {}): Promise<CompletedPart> {
    if (!Number.isInteger(partNumber) || partNumber < 1 || partNumber > PARTS_MAX) {
      throw new ObjectStoreError('too-many-parts', `part ${partNumber}, expected 1 to ${PARTS_MAX}`, {
        operation: 'UploadPart',
        key: this.key,
      });
    }
    const query = { partNumber: String(partNumber), uploadId: this.#uploadId };
    const answer = await this.#requests.send(
      { operation: 'UploadPart', method: 'PUT', key: this.key, query, body: bytes },
      signal,
    );
    await readDocument(answer, { operation: 'UploadPart', key: this.key });
    return { partNumber, etag: bareEtag(answer.headers.etag) };
  }

  async complete(parts: readonly CompletedPart[], { signal }: CallOptions = {}): Promise<ObjectStat> {
    const asked = { operation: 'CompleteMultipartUpload', key: this.key };
    const body = Buffer.from(
      writeDocument('CompleteMultipartUpload', {
        Part: parts.map(({ partNumber, etag }) => ({ PartNumber: String(partNumber), ETag: `"${etag}"` })),
      }),
    );
    const query = { uploadId: this.#uploadId };
    await this.#requests.retry(signal, async () => {
      const answer = await this.#requests.sendOnce({ ...asked, method: 'POST', query, body }, signal);
      const document = await readDocument(answer, asked);
      // The answer begins before the work ends, so a failure may come with a status of success.
      if (document.includes('<Error')) throw describeError(document, answer, asked);
    });
    return this.#stat(signal === undefined ? {} : { signal });
  }

  async abort({ signal }: CallOptions = {}): Promise<void> {
    const asked = { operation: 'AbortMultipartUpload', key: this.key };
    const query = { uploadId: this.#uploadId };
    try {
      await readDocument(await this.#requests.send({ ...asked, method: 'DELETE', query }, signal), asked);
    } catch (error) {
      if (!(error instanceof ObjectStoreError) || error.code !== 'not-found') throw error;
    }
  }
}

/** The id in the answer to the begin of an upload. */
export function readUploadId(document: Buffer, key: string): string {
  const uploadId = textOf(parseXml(document), 'UploadId');
  if (uploadId !== undefined && uploadId !== '') return uploadId;
  throw new ObjectStoreError('backend', 'the store gave no id for the upload', {
    operation: 'CreateMultipartUpload',
    key,
  });
}

import { createHash } from 'node:crypto';
import { bareEtag, combinePartChecksums, textOf, writeDocument } from '@needlestack/s3-protocol';
import { PARTS_MAX } from '../limits.ts';
import type {
  CallOptions,
  CompletedPart,
  MultipartOptions,
  MultipartUpload,
  WrittenObject,
} from '../object-storage.ts';
import { HandleStateError, isObjectStorageError, ObjectStorageError } from '../object-storage-error.ts';
import { parseAnswer, readAnswer } from './answer-document.ts';
import type { ConditionalWriter, Doubt } from './conditional-writes.ts';
import { describeError } from './error-answer.ts';
import type { Asked } from './http-connections.ts';
import { crc32cOf, NONCE_METADATA, quoteEtag, readStat, writeHeaders } from './object-headers.ts';
import type { S3Requests } from './s3-requests.ts';

export interface S3MultipartContext {
  readonly requests: S3Requests;
  readonly conditional: ConditionalWriter;
  /** Whole key. */
  readonly key: string;
  /** The key without the place's prefix. */
  readonly name: string;
  readonly checksums: boolean;
  readonly options: MultipartOptions;
  readonly nonce: string;
}

/** Begins an upload. */
export async function startMultipart(context: S3MultipartContext): Promise<S3MultipartUpload> {
  const { requests, key, checksums, options, nonce } = context;
  const asked = { operation: 'CreateMultipartUpload', key };
  const { condition, signal, attributes } = options;
  const metadata = { ...attributes?.metadata, [NONCE_METADATA]: nonce };
  const headers = writeHeaders(
    condition === undefined ? options : { ...options, attributes: { ...attributes, metadata } },
  );
  if (checksums) {
    headers['x-amz-checksum-algorithm'] = 'CRC32C';
    headers['x-amz-checksum-type'] = 'FULL_OBJECT';
  }
  const uploadId = await requests.retry(signal, async () => {
    const answer = await requests.sendOnce({ ...asked, method: 'POST', query: { uploads: '' }, headers }, signal);
    const document = await readAnswer(answer, asked);
    return textOf(parseAnswer(document, 'InitiateMultipartUploadResult', answer, asked), 'UploadId') ?? '';
  });
  if (uploadId === '') throw new ObjectStorageError('backend', 'the store gave no id for the upload', asked);
  return new S3MultipartUpload(context, uploadId);
}

/** Aborts an upload; one that is gone is no error. */
export async function abortUpload(
  requests: S3Requests,
  key: string,
  uploadId: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const asked = { operation: 'AbortMultipartUpload', key };
  try {
    await requests.sendAndDrain({ ...asked, method: 'DELETE', query: { uploadId } }, signal);
  } catch (error) {
    if (!isObjectStorageError(error, 'not-found')) throw error;
  }
}

/** One upload in parts, by the id that the store gave it. */
export class S3MultipartUpload implements MultipartUpload {
  readonly key: string;
  readonly #context: S3MultipartContext;
  readonly #uploadId: string;
  readonly #wholeKey: string;
  #state: 'open' | 'completed' | 'aborted' = 'open';

  constructor(context: S3MultipartContext, uploadId: string) {
    this.key = context.name;
    this.#wholeKey = context.key;
    this.#context = context;
    this.#uploadId = uploadId;
  }

  async uploadPart(partNumber: number, bytes: Uint8Array, { signal }: CallOptions = {}): Promise<CompletedPart> {
    this.#requireOpen('uploadPart');
    const asked = { operation: 'UploadPart', key: this.#wholeKey };
    if (!Number.isInteger(partNumber) || partNumber < 1 || partNumber > PARTS_MAX) {
      throw new ObjectStorageError('too-many-parts', `part ${partNumber}, expected 1 to ${PARTS_MAX}`, asked);
    }
    const query = { partNumber: String(partNumber), uploadId: this.#uploadId };
    const crc32c = crc32cOf(bytes);
    const headers = this.#context.checksums ? { 'x-amz-checksum-crc32c': crc32c } : {};
    const request = { ...asked, method: 'PUT', query, headers, body: { bytes } };
    const answer = await this.#context.requests.sendAndDrain(request, signal);
    const etag = bareEtag(answer.headers.etag ?? '');
    if (etag === '') throw new ObjectStorageError('backend', `part ${partNumber} was taken without an ETag`, asked);
    return { partNumber, etag, crc32c, sizeBytes: bytes.length };
  }

  async complete(parts: readonly CompletedPart[], { signal }: CallOptions = {}): Promise<WrittenObject> {
    this.#requireOpen('complete');
    const asked = { operation: 'CompleteMultipartUpload', key: this.#wholeKey };
    const { condition, requireAtomic = false } = this.#context.options;
    const done =
      condition === undefined
        ? await this.#send(parts, {}, { isInDoubt: false }, signal)
        : await this.#context.conditional.run(
            {
              ...asked,
              condition,
              requireAtomic,
              nonce: this.#context.nonce,
              write: (headers, doubt) => this.#send(parts, headers, doubt, signal),
            },
            signal,
          );
    this.#state = 'completed';
    return done;
  }

  async abort({ signal }: CallOptions = {}): Promise<void> {
    this.#requireOpen('abort');
    this.#state = 'aborted';
    await abortUpload(this.#context.requests, this.#wholeKey, this.#uploadId, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state === 'open') await this.abort().catch(() => undefined);
  }

  #requireOpen(call: string): void {
    if (this.#state !== 'open') throw new HandleStateError(call, this.#state);
  }

  async #send(
    parts: readonly CompletedPart[],
    conditions: Readonly<Record<string, string>>,
    doubt: Doubt,
    signal: AbortSignal | undefined,
  ): Promise<WrittenObject> {
    const { requests, checksums } = this.#context;
    const asked = { operation: 'CompleteMultipartUpload', key: this.#wholeKey };
    const headers: Record<string, string> = { 'content-type': 'application/xml', ...conditions };
    if (checksums) {
      headers['x-amz-checksum-crc32c'] = checksumOf(parts);
      headers['x-amz-checksum-type'] = 'FULL_OBJECT';
    }
    const body = { bytes: Buffer.from(writeDocument('CompleteMultipartUpload', { Part: parts.map(partContent) })) };
    const query = { uploadId: this.#uploadId };
    try {
      const etag = await requests.retry(signal, async ({ isInDoubt }) => {
        doubt.isInDoubt = isInDoubt;
        const answer = await requests.sendOnce({ ...asked, method: 'POST', query, headers, body }, signal);
        const document = await readAnswer(answer, asked);
        // The answer begins before the work ends, so a failure may come with a status of success. It counts as what it says.
        if (document.includes('<Error')) throw asServerError(document, answer.headers, asked);
        const result = parseAnswer(document, 'CompleteMultipartUploadResult', answer, asked);
        return bareEtag(textOf(result, 'ETag') ?? answer.headers.etag ?? '');
      });
      return { etag: etag === '' ? multipartEtag(parts) : etag, sizeBytes: sizeOf(parts) };
    } catch (error) {
      // The upload is gone because the try whose answer was lost has completed it: the object itself tells.
      const isGone = doubt.isInDoubt && isObjectStorageError(error, 'not-found');
      const found = isGone ? await this.#findCompleted(parts, signal) : undefined;
      if (found === undefined) throw error;
      return found;
    }
  }

  async #findCompleted(
    parts: readonly CompletedPart[],
    signal: AbortSignal | undefined,
  ): Promise<WrittenObject | undefined> {
    const headers = { 'x-amz-checksum-mode': 'ENABLED' };
    const request = { operation: 'HeadObject', method: 'HEAD', key: this.#wholeKey, headers };
    const stat = await this.#context.requests.sendAndDrain(request, signal).then(
      (answer) => readStat(answer.headers),
      () => undefined,
    );
    if (stat === undefined || stat.sizeBytes !== sizeOf(parts)) return undefined;
    const { checksum, etag } = stat;
    const isOurs =
      checksum?.algorithm === 'CRC32C' ? checksum.value === checksumOf(parts) : etag === multipartEtag(parts);
    return isOurs ? { etag, sizeBytes: stat.sizeBytes } : undefined;
  }
}

/** An error inside a 200 is one of the server's: what its code says to try again is tried again. */
function asServerError(document: Buffer, headers: Parameters<typeof describeError>[1]['headers'], asked: Asked) {
  return describeError(document, { statusCode: 200, headers }, asked).error;
}

function partContent({ partNumber, etag, crc32c }: CompletedPart) {
  return { PartNumber: String(partNumber), ETag: quoteEtag(etag), ChecksumCRC32C: crc32c };
}

function checksumOf(parts: readonly CompletedPart[]): string {
  return combinePartChecksums(
    'CRC32C',
    'FULL_OBJECT',
    parts.map(({ crc32c, sizeBytes }) => ({ value: crc32c, sizeBytes })),
  );
}

function sizeOf(parts: readonly CompletedPart[]): number {
  return parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/** The ETag that most stores give an object of parts: the MD5 of its parts' MD5s. */
function multipartEtag(parts: readonly CompletedPart[]): string {
  const whole = createHash('md5');
  for (const { etag } of parts) whole.update(etag, 'hex');
  return `${whole.digest('hex')}-${parts.length}`;
}

/** An upload's way from the socket into needles: back-pressure, chunk signatures, digests; nothing is left behind when it fails. */

import { type DataKeys, type ObjectUpload, SMALL_OBJECT_MAX_BYTES, type StoredObject } from '@needlestack/object-io';
import { AwsChunkedDecoder, type ChecksumAlgorithm, S3Error } from '@needlestack/s3-protocol';
import type { Chunk } from '@needlestack/service-contracts';
import { freeMemory } from '@needlestack/service-kit';
import { checkDigests, digestsFor, digestText } from '../../core/check-digests.ts';
import { type BodyPlan, refuseTooLarge } from '../../core/plan-body.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { pumpBody, type TakeBytes } from './pump-body.ts';

export interface ReceivedObject {
  readonly chunks: readonly Chunk[];
  readonly sizeBytes: number;
  /** MD5 in hex. */
  readonly etag: string;
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly value: string };
}

/** Where a body comes from; resolves at its end. */
export type BodySource = (take: TakeBytes) => Promise<void>;

const NO_TRAILERS: ReadonlyMap<string, string> = new Map();

/**
 * Reads, stores and proves the body.
 *
 * @param storedChecksum what the object is to be stored with
 * @param dataKeys what it is sealed with; undefined: it lies plain
 * @param source where the bytes come from; the request's body when absent
 * @throws S3Error for a body that is not what the request says, VolumeError, ClientGoneError; stored pieces were given to the
 * collector then
 */
export const receiveObject = async (
  exchange: S3Exchange,
  context: GatewayContext,
  plan: BodyPlan,
  storedChecksum: ChecksumAlgorithm,
  dataKeys: DataKeys | undefined,
  source?: BodySource,
): Promise<ReceivedObject> => {
  const algorithms = digestsFor(plan, storedChecksum);
  const isSmall = plan.sizeBytes !== undefined && plan.sizeBytes <= SMALL_OBJECT_MAX_BYTES;
  const aborter = isSmall ? undefined : new AbortController();
  const upload = context.writer.begin({
    sizeBytes: plan.sizeBytes,
    algorithms,
    ...(dataKeys === undefined ? undefined : { dataKeys }),
    ...(aborter === undefined ? undefined : { signal: aborter.signal }),
  });
  let stored: StoredObject | undefined;
  try {
    exchange.invite();
    const trailers = await intake(exchange, plan, upload, aborter, source);
    stored = await upload.finish();
    if (plan.sizeBytes !== undefined && stored.sizeBytes !== plan.sizeBytes) {
      throw incomplete(plan.sizeBytes, stored.sizeBytes);
    }
    checkDigests(plan, stored.digests, trailers);
    return {
      chunks: stored.chunks,
      sizeBytes: stored.sizeBytes,
      etag: digestText(stored.digests, 'MD5', 'hex'),
      checksum: { algorithm: storedChecksum, value: digestText(stored.digests, storedChecksum, 'base64') },
    };
  } catch (error) {
    discardChunks(context, stored === undefined ? await upload.abort() : stored.chunks);
    throw error;
  }
};

/** Feeds the upload; returns the trailers of a chunked body. */
const intake = async (
  exchange: S3Exchange,
  plan: BodyPlan,
  upload: ObjectUpload,
  aborter: AbortController | undefined,
  source: BodySource | undefined,
): Promise<ReadonlyMap<string, string>> => {
  const { request } = exchange;
  // Whoever waits for a buffer must learn that the client has gone.
  const abort =
    aborter === undefined
      ? undefined
      : () => {
          if (!request.complete) aborter.abort(new Error('the client went away'));
        };
  if (abort !== undefined) request.once('close', abort);
  try {
    const chunked = plan.chunked === undefined ? undefined : decodeInto(upload, plan, plan.chunked);
    const take = chunked?.take ?? (plan.sizeBytes === undefined ? takeBounded(upload) : (bytes) => upload.write(bytes));
    // A small upload keeps what it is given, a large one copies it.
    if (source !== undefined) await source(take);
    else await pumpBody(request, aborter === undefined ? take : freeWhenTaken(take));
    return chunked?.finish() ?? NO_TRAILERS;
  } finally {
    if (abort !== undefined) request.off('close', abort);
  }
};

/** For a body that announced no size. */
const takeBounded = (upload: ObjectUpload): TakeBytes => {
  let sizeBytes = 0;
  return (bytes) => {
    sizeBytes += bytes.length;
    refuseTooLarge(sizeBytes);
    return upload.write(bytes);
  };
};

const freeWhenTaken =
  (take: TakeBytes): TakeBytes =>
  (bytes) => {
    const pending = take(bytes);
    if (pending !== undefined) return pending.then(() => freeMemory(bytes));
    freeMemory(bytes);
    return undefined;
  };

/** A chunked body on its way into an upload; `finish` returns its trailers. */
const decodeInto = (
  upload: ObjectUpload,
  plan: BodyPlan,
  chunked: NonNullable<BodyPlan['chunked']>,
): { readonly take: TakeBytes; readonly finish: () => ReadonlyMap<string, string> } => {
  let slices: Buffer[] = [];
  const decoder = new AwsChunkedDecoder({
    ...chunked,
    decodedLengthBytes: plan.sizeBytes ?? 0,
    onData: (slice) => slices.push(slice),
  });
  return {
    take: (bytes) => {
      decoder.push(bytes);
      if (slices.length === 0) return undefined;
      const ready = slices;
      slices = [];
      return writeSlices(upload, ready);
    },
    finish: () => {
      decoder.finish();
      return decoder.trailers;
    },
  };
};

const writeSlices = (upload: ObjectUpload, slices: readonly Buffer[]): Promise<void> | undefined => {
  for (const [index, slice] of slices.entries()) {
    const pending = upload.write(slice);
    if (pending !== undefined) return writeRest(upload, slices, index + 1, pending);
  }
  return undefined;
};

const writeRest = async (
  upload: ObjectUpload,
  slices: readonly Buffer[],
  from: number,
  pending: Promise<void>,
): Promise<void> => {
  await pending;
  for (let index = from; index < slices.length; index += 1) {
    const slice = slices[index];
    if (slice !== undefined) await upload.write(slice);
  }
};

const incomplete = (expectedBytes: number, providedBytes: number): S3Error =>
  new S3Error('IncompleteBody', {
    details: { NumberBytesExpected: String(expectedBytes), NumberBytesProvided: String(providedBytes) },
  });

/** Hands needles that nothing refers to over to the collector. What gets lost here is found by the scan for orphans. */
export const discardChunks = (context: GatewayContext, chunks: readonly Chunk[]): void => {
  if (chunks.length === 0) return;
  context.catalog.addGarbage(chunks).catch((error: unknown) => {
    context.logger.warn({ err: error, chunks: chunks.length }, 'could not hand over chunks of a failed request');
  });
};

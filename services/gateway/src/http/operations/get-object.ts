import type { ServerResponse } from 'node:http';
import { contentRange, evaluateReadConditions, holdsIfRange, readConditions } from '@needlestack/s3-protocol';
import type { ObjectVersion } from '@needlestack/service-contracts';
import { endWithTurn } from '@needlestack/service-kit';
import type { OpenedVersion } from '../../core/encryption/encryption-context.ts';
import { readPartNumber } from '../../core/part-number.ts';
import { type ObjectReadPlan, planObjectRead } from '../../core/plan-object-read.ts';
import { readVersionId } from '../../core/version-id.ts';
import { ClientGoneError } from '../bodies/pump-body.ts';
import { watchClient } from '../bodies/watch-client.ts';
import { openVersion, pushEncryption } from '../encryption/object-encryption.ts';
import { hasLifecycle, pushExpiration } from '../expiration-header.ts';
import { findAddressedObject } from '../find-object.ts';
import type { GatewayContext } from '../gateway-context.ts';
import { pushObjectHeaders, pushReadChecksum, pushValidators, refuseOverrides } from '../object-headers.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendEmpty, startHeaders } from '../send-answer.ts';

/** Answers HEAD, too. */
export const getObject = (exchange: S3Exchange, context: GatewayContext): void | Promise<void> => {
  const read = prepareRead(exchange, context);
  if (read instanceof Promise) return read.then((prepared) => prepared && sendRead(exchange, context, prepared));
  return read && sendRead(exchange, context, read);
};

/** Sends what was prepared: status, headers, bytes. HEAD has none. Without a promise where the bytes were at hand. */
export const sendRead = (exchange: S3Exchange, context: GatewayContext, read: PreparedRead): void | Promise<void> => {
  const { version, plan } = read;
  if (exchange.method === 'HEAD') return sendBytes(exchange, read, undefined);
  const small = version.sizeBytes === 0 ? undefined : context.reader.readSmall(version);
  if (small instanceof Promise) return small.then((bytes) => sendBytes(exchange, read, bytes));
  if (small !== undefined || plan.lengthBytes === 0) return sendBytes(exchange, read, small);
  return streamObject(exchange, context, read);
};

/** @param bytes all of the object's */
const sendBytes = (exchange: S3Exchange, { plan, headers }: PreparedRead, bytes: Uint8Array | undefined): void => {
  const { response } = exchange;
  exchange.writeHead(plan.status, headers);
  endWithTurn(response, bytes === undefined || plan.range === undefined ? bytes : sliceRange(bytes, plan.range));
};

const sliceRange = (
  bytes: Uint8Array,
  range: { readonly offsetBytes: number; readonly lengthBytes: number },
): Uint8Array => bytes.subarray(range.offsetBytes, range.offsetBytes + range.lengthBytes);

export interface PreparedRead {
  readonly version: OpenedVersion;
  /** The status may be another than that of a read: an error document's is that of the error. */
  readonly plan: Omit<ObjectReadPlan, 'status'> & { readonly status: number };
  readonly headers: string[];
}

/** Everything that GET and HEAD share; undefined when the answer (304) was sent. Without a promise where the catalog answers at once. */
export const prepareRead = (
  exchange: S3Exchange,
  context: GatewayContext,
): PreparedRead | undefined | Promise<PreparedRead | undefined> => {
  const { query } = exchange;
  if (exchange.proven === undefined && query.entries.size > 0) refuseOverrides(query);
  const missingPartCode = context.compatibility.has('part-number-invalid-part') ? 'InvalidPart' : 'InvalidPartNumber';
  const asked: AskedRead = { versionId: readVersionId(query), partNumber: readPartNumber(query), missingPartCode };
  const found = findAddressedObject(exchange, context, asked.versionId);
  return found instanceof Promise
    ? found.then((stored) => prepareStored(exchange, context, asked, stored))
    : prepareStored(exchange, context, asked, found);
};

interface AskedRead {
  readonly versionId: string | undefined;
  readonly partNumber: number | undefined;
  readonly missingPartCode: 'InvalidPart' | 'InvalidPartNumber';
}

const prepareStored = (
  exchange: S3Exchange,
  context: GatewayContext,
  asked: AskedRead,
  stored: ObjectVersion,
): PreparedRead | undefined | Promise<PreparedRead | undefined> => {
  const { partNumber, missingPartCode } = asked;
  // To RGW-style clients a missing part comes before a missing key: for AWS, what an object holds is told only to who has its key.
  if (partNumber !== undefined && missingPartCode === 'InvalidPart') {
    planObjectRead(stored, undefined, partNumber, missingPartCode);
  }
  const opening = openVersion(exchange, context, stored);
  return opening instanceof Promise
    ? opening.then((version) => prepareOpened(exchange, context, asked, version))
    : prepareOpened(exchange, context, asked, opening);
};

const prepareOpened = (
  exchange: S3Exchange,
  context: GatewayContext,
  { versionId, partNumber, missingPartCode }: AskedRead,
  version: OpenedVersion,
): PreparedRead | undefined | Promise<PreparedRead> => {
  const { query } = exchange;
  if (exchange.log !== undefined) exchange.log.objectSizeBytes = version.sizeBytes;
  const conditions = readConditions(exchange.headers);
  if (
    conditions !== undefined &&
    evaluateReadConditions(conditions, version.etag, version.lastModifiedMs) === 'not-modified'
  ) {
    const validators: string[] = [];
    pushValidators(validators, version);
    sendEmpty(exchange, context, 304, validators);
    return undefined;
  }
  const plan = planObjectRead(version, rangeToAnswer(exchange, version), partNumber, missingPartCode);
  const headers = startHeaders(exchange, context);
  pushObjectHeaders(headers, version, query, versionId !== undefined || knowsVersions(exchange));
  if (version.encryption !== undefined) pushEncryption(headers, exchange, version.encryption);
  headers.push('Content-Length', String(plan.lengthBytes));
  if (plan.range !== undefined) headers.push('Content-Range', contentRange(plan.range, version.sizeBytes));
  if (plan.partsCount !== undefined) headers.push('x-amz-mp-parts-count', String(plan.partsCount));
  const checksumMode = exchange.header('x-amz-checksum-mode') ?? query.get('x-amz-checksum-mode');
  if (checksumMode?.toUpperCase() === 'ENABLED') pushReadChecksum(headers, version, plan);
  const read = { version, plan, headers };
  if (!hasLifecycle(exchange) || versionId !== undefined) return read;
  return pushExpiration(headers, exchange, version, context).then(() => read);
};

const knowsVersions = ({ access }: S3Exchange): boolean => access !== undefined && access.bucket.versioning !== 'Off';

/** The Range header, unless If-Range says that the client has something else of this object. */
const rangeToAnswer = (exchange: S3Exchange, { etag, lastModifiedMs }: OpenedVersion): string | undefined => {
  const range = exchange.header('range');
  if (range === undefined) return undefined;
  const ifRange = exchange.header('if-range');
  return ifRange === undefined || holdsIfRange(ifRange, etag, lastModifiedMs) ? range : undefined;
};

/**
 * Chunk by chunk; the answer begins only when the first one was read and proven.
 *
 * @throws ClientGoneError when the connection ends before the answer does
 */
const streamObject = async (
  exchange: S3Exchange,
  context: GatewayContext,
  { version, plan, headers }: PreparedRead,
): Promise<void> => {
  const { response } = exchange;
  const client = watchClient(response);
  try {
    for await (const bytes of context.reader.read(version, plan.range, client.signal)) {
      if (!response.headersSent) exchange.writeHead(plan.status, headers);
      await writeOut(response, bytes, client.signal);
    }
    response.end();
  } catch (error) {
    if (!client.signal.aborted) throw error;
    throw new ClientGoneError('the connection closed in the middle of the answer', { cause: error });
  } finally {
    client.stop();
  }
};

/**
 * Waits until the bytes have left: they lie in a buffer that is filled again as soon as the next ones are asked for, so it is not
 * enough that the stream would take more. When the connection closes nothing reads them any more, and the stream may never say so.
 */
const writeOut = (response: ServerResponse, bytes: Uint8Array, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) {
      abort();
      return;
    }
    signal.addEventListener('abort', abort, { once: true });
    response.write(bytes, (error) => {
      signal.removeEventListener('abort', abort);
      if (error == null) resolve();
      // A write fails when its connection does, which may be told here before the connection's close is.
      else reject(new ClientGoneError('the connection failed in the middle of the answer', { cause: error }));
    });
  });

import {
  type ChecksumAlgorithm,
  type ChecksumType,
  invalidArgument,
  type PartToComplete,
  parseCompleteUpload,
  readRequestChecksum,
  readWriteCondition,
  S3Error,
  writeCompleteUpload,
} from '@needlestack/s3-protocol';
import {
  CatalogError,
  type CompletedUpload,
  type CompleteUploadRequest,
  type ObjectChecksum,
  type ObjectVersion,
  type Upload,
} from '@needlestack/service-contracts';
import { parseChecksumType } from '../../core/checksum-type.ts';
import { malformedChecksumCode } from '../../core/plan-body.ts';
import { type ConditionHeader, refuseConditions } from '../../core/unserved-headers.ts';
import { readDocument } from '../bodies/read-document.ts';
import { proveUploadKey, pushEncryption } from '../encryption/object-encryption.ts';
import { pushExpiration } from '../expiration-header.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendXml } from '../send-answer.ts';

const UNSERVED_CONDITIONS: readonly ConditionHeader[] = ['if-modified-since', 'if-unmodified-since'];

export const completeMultipartUpload = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const { bucket, key } = exchange;
  const uploadId = exchange.query.get('uploadId') ?? '';
  const condition = readWriteCondition(exchange.headers, context.compatibility.has('if-none-match-etag'));
  refuseConditions(exchange.headers, UNSERVED_CONDITIONS);
  const expectedSizeBytes = readExpectedSize(exchange);
  const parts = parseCompleteUpload(await readCompleteBody(exchange));
  // An upload that is gone may have been completed: the catalog knows, and a repeated Complete is answered again (s3.md rule 34).
  const sent = readSentChecksum(exchange, context);
  const upload = await context.catalog.getUpload(bucket, key, uploadId);
  if (upload !== undefined) await proveUploadKey(exchange, context, upload.template.encryption);
  const expectedChecksum = sent === undefined ? undefined : expectChecksum(sent, upload);
  const completing = context.catalog.completeUpload({
    bucket,
    key,
    uploadId,
    parts: parts.map((part) => partForCatalog(part, upload)),
    ...(expectedSizeBytes === undefined ? undefined : { expectedSizeBytes }),
    ...(expectedChecksum === undefined ? undefined : { expectedChecksum }),
    // Of an upload that is there it was compared already.
    ...(sent?.type === undefined || upload !== undefined ? undefined : { expectedChecksumType: sent.type }),
    ...(condition === undefined ? undefined : { condition }),
    event: exchange.eventContext('ObjectCreated:CompleteMultipartUpload'),
  });
  const completed = await completing.catch((error: unknown) => {
    throw asBadDigest(error, expectedChecksum);
  });
  const document = writeCompleteUpload({
    location: exchange.locationOf(exchange.rawPath),
    bucket,
    key,
    etag: completed.etag,
    checksum: completed.checksum,
  });
  const headers = completed.versionId === 'null' ? [] : ['x-amz-version-id', completed.versionId];
  const { sizeBytes, lastModifiedMs } = completed;
  const { encryption, tags } = upload?.template ?? (await findCompleted(exchange, context, completed)) ?? NOTHING_MORE;
  if (upload === undefined) await proveUploadKey(exchange, context, encryption);
  if (encryption !== undefined) pushEncryption(headers, exchange, encryption);
  if (exchange.log !== undefined) exchange.log.objectSizeBytes = sizeBytes;
  await pushExpiration(headers, exchange, { sizeBytes, tags, lastModifiedMs }, context);
  sendXml(exchange, context, 200, document, headers);
};

/** What a repeated Complete made when it was asked first; undefined when that was overwritten or deleted meanwhile. */
const findCompleted = async (
  { bucket, key }: S3Exchange,
  { catalog }: GatewayContext,
  { versionId, etag, lastModifiedMs }: CompletedUpload,
): Promise<Pick<ObjectVersion, 'encryption' | 'tags'> | undefined> => {
  const version = await catalog.lookupObject(bucket, key, versionId);
  return version?.etag === etag && version.lastModifiedMs === lastModifiedMs ? version : undefined;
};

const NOTHING_MORE: Pick<ObjectVersion, 'encryption' | 'tags'> = {};

/** The catalog computes the checksum of the whole; that it is another than the client's is a wrong digest in S3's words. */
const asBadDigest = (error: unknown, expected: ObjectChecksum | undefined): unknown => {
  if (!(error instanceof CatalogError) || error.details.ComputedChecksum === undefined) return error;
  return new S3Error('BadDigest', {
    message: `The ${expected?.algorithm ?? ''} you specified did not match the calculated checksum.`,
    details: { CalculatedDigest: error.details.ComputedChecksum, ExpectedDigest: expected?.value ?? '' },
    cause: error,
  });
};

/** The checksum headers of Complete are about the object, not about the document: only its hash and MD5 are checked here. */
const readCompleteBody = (exchange: S3Exchange): Promise<Buffer> => readDocument(exchange, { ignoresChecksum: true });

const partForCatalog = (part: PartToComplete, upload: Upload | undefined): CompleteUploadRequest['parts'][number] => {
  const { partNumber, etag, checksum } = part;
  // A part's checksum in another algorithm than the upload is stored with was proven when the part came, and is not kept.
  if (checksum === undefined || checksum.algorithm !== upload?.checksumAlgorithm) return { partNumber, etag };
  return { partNumber, etag, checksum: checksum.value };
};

const readExpectedSize = (exchange: S3Exchange): number | undefined => {
  const text = exchange.header('x-amz-mp-object-size');
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw invalidArgument('The object size is not a number.', 'x-amz-mp-object-size', text);
  return Number(text);
};

/** What the headers say of the checksum of the whole; undefined when they say nothing. */
interface SentChecksum {
  readonly type: ChecksumType | undefined;
  readonly whole: { readonly algorithm: ChecksumAlgorithm; readonly value: string } | undefined;
}

/** @throws S3Error `InvalidRequest` for a malformed value, or a type that is none */
const readSentChecksum = (exchange: S3Exchange, context: GatewayContext): SentChecksum | undefined => {
  // A composite value ends in the number of parts; what stands before it is checked as a digest.
  const { headers } = exchange;
  const name = Object.keys(headers).find(
    (one) => one.startsWith('x-amz-checksum-') && COMPOSITE.test(`${headers[one]}`),
  );
  const [, digest, suffix = ''] = (name === undefined ? null : COMPOSITE.exec(`${headers[name]}`)) ?? [];
  const digests = name === undefined ? headers : { ...headers, [name]: digest };
  const type = parseChecksumType(exchange.header('x-amz-checksum-type'));
  const checksum = readRequestChecksum(digests, exchange.query, malformedChecksumCode(context.compatibility));
  if (checksum?.value !== undefined)
    return { type, whole: { algorithm: checksum.algorithm, value: checksum.value + suffix } };
  return type === undefined ? undefined : { type, whole: undefined };
};

/** @throws S3Error `InvalidRequest` for another type than the upload's */
const expectChecksum = (sent: SentChecksum, upload: Upload | undefined): ObjectChecksum | undefined => {
  const type = upload?.checksumType ?? 'FULL_OBJECT';
  if (upload !== undefined && sent.type !== undefined && sent.type !== type) {
    throw new S3Error('InvalidRequest', {
      message: `The upload was created using the ${type} checksum mode. The complete request must use the same checksum mode.`,
    });
  }
  return sent.whole === undefined ? undefined : { ...sent.whole, type };
};

const COMPOSITE = /^([A-Za-z0-9+/=]+)(-\d{1,5})$/;

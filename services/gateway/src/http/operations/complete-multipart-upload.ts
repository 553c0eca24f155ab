import {
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
  type CompleteUploadRequest,
  type ObjectChecksum,
  type Upload,
} from '@needlestack/service-contracts';
import type { GatewayContext } from '../gateway-context.ts';
import { readDocument } from '../read-document.ts';
import { requireBucket } from '../require-bucket.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendXml } from '../send-answer.ts';

export const completeMultipartUpload = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const { bucket, key } = exchange;
  const uploadId = exchange.query.get('uploadId') ?? '';
  const condition = readWriteCondition(exchange.headers);
  const expectedSizeBytes = readExpectedSize(exchange);
  await requireBucket(exchange, context);
  // An upload that is gone may have been completed: the catalog knows, and a repeated Complete is answered again (s3.md rule 34).
  const upload = await context.catalog.getUpload(bucket, key, uploadId);
  const parts = parseCompleteUpload(await readCompleteBody(exchange));
  const expectedChecksum = readExpectedChecksum(exchange, upload);
  const completing = context.catalog.completeUpload({
    bucket,
    key,
    uploadId,
    parts: parts.map((part) => partForCatalog(part, upload)),
    ...(expectedSizeBytes === undefined ? undefined : { expectedSizeBytes }),
    ...(expectedChecksum === undefined ? undefined : { expectedChecksum }),
    ...(condition === undefined ? undefined : { condition }),
    event: exchange.eventContext('ObjectCreated:CompleteMultipartUpload'),
  });
  const completed = await completing.catch((error: unknown) => {
    throw asBadDigest(error, expectedChecksum);
  });
  const document = writeCompleteUpload({
    location: `http://${exchange.header('host') ?? ''}${exchange.rawPath}`,
    bucket,
    key,
    etag: completed.etag,
    checksum: completed.checksum,
  });
  const headers = completed.versionId === 'null' ? [] : ['x-amz-version-id', completed.versionId];
  sendXml(exchange, context, 200, document, headers);
};

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

/** @throws S3Error `InvalidRequest` for a malformed value or another type than the upload's */
const readExpectedChecksum = (exchange: S3Exchange, upload: Upload | undefined): ObjectChecksum | undefined => {
  const asked = exchange.header('x-amz-checksum-type');
  const type = upload?.checksumType ?? 'FULL_OBJECT';
  if (upload !== undefined && asked !== undefined && asked !== type) {
    throw new S3Error('InvalidRequest', {
      message: `The upload was created using the ${type} checksum mode. The complete request must use the same checksum mode.`,
    });
  }
  const headers = { ...exchange.headers };
  // A composite value ends in the number of parts; what stands before it is checked as a digest.
  let suffix = '';
  for (const name in headers) {
    const value = headers[name];
    const match = name.startsWith('x-amz-checksum-') && typeof value === 'string' ? COMPOSITE.exec(value) : null;
    if (match === null) continue;
    suffix = match[2] ?? '';
    headers[name] = match[1];
  }
  const checksum = readRequestChecksum(headers, exchange.query);
  if (checksum?.value === undefined) return undefined;
  return { algorithm: checksum.algorithm, type, value: checksum.value + suffix };
};

const COMPOSITE = /^([A-Za-z0-9+/=]+)(-\d{1,5})$/;

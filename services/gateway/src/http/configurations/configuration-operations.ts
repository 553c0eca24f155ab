/**
 * What the operations of a bucket's configurations have in common. A configuration is kept as the document that GET answers, in our own
 * words: what PUT took is parsed, checked and written anew.
 */
import { type ConfigurationDocument, S3Error, type S3ErrorCode } from '@needlestack/s3-protocol';
import { type Bucket, type BucketConfigKind, hasBucketConfig } from '@needlestack/service-contracts';
import { requireBucket } from '../access/require-bucket.ts';
import { readDocument } from '../bodies/read-document.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendEmpty, sendXml } from '../send-answer.ts';

type Operation = (exchange: S3Exchange, context: GatewayContext) => Promise<void>;

/** What a configuration must be in this store, beyond its document; answers what is to be kept. */
export type PrepareConfiguration<T> = (
  configuration: T,
  place: { readonly bucket: Bucket; readonly exchange: S3Exchange; readonly context: GatewayContext },
) => T | Promise<T>;

const asItIs = <T>(configuration: T): T => configuration;

/** PUT: the former configuration is replaced. */
export const putConfiguration =
  <T>(
    kind: BucketConfigKind,
    document: ConfigurationDocument<T>,
    prepare: PrepareConfiguration<T> = asItIs,
  ): Operation =>
  async (exchange, context) => {
    const bucket = await requireBucket(exchange, context);
    const parsed = document.parse(await readDocument(exchange));
    const configuration = await prepare(parsed, { bucket, exchange, context });
    await context.catalog.putBucketConfig(exchange.bucket, kind, Buffer.from(document.write(configuration)));
    sendEmpty(exchange, context, 200);
  };

/** The document that is kept; undefined when none is set. */
export const findConfiguration = async (
  bucket: Bucket,
  kind: BucketConfigKind,
  context: GatewayContext,
): Promise<string | undefined> => {
  if (!hasBucketConfig(bucket, kind)) return undefined;
  const stored = await context.catalog.getBucketConfig(bucket.name, kind);
  return stored === undefined ? undefined : Buffer.from(stored).toString();
};

/** GET. @param absent how S3 says that none is set */
export const getConfiguration =
  (kind: BucketConfigKind, absent: S3ErrorCode): Operation =>
  async (exchange, context) => {
    const stored = await findConfiguration(await requireBucket(exchange, context), kind, context);
    if (stored === undefined) throw new S3Error(absent, { details: { BucketName: exchange.bucket } });
    sendXml(exchange, context, 200, stored);
  };

/** GET of a configuration that every bucket has. @param unset the document of a bucket on which it was never set */
export const getConfigurationOr =
  (kind: BucketConfigKind, unset: string): Operation =>
  async (exchange, context) => {
    const stored = await findConfiguration(await requireBucket(exchange, context), kind, context);
    sendXml(exchange, context, 200, stored ?? unset);
  };

/** DELETE: also of what is not there. */
export const deleteConfiguration =
  (kind: BucketConfigKind): Operation =>
  async (exchange, context) => {
    const bucket = await requireBucket(exchange, context);
    if (hasBucketConfig(bucket, kind)) await context.catalog.putBucketConfig(exchange.bucket, kind, undefined);
    sendEmpty(exchange, context, 204);
  };

import {
  type Acl,
  encodeAcl,
  FULL_PUBLIC_ACCESS_BLOCK,
  isObjectOwnership,
  isPublicAcl,
  privateAcl,
} from '@needlestack/access-control';
import {
  invalidArgument,
  isValidBucketName,
  OWNERSHIP_CONTROLS,
  PUBLIC_ACCESS_BLOCK_CONFIGURATION,
  parseCreateBucketConfiguration,
  S3Error,
  writeTagging,
} from '@needlestack/s3-protocol';
import { type BucketConfigValue, CatalogError } from '@needlestack/service-contracts';
import { isReservedBucketName } from '../../core/reserved-buckets.ts';
import { readAclHeaders } from '../access/request-acl.ts';
import { readDocument } from '../bodies/read-document.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendEmpty } from '../send-answer.ts';

const LOCK_ENABLED = 'x-amz-bucket-object-lock-enabled';

/** Whoever wants locks must not get a bucket without. @throws S3Error `InvalidArgument` for what is neither true nor false */
const readLockEnabled = (exchange: S3Exchange): boolean => {
  const text = exchange.header(LOCK_ENABLED) ?? 'false';
  const flag = text.toLowerCase();
  if (flag === 'true' || flag === 'false') return flag === 'true';
  throw invalidArgument('The flag is neither true nor false.', LOCK_ENABLED, text);
};

export const createBucket = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const { bucket, principal } = exchange;
  if (!isValidBucketName(bucket) || isReservedBucketName(bucket)) {
    throw new S3Error('InvalidBucketName', { details: { BucketName: bucket } });
  }
  const objectLockEnabled = readLockEnabled(exchange);
  const acl = readAclHeaders(exchange, { ownerId: principal.accountId }, context);
  const configs = startConfigurations(exchange, acl, context);
  const { locationConstraint, tags } = parseCreateBucketConfiguration(await readDocument(exchange));
  if (locationConstraint !== undefined && locationConstraint !== context.region) {
    if (!REGION.test(locationConstraint)) {
      throw new S3Error('InvalidLocationConstraint', { details: { LocationConstraint: locationConstraint } });
    }
    throw new S3Error('IllegalLocationConstraintException', {
      message: `The ${locationConstraint} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    });
  }
  try {
    await context.catalog.createBucket({
      name: bucket,
      ownerId: principal.accountId,
      region: context.region,
      objectLockEnabled,
      configs: Object.keys(tags).length === 0 ? configs : [...configs, document('tagging', writeTagging(tags))],
    });
  } catch (error) {
    if (!(error instanceof CatalogError) || error.code !== 'BucketAlreadyOwnedByYou') throw error;
    await acceptRepetition(exchange, acl, context, error);
  }
  sendEmpty(exchange, context, 200, ['Location', `/${bucket}`, 'x-amz-bucket-arn', `arn:aws:s3:::${bucket}`]);
};

/** The names of AWS's regions look like this; another one could never be anywhere. */
const REGION = /^(?:EU|[a-z]{2,3}(?:-[a-z]+){1,3}-\d)$/;

/**
 * What a bucket has from its first moment on. AWS: the bucket's owner owns all objects and nothing is public, unless the request says
 * otherwise; RGW: nothing.
 */
const startConfigurations = (
  exchange: S3Exchange,
  acl: Acl | undefined,
  { compatibility }: GatewayContext,
): readonly BucketConfigValue[] => {
  const isOpen = compatibility.has('open-new-buckets');
  const asked = exchange.header('x-amz-object-ownership');
  if (asked !== undefined && !isObjectOwnership(asked)) {
    throw invalidArgument('Invalid x-amz-object-ownership header', 'x-amz-object-ownership', asked);
  }
  const ownership = asked ?? (isOpen ? undefined : 'BucketOwnerEnforced');
  const isShared = acl !== undefined && (acl.grants.length !== 1 || acl.grants[0]?.permission !== 'FULL_CONTROL');
  if (isShared && ownership === 'BucketOwnerEnforced') throw new S3Error('InvalidBucketAclWithObjectOwnership');
  if (acl !== undefined && isPublicAcl(acl) && !isOpen) throw new S3Error('InvalidBucketAclWithBlockPublicAccessError');
  const configs: BucketConfigValue[] = [];
  if (ownership !== undefined) {
    configs.push(document('ownership', OWNERSHIP_CONTROLS.write({ rules: [{ objectOwnership: ownership }] })));
  }
  if (!isOpen)
    configs.push(document('public-access-block', PUBLIC_ACCESS_BLOCK_CONFIGURATION.write(FULL_PUBLIC_ACCESS_BLOCK)));
  if (isShared) configs.push({ kind: 'acl', value: encodeAcl(acl) });
  return configs;
};

const document = (kind: BucketConfigValue['kind'], text: string): BucketConfigValue => ({
  kind,
  value: Buffer.from(text),
});

/**
 * Making one's own bucket again is no error in us-east-1, and nowhere for RGW's clients unless its ACL would change.
 *
 * @throws S3Error `BucketAlreadyExists`; the catalog's refusal
 */
const acceptRepetition = async (
  { bucket, principal }: S3Exchange,
  acl: Acl | undefined,
  context: GatewayContext,
  refusal: CatalogError,
): Promise<void> => {
  if (!context.compatibility.has('repeat-create-bucket')) {
    if (context.region !== 'us-east-1') throw refusal;
    return;
  }
  const before = (await context.access.find(bucket))?.acl;
  if (textOf(before, principal.accountId) !== textOf(acl, principal.accountId)) {
    throw new S3Error('BucketAlreadyExists', { details: { BucketName: bucket } });
  }
};

const textOf = (acl: Acl | undefined, ownerId: string): string =>
  Buffer.from(encodeAcl(acl ?? privateAcl(ownerId))).toString();

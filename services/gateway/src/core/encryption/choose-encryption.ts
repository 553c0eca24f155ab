/** How an object is encrypted: as its writer says, else as its bucket does, else as the store does: not at all, or with SSE-S3. */
import type { EncryptionWish } from '@needlestack/key-management';
import {
  type EncryptionConfiguration,
  invalidArgument,
  type RequestedEncryption,
  S3Error,
} from '@needlestack/s3-protocol';

export interface EncryptionDefaults {
  /** Key of aws:kms where none is named. */
  readonly keyId: string;
  /** SSE-S3 where neither writer nor bucket says how. */
  readonly encryptsAll: boolean;
  /** Refuses aws:kms without a key id. */
  readonly requiresKeyId: boolean;
  /** Takes customer keys over plain HTTP. */
  readonly takesKeysInClear: boolean;
}

export interface EncryptionQuestion {
  readonly requested: RequestedEncryption | undefined;
  readonly bucketName: string;
  readonly bucket: EncryptionConfiguration | undefined;
  /** Whether the request came over TLS. */
  readonly isSecure: boolean;
}

/** @throws S3Error `InvalidRequest` (customer key in the clear), `InvalidArgument` (key id missing), `AccessDenied` (type blocked by the bucket) */
export const chooseEncryption = (
  { requested, bucketName, bucket, isSecure }: EncryptionQuestion,
  defaults: EncryptionDefaults,
): EncryptionWish | undefined => {
  const [rule] = bucket?.rules ?? [];
  const wanted = requested ?? byDefault(rule?.byDefault) ?? (defaults.encryptsAll ? SSE_S3 : undefined);
  if (wanted === undefined || wanted.scheme === 'SSE-S3') return wanted;
  if (wanted.scheme === 'SSE-C') {
    requireSecure(isSecure, defaults);
    if (rule?.blockedTypes?.types.includes('SSE-C') === true) throw new S3Error('AccessDenied');
    return { scheme: 'SSE-C', customerKey: wanted.customerKey.key };
  }
  const ruleKeyId = rule?.byDefault?.kmsKeyId;
  const { scheme, context } = wanted;
  if (wanted.keyId === undefined && ruleKeyId === undefined && defaults.requiresKeyId) {
    throw invalidArgument('A key id is required with aws:kms.', 'x-amz-server-side-encryption-aws-kms-key-id', '');
  }
  const wish = { keyId: plainKeyId(wanted.keyId ?? ruleKeyId ?? defaults.keyId), context: Buffer.from(context) };
  // Two layers have no key of the bucket between.
  const usesBucketKey = scheme === 'SSE-KMS' && (wanted.usesBucketKey ?? rule?.isBucketKeyEnabled ?? false);
  return usesBucketKey ? { scheme, ...wish, bucketKeyOf: bucketName } : { scheme, ...wish };
};

/** @throws S3Error `InvalidRequest` */
export const requireSecure = (isSecure: boolean, { takesKeysInClear }: EncryptionDefaults): void => {
  if (isSecure || takesKeysInClear) return;
  throw new S3Error('InvalidRequest', {
    message:
      'Requests specifying Server Side Encryption with Customer provided keys must be made over a secure connection.',
  });
};

const SSE_S3: RequestedEncryption = { scheme: 'SSE-S3' };

const byDefault = (
  rule:
    | { readonly algorithm: 'AES256' | 'aws:kms' | 'aws:kms:dsse'; readonly kmsKeyId?: string | undefined }
    | undefined,
): RequestedEncryption | undefined => {
  if (rule === undefined) return undefined;
  if (rule.algorithm === 'AES256') return { scheme: 'SSE-S3' };
  return {
    scheme: rule.algorithm === 'aws:kms' ? 'SSE-KMS' : 'DSSE-KMS',
    keyId: rule.kmsKeyId,
    context: '',
    usesBucketKey: undefined,
  };
};

const KEY_ARN = /^arn:aws[\w-]*:kms:[^:]*:[^:]*:(?:key|alias)\/(.+)$/;

/** A key may be named by its ARN. */
const plainKeyId = (keyId: string): string => KEY_ARN.exec(keyId)?.[1] ?? keyId;

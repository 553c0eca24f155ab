/** What a request says of encryption at rest (s3.md rule 47). */
import { createHash } from 'node:crypto';
import type { QueryParameters } from '../address/request-target.ts';
import { invalidArgument, S3Error } from '../error/s3-error.ts';
import { headerValue, type RequestHeaders } from '../sigv4/signable-request.ts';

/** A key that only the customer keeps (SSE-C). */
export interface CustomerKey {
  /** 32 bytes. */
  readonly key: Buffer;
  /** Base64, as answers repeat it. */
  readonly md5: string;
}

export type RequestedEncryption =
  | { readonly scheme: 'SSE-S3' }
  | {
      readonly scheme: 'SSE-KMS' | 'DSSE-KMS';
      /** Undefined: the default key. */
      readonly keyId: string | undefined;
      /** JSON; empty without. */
      readonly context: string;
      /** Whether a key of the bucket is put between; undefined: as the bucket has it. */
      readonly usesBucketKey: boolean | undefined;
    }
  | { readonly scheme: 'SSE-C'; readonly customerKey: CustomerKey };

const ENCRYPTION = 'x-amz-server-side-encryption';
const KMS_KEY_ID = 'x-amz-server-side-encryption-aws-kms-key-id';
const CONTEXT = 'x-amz-server-side-encryption-context';
const BUCKET_KEY = 'x-amz-server-side-encryption-bucket-key-enabled';
const CUSTOMER = 'x-amz-server-side-encryption-customer-';
const SOURCE_CUSTOMER = 'x-amz-copy-source-server-side-encryption-customer-';
const KEY_BYTES = 32;

const SCHEMES: Readonly<Record<string, 'SSE-S3' | 'SSE-KMS' | 'DSSE-KMS'>> = {
  AES256: 'SSE-S3',
  'aws:kms': 'SSE-KMS',
  'aws:kms:dsse': 'DSSE-KMS',
};

/**
 * How the object of a write is to be encrypted; undefined when the request does not say. Headers may be hoisted into a presigned query.
 *
 * @throws S3Error `InvalidArgument`, `InvalidEncryptionAlgorithmError`
 */
export const readRequestedEncryption = (
  headers: RequestHeaders,
  query: QueryParameters,
): RequestedEncryption | undefined => {
  const find = (name: string): string | undefined => headerValue(headers, name) ?? query.get(name);
  const name = find(ENCRYPTION);
  const keyId = find(KMS_KEY_ID);
  const customerKey = readCustomerKeyBy(find, CUSTOMER);
  if (name === undefined) {
    if (keyId !== undefined || find(CONTEXT) !== undefined) throw needsKms(keyId ?? '');
    return customerKey === undefined ? undefined : { scheme: 'SSE-C', customerKey };
  }
  const scheme = Object.hasOwn(SCHEMES, name) ? SCHEMES[name] : undefined;
  if (scheme === undefined) throw invalidArgument('The encryption method specified is not supported', ENCRYPTION, name);
  if (customerKey !== undefined) {
    throw invalidArgument(
      'Server Side Encryption with Customer provided key is incompatible with the encryption method specified',
      ENCRYPTION,
      name,
    );
  }
  if (scheme !== 'SSE-S3') {
    const usesBucketKey = readBucketKey(find(BUCKET_KEY));
    return { scheme, keyId: keyId === '' ? undefined : keyId, context: readContext(find(CONTEXT)), usesBucketKey };
  }
  if (keyId !== undefined || find(CONTEXT) !== undefined) throw needsKms(keyId ?? '');
  return { scheme };
};

const needsKms = (keyId: string): S3Error =>
  invalidArgument(
    `Server Side Encryption with AWS KMS managed key requires HTTP header ${ENCRYPTION} : aws:kms`,
    KMS_KEY_ID,
    keyId,
  );

const readBucketKey = (text: string | undefined): boolean | undefined => {
  const flag = text?.toLowerCase();
  if (text === undefined || flag === 'true' || flag === 'false')
    return flag === undefined ? undefined : flag === 'true';
  throw invalidArgument('The bucket key flag is neither true nor false.', BUCKET_KEY, text);
};

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

const readContext = (text: string | undefined): string => {
  if (text === undefined || text === '') return '';
  const json = BASE64.test(text) ? Buffer.from(text, 'base64').toString() : '';
  if (isFlatJson(json)) return json;
  throw invalidArgument('The encryption context is not base64-encoded JSON of texts.', CONTEXT, text);
};

const isFlatJson = (text: string): boolean => {
  try {
    const value: unknown = JSON.parse(text);
    return (
      typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      Object.values(value).every((one) => typeof one === 'string')
    );
  } catch {
    return false;
  }
};

/** The key with which an object was written that is read. @throws S3Error `InvalidArgument`, `InvalidEncryptionAlgorithmError` */
export const readCustomerKey = (headers: RequestHeaders, query: QueryParameters): CustomerKey | undefined =>
  readCustomerKeyBy((name) => headerValue(headers, name) ?? query.get(name), CUSTOMER);

/** The same for the source of a copy. @throws S3Error `InvalidArgument`, `InvalidEncryptionAlgorithmError` */
export const readSourceCustomerKey = (headers: RequestHeaders): CustomerKey | undefined =>
  readCustomerKeyBy((name) => headerValue(headers, name), SOURCE_CUSTOMER);

const readCustomerKeyBy = (find: (name: string) => string | undefined, prefix: string): CustomerKey | undefined => {
  const algorithm = find(`${prefix}algorithm`);
  const keyText = find(`${prefix}key`);
  const md5 = find(`${prefix}key-md5`);
  if (algorithm === undefined && keyText === undefined && md5 === undefined) return undefined;
  const say = 'Requests specifying Server Side Encryption with Customer provided keys must provide';
  if (algorithm === undefined) throw invalidArgument(`${say} a valid encryption algorithm.`, `${prefix}algorithm`, '');
  if (algorithm !== 'AES256')
    throw new S3Error('InvalidEncryptionAlgorithmError', { details: { ArgumentValue: algorithm } });
  if (keyText === undefined) throw invalidArgument(`${say} an appropriate secret key.`, `${prefix}key`, '');
  const key = BASE64.test(keyText) ? Buffer.from(keyText, 'base64') : Buffer.alloc(0);
  // The value is a secret: the answer does not repeat it.
  if (key.length !== KEY_BYTES)
    throw invalidArgument('The secret key was invalid for the specified algorithm.', `${prefix}key`, '');
  if (md5 === undefined)
    throw invalidArgument(`${say} the client calculated MD5 of the secret key.`, `${prefix}key-MD5`, '');
  if (createHash('md5').update(key).digest('base64') !== md5) {
    throw invalidArgument(
      'The calculated MD5 hash of the key did not match the hash that was provided.',
      `${prefix}key-MD5`,
      md5,
    );
  }
  return { key, md5 };
};

/**
 * How an object is encrypted is a matter of its writer: a read that says it is refused.
 *
 * @throws S3Error `InvalidArgument`
 */
export const refuseEncryptionOnRead = (headers: RequestHeaders): void => {
  for (const name of [ENCRYPTION, KMS_KEY_ID, CONTEXT]) {
    const value = headerValue(headers, name);
    if (value !== undefined) throw invalidArgument(`${name} header is not supported for this operation.`, name, value);
  }
};

/** Encryption of the objects that requests write and read: which keys, and what answers say of them. */
import { createHmac } from 'node:crypto';
import {
  type DataKeys,
  KeyError,
  type NewObjectKeys,
  type ObjectKeys,
  type StoredEncryption,
  usesBucketKey,
} from '@needlestack/key-management';
import {
  type CustomerKey,
  type EncryptionConfiguration,
  readCustomerKey,
  readRequestedEncryption,
  readSourceCustomerKey,
  refuseEncryptionOnRead,
  S3Error,
} from '@needlestack/s3-protocol';
import type { Bucket, ObjectEncryption, ObjectVersion } from '@needlestack/service-contracts';
import { chooseEncryption, requireSecure } from '../../core/encryption/choose-encryption.ts';
import type { EncryptionContext, OpenedVersion } from '../../core/encryption/encryption-context.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';

/**
 * New keys for an object that is about to be written into the bucket; undefined, at once, when it is to lie plain.
 *
 * @throws S3Error as readRequestedEncryption and chooseEncryption; `KMS.NotFoundException`, `AccessDenied`, `ServiceUnavailable`
 */
export const makeObjectKeys = (
  exchange: S3Exchange,
  context: GatewayContext,
  bucket: Bucket,
): NewObjectKeys | undefined | Promise<NewObjectKeys | undefined> => {
  const { encryption } = context;
  const requested = readRequestedEncryption(exchange.headers, exchange.query);
  const found = encryption.ofBucket.find(bucket);
  if (requested === undefined && found === undefined && !encryption.defaults.encryptsAll) return undefined;
  const make = (rules: EncryptionConfiguration | undefined): NewObjectKeys | undefined | Promise<NewObjectKeys> => {
    const question = { requested, bucketName: bucket.name, bucket: rules, isSecure: exchange.isSecure };
    const wish = chooseEncryption(question, encryption.defaults);
    return wish === undefined ? undefined : asS3Error(() => requireKeys(encryption).make(wish));
  };
  return found instanceof Promise ? found.then(make) : make(found);
};

/** What a copy that names the needles of its source is opened with. */
export interface KeptKeys {
  readonly sealed: NewObjectKeys | undefined;
}

/**
 * The source's keys for its copy, wrapped anew, where the copy is to be encrypted just as the source is: both lie plain, or both under SSE-S3. With
 * the others the keys say who may read: such a copy has keys of its own.
 *
 * @param sealed what the copy was to have
 * @throws S3Error `InternalError` when the source's keys do not open
 */
export const keepObjectKeys = (
  { encryption: { keys } }: Pick<GatewayContext, 'encryption'>,
  { encryption }: ObjectVersion,
  sealed: NewObjectKeys | undefined,
): KeptKeys | undefined => {
  if (encryption === undefined) return sealed === undefined ? { sealed } : undefined;
  if (keys === undefined || encryption.scheme !== 'SSE-S3' || sealed?.encryption.scheme !== 'SSE-S3') return undefined;
  try {
    return { sealed: keys.rewrapUnderRoot(encryption) };
  } catch (error) {
    throw error instanceof KeyError ? toKeyRefusal(error, 'AccessDenied') : error;
  }
};

/** The same for an object that no request writes: by the bucket's default alone. @throws S3Error as makeObjectKeys */
export const makeDefaultKeys = async (
  { encryption }: Pick<GatewayContext, 'encryption'>,
  bucket: Bucket,
): Promise<NewObjectKeys | undefined> => {
  const rules = await encryption.ofBucket.find(bucket);
  const question = { requested: undefined, bucketName: bucket.name, bucket: rules, isSecure: true };
  const wish = chooseEncryption(question, encryption.defaults);
  return wish === undefined ? undefined : asS3Error(() => requireKeys(encryption).make(wish));
};

/**
 * The data keys of an object under another key of KMS; the encryption context stays the object's. Undefined `bucketKeyOf`: without a
 * bucket's key between.
 *
 * @throws S3Error `KMS.NotFoundException`, `AccessDenied`, `ServiceUnavailable`, `NotImplemented` (no root key)
 */
export const rewrapObjectKeys = (
  { encryption }: Pick<GatewayContext, 'encryption'>,
  former: ObjectEncryption,
  { keyId, bucketKeyOf }: { readonly keyId: string; readonly bucketKeyOf: string | undefined },
): StoredEncryption | Promise<StoredEncryption> => {
  const keys = requireKeys(encryption);
  return asS3Error(async () => {
    const dataKeys = await keys.open(former, undefined);
    const wish = { scheme: 'SSE-KMS' as const, keyId, context: keys.contextOf(former) };
    return keys.wrap(dataKeys, bucketKeyOf === undefined ? wish : { ...wish, bucketKeyOf });
  });
};

const requireKeys = ({ keys }: EncryptionContext): ObjectKeys => {
  if (keys !== undefined) return keys;
  throw new S3Error('NotImplemented', {
    message: 'Server side encryption needs a root key, which this server was not given.',
    details: { Header: 'x-amz-server-side-encryption' },
  });
};

/**
 * The version with the keys that open it; itself, at once, when it lies plain.
 *
 * @throws S3Error `InvalidRequest` for a customer key where none fits or none where one is needed, `AccessDenied` for another one
 */
export const openVersion = (
  exchange: S3Exchange,
  context: GatewayContext,
  version: ObjectVersion,
): OpenedVersion | Promise<OpenedVersion> => {
  const { headers } = exchange;
  if (headers['x-amz-server-side-encryption'] !== undefined) refuseEncryptionOnRead(headers);
  const isPlain = version.encryption === undefined;
  if (isPlain && headers['x-amz-server-side-encryption-customer-algorithm'] === undefined) return version;
  return openWith(exchange, context, version, readCustomerKey(headers, exchange.query));
};

/** The same for the source of a copy. @throws S3Error as openVersion */
export const openSource = (
  exchange: S3Exchange,
  context: GatewayContext,
  version: ObjectVersion,
): OpenedVersion | Promise<OpenedVersion> =>
  openWith(exchange, context, version, readSourceCustomerKey(exchange.headers));

const openWith = (
  exchange: S3Exchange,
  context: GatewayContext,
  version: ObjectVersion,
  customerKey: CustomerKey | undefined,
): OpenedVersion | Promise<OpenedVersion> => {
  const { encryption } = version;
  const { openedVersions } = context.encryption;
  const known = customerKey === undefined ? openedVersions.get(version) : undefined;
  if (known !== undefined) return known;
  const opening = openKeys(exchange, context, encryption, customerKey);
  if (opening === undefined) return version;
  if (opening instanceof Promise) return opening.then((dataKeys) => ({ ...version, dataKeys }));
  if (encryption?.scheme !== 'SSE-S3') return { ...version, dataKeys: opening };
  const opened = { ...version, dataKeys: opening, isKeptOpen: true };
  openedVersions.set(version, opened);
  return opened;
};

/** The keys of an upload, for one of its parts: a part must bring the customer key with which the upload was begun. */
export const openUploadKeys = (
  exchange: S3Exchange,
  context: GatewayContext,
  encryption: ObjectEncryption | undefined,
): DataKeys | undefined | Promise<DataKeys | undefined> =>
  openKeys(exchange, context, encryption, readCustomerKey(exchange.headers, exchange.query));

/**
 * Who completes an upload brings the customer key that its parts were sealed with, as with every other call of it. No key service is asked: nothing
 * is opened.
 */
export const proveUploadKey = (
  exchange: S3Exchange,
  context: GatewayContext,
  encryption: ObjectEncryption | undefined,
): DataKeys | undefined | Promise<DataKeys | undefined> => {
  const bringsKey = exchange.headers['x-amz-server-side-encryption-customer-algorithm'] !== undefined;
  return encryption?.scheme === 'SSE-C' || bringsKey ? openUploadKeys(exchange, context, encryption) : undefined;
};

const openKeys = (
  exchange: S3Exchange,
  { encryption: rules, compatibility }: GatewayContext,
  encryption: ObjectEncryption | undefined,
  customerKey: CustomerKey | undefined,
): DataKeys | undefined | Promise<DataKeys> => {
  if (customerKey !== undefined) requireSecure(exchange.isSecure, rules.defaults);
  if (encryption?.scheme !== 'SSE-C') {
    if (customerKey !== undefined) {
      throw new S3Error('InvalidRequest', {
        message: 'The encryption parameters are not applicable to this object.',
      });
    }
    return encryption === undefined ? undefined : asS3Error(() => requireKeys(rules).open(encryption, undefined));
  }
  if (customerKey === undefined) {
    throw new S3Error('InvalidRequest', {
      message:
        'The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.',
    });
  }
  const wrongKeyCode = compatibility.has('sse-c-over-http') ? 'InvalidRequest' : 'AccessDenied';
  return asS3Error(() => requireKeys(rules).open(encryption, customerKey.key), wrongKeyCode);
};

const asS3Error = <Result>(
  act: () => Result | Promise<Result>,
  wrongKeyCode: 'InvalidRequest' | 'AccessDenied' = 'AccessDenied',
): Result | Promise<Result> => {
  const translate = (error: unknown): never => {
    throw error instanceof KeyError ? toKeyRefusal(error, wrongKeyCode) : error;
  };
  try {
    const acting = act();
    return acting instanceof Promise ? acting.catch(translate) : acting;
  } catch (error) {
    return translate(error);
  }
};

const toKeyRefusal = (error: KeyError, wrongKeyCode: 'InvalidRequest' | 'AccessDenied'): S3Error => {
  switch (error.code) {
    case 'key-not-found':
      return new S3Error('KMS.NotFoundException', { message: error.message, cause: error });
    case 'wrong-customer-key':
      return new S3Error(wrongKeyCode, {
        message: 'The provided encryption parameters did not match the ones used originally.',
        cause: error,
      });
    case 'access-denied':
      return new S3Error('AccessDenied', { cause: error });
    case 'unavailable':
      return new S3Error('ServiceUnavailable', { cause: error });
    default:
      return new S3Error('InternalError', { cause: error });
  }
};

const SCHEME_NAMES = { 'SSE-S3': 'AES256', 'SSE-KMS': 'aws:kms', 'DSSE-KMS': 'aws:kms:dsse' } as const;

/** What an answer says of the encryption of its object. */
export const pushEncryption = (headers: string[], exchange: S3Exchange, encryption: ObjectEncryption): void => {
  const { scheme, keyId } = encryption;
  if (scheme === 'SSE-C') {
    const md5 = readCustomerKey(exchange.headers, exchange.query)?.md5;
    headers.push('x-amz-server-side-encryption-customer-algorithm', 'AES256');
    if (md5 !== undefined) headers.push('x-amz-server-side-encryption-customer-key-MD5', md5);
    return;
  }
  headers.push('x-amz-server-side-encryption', SCHEME_NAMES[scheme]);
  if (keyId !== undefined) headers.push('x-amz-server-side-encryption-aws-kms-key-id', keyId);
  if (scheme === 'SSE-KMS' && usesBucketKey(encryption)) {
    headers.push('x-amz-server-side-encryption-bucket-key-enabled', 'true');
  }
};

/**
 * The ETag of an encrypted object is its MD5 only where that says nothing to who may not read it: with SSE-S3. With the others it is the MD5 under the
 * data key, so that a part sent again is known again.
 */
export const chooseEtag = (md5: string, sealed: SealedBy | undefined): string => {
  const key = sealed?.dataKeys[0];
  if (sealed === undefined || key === undefined || sealed.encryption.scheme === 'SSE-S3') return md5;
  return createHmac('sha256', key).update('etag').update(md5).digest('hex').slice(0, md5.length);
};

/** How bytes are sealed, and with what. */
export interface SealedBy {
  readonly encryption: Pick<ObjectEncryption, 'scheme'>;
  readonly dataKeys: DataKeys;
}

/** An upload's encryption with the keys that were opened of it. */
export const sealedBy = (
  encryption: ObjectEncryption | undefined,
  dataKeys: DataKeys | undefined,
): SealedBy | undefined => (encryption === undefined || dataKeys === undefined ? undefined : { encryption, dataKeys });

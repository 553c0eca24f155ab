import type { EncryptionConfiguration, RequestedEncryption } from '@needlestack/s3-protocol';
import { chooseEncryption } from './choose-encryption.ts';

const DEFAULTS = { keyId: 'needlestack', encryptsAll: false, requiresKeyId: false, takesKeysInClear: false };
const key = Buffer.alloc(32, 7);
const customer: RequestedEncryption = { scheme: 'SSE-C', customerKey: { key, md5: '' } };
const bucketOf = (algorithm: 'AES256' | 'aws:kms', kmsKeyId?: string): EncryptionConfiguration => ({
  rules: [{ byDefault: { algorithm, kmsKeyId }, isBucketKeyEnabled: undefined, blockedTypes: undefined }],
});
const ask = (requested: RequestedEncryption | undefined, bucket?: EncryptionConfiguration, isSecure = true) => ({
  requested,
  bucketName: 'bucket',
  bucket,
  isSecure,
});

test('the writer decides before the bucket, the bucket before nobody', () => {
  expect(chooseEncryption(ask(undefined), DEFAULTS)).toBeUndefined();
  expect(chooseEncryption(ask(undefined, bucketOf('AES256')), DEFAULTS)).toEqual({ scheme: 'SSE-S3' });
  expect(chooseEncryption(ask({ scheme: 'SSE-S3' }, bucketOf('aws:kms', 'one')), DEFAULTS)).toEqual({
    scheme: 'SSE-S3',
  });
  expect(chooseEncryption(ask(customer, bucketOf('AES256')), DEFAULTS)).toEqual({ scheme: 'SSE-C', customerKey: key });
});

test('where nobody says how, a store that encrypts all takes SSE-S3', () => {
  const defaults = { ...DEFAULTS, encryptsAll: true };
  expect(chooseEncryption(ask(undefined), defaults)).toEqual({ scheme: 'SSE-S3' });
  const blocking = { byDefault: undefined, isBucketKeyEnabled: undefined, blockedTypes: { types: ['SSE-C' as const] } };
  expect(chooseEncryption(ask(undefined, { rules: [blocking] }), defaults)).toEqual({ scheme: 'SSE-S3' });
  expect(chooseEncryption(ask(undefined, bucketOf('aws:kms', 'one')), defaults)).toMatchObject({ keyId: 'one' });
});

test('the key of aws:kms: named, the bucket rule, the default; an ARN names one too', () => {
  const kms = (keyId?: string): RequestedEncryption => ({
    scheme: 'SSE-KMS',
    keyId,
    context: '',
    usesBucketKey: undefined,
  });
  const keyIdOf = (requested: RequestedEncryption | undefined, bucket?: EncryptionConfiguration) =>
    chooseEncryption(ask(requested, bucket), DEFAULTS);
  expect(keyIdOf(kms('one'), bucketOf('aws:kms', 'two'))).toMatchObject({ keyId: 'one' });
  expect(keyIdOf(kms(), bucketOf('aws:kms', 'two'))).toMatchObject({ keyId: 'two' });
  expect(keyIdOf(undefined, bucketOf('aws:kms'))).toMatchObject({ keyId: 'needlestack' });
  expect(keyIdOf(kms('arn:aws:kms:us-east-1:111122223333:key/one'))).toMatchObject({ keyId: 'one' });
  expect(() => chooseEncryption(ask(kms()), { ...DEFAULTS, requiresKeyId: true })).toThrow('A key id is required');
});

test('a key of the bucket is put between where the writer says so, else where the bucket does; never under two layers', () => {
  const rules = (algorithm: 'aws:kms' | 'aws:kms:dsse', isBucketKeyEnabled?: boolean): EncryptionConfiguration => ({
    rules: [{ byDefault: { algorithm, kmsKeyId: undefined }, isBucketKeyEnabled, blockedTypes: undefined }],
  });
  const kms = (usesBucketKey?: boolean): RequestedEncryption => ({
    scheme: 'SSE-KMS',
    keyId: undefined,
    context: '',
    usesBucketKey,
  });
  const bucketKeyOf = (requested: RequestedEncryption | undefined, bucket?: EncryptionConfiguration) => {
    const wish = chooseEncryption(ask(requested, bucket), DEFAULTS);
    return wish !== undefined && 'bucketKeyOf' in wish ? wish.bucketKeyOf : undefined;
  };
  expect(bucketKeyOf(kms())).toBeUndefined();
  expect(bucketKeyOf(kms(true))).toBe('bucket');
  expect(bucketKeyOf(kms(), rules('aws:kms', true))).toBe('bucket');
  expect(bucketKeyOf(kms(false), rules('aws:kms', true))).toBeUndefined();
  expect(bucketKeyOf(undefined, rules('aws:kms', true))).toBe('bucket');
  expect(bucketKeyOf(undefined, rules('aws:kms:dsse', true))).toBeUndefined();
});

test('a customer key in the clear, or in a bucket that blocks them, is refused', () => {
  expect(() => chooseEncryption(ask(customer, undefined, false), DEFAULTS)).toThrow('secure connection');
  expect(chooseEncryption(ask(customer, undefined, false), { ...DEFAULTS, takesKeysInClear: true })).toBeDefined();
  const blocking: EncryptionConfiguration = {
    rules: [{ byDefault: undefined, isBucketKeyEnabled: undefined, blockedTypes: { types: ['SSE-C'] } }],
  };
  expect(() => chooseEncryption(ask(customer, blocking), DEFAULTS)).toThrow('Access Denied');
});

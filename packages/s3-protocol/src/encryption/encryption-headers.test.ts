import { createHash, randomBytes } from 'node:crypto';
import { parseQuery } from '../address/request-target.ts';
import { S3Error } from '../error/s3-error.ts';
import {
  readCustomerKey,
  readRequestedEncryption,
  readSourceCustomerKey,
  refuseEncryptionOnRead,
} from './encryption-headers.ts';

const NONE = parseQuery('');
const key = randomBytes(32);
const md5 = createHash('md5').update(key).digest('base64');
const customer = (prefix = 'x-amz-server-side-encryption-customer-'): Record<string, string> => ({
  [`${prefix}algorithm`]: 'AES256',
  [`${prefix}key`]: key.toString('base64'),
  [`${prefix}key-md5`]: md5,
});

const codeOf = (act: () => unknown): string => {
  try {
    act();
    return 'none';
  } catch (error) {
    return error instanceof S3Error ? error.code : String(error);
  }
};

test('each scheme is read from headers, and from a presigned query', () => {
  const context = Buffer.from('{"a":"b"}').toString('base64');
  expect(readRequestedEncryption({}, NONE)).toBeUndefined();
  expect(readRequestedEncryption({ 'x-amz-server-side-encryption': 'AES256' }, NONE)).toEqual({ scheme: 'SSE-S3' });
  expect(
    readRequestedEncryption(
      {
        'x-amz-server-side-encryption': 'aws:kms',
        'x-amz-server-side-encryption-aws-kms-key-id': 'one',
        'x-amz-server-side-encryption-context': context,
      },
      NONE,
    ),
  ).toEqual({ scheme: 'SSE-KMS', keyId: 'one', context: '{"a":"b"}' });
  expect(readRequestedEncryption({}, parseQuery('x-amz-server-side-encryption=aws%3Akms%3Adsse'))).toEqual({
    scheme: 'DSSE-KMS',
    keyId: undefined,
    context: '',
  });
  expect(readRequestedEncryption(customer(), NONE)).toEqual({ scheme: 'SSE-C', customerKey: { key, md5 } });
  expect(readSourceCustomerKey(customer('x-amz-copy-source-server-side-encryption-customer-'))).toEqual({ key, md5 });
  expect(readCustomerKey({}, NONE)).toBeUndefined();
});

const without = (name: string): Record<string, string> => {
  const { [`x-amz-server-side-encryption-customer-${name}`]: _left, ...rest } = customer();
  return rest;
};
const changed = (name: string, value: string): Record<string, string> => ({
  ...customer(),
  [`x-amz-server-side-encryption-customer-${name}`]: value,
});

test.each<[string, Record<string, string>, string]>([
  ['an unknown method', { 'x-amz-server-side-encryption': 'AES128' }, 'InvalidArgument'],
  ['a key id without aws:kms', { 'x-amz-server-side-encryption-aws-kms-key-id': 'one' }, 'InvalidArgument'],
  [
    'a key id with AES256',
    { 'x-amz-server-side-encryption': 'AES256', 'x-amz-server-side-encryption-aws-kms-key-id': 'one' },
    'InvalidArgument',
  ],
  ['a method beside a customer key', { ...customer(), 'x-amz-server-side-encryption': 'AES256' }, 'InvalidArgument'],
  [
    'a context that is no JSON',
    { 'x-amz-server-side-encryption': 'aws:kms', 'x-amz-server-side-encryption-context': 'eA==' },
    'InvalidArgument',
  ],
  ['a customer key without algorithm', without('algorithm'), 'InvalidArgument'],
  ['a customer key without key', without('key'), 'InvalidArgument'],
  ['a customer key without MD5', without('key-md5'), 'InvalidArgument'],
  ['another algorithm', changed('algorithm', 'AES192'), 'InvalidEncryptionAlgorithmError'],
  ['a short key', changed('key', randomBytes(16).toString('base64')), 'InvalidArgument'],
  ['another MD5', changed('key-md5', createHash('md5').update('x').digest('base64')), 'InvalidArgument'],
])('%s is refused', (_what, headers, code) => {
  expect(codeOf(() => readRequestedEncryption(headers, NONE))).toBe(code);
});

test('a refusal does not repeat the key', () => {
  const secret = randomBytes(16).toString('base64');
  try {
    readRequestedEncryption(changed('key', secret), NONE);
  } catch (error) {
    expect(JSON.stringify(error)).not.toContain(secret);
  }
});

test('a read must not say how its object is encrypted', () => {
  expect(codeOf(() => refuseEncryptionOnRead({ 'x-amz-server-side-encryption': 'AES256' }))).toBe('InvalidArgument');
  expect(codeOf(() => refuseEncryptionOnRead(customer()))).toBe('none');
});

import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { decodeKeyEnvelope, encodeKeyEnvelope } from './key-envelope.ts';
import { KeyError } from './key-error.ts';
import { BUCKET_KEY_LIFE_MS, OPENED_KEYS_MAX } from './limits.ts';
import { LocalKeyService } from './local-key-service.ts';
import { type EncryptionWish, ObjectKeys, usesBucketKey } from './object-keys.ts';
import { OpenedKeys } from './opened-keys.ts';
import { parseRootKeys } from './parse-root-keys.ts';
import { RootKeyRing } from './root-key-ring.ts';

const rootKey = randomBytes(32);

function makeObjectKeys(rootKeys: readonly Uint8Array[] = [rootKey], keyIds = ['first', 'second']): ObjectKeys {
  const ring = new RootKeyRing(rootKeys);
  return new ObjectKeys({ ring, keyService: new LocalKeyService(ring, keyIds), nowMs: Date.now });
}

const context = Buffer.from('{"team":"lake"}');
const customerKey = randomBytes(32);
const WISHES: readonly EncryptionWish[] = [
  { scheme: 'SSE-S3' },
  { scheme: 'SSE-KMS', keyId: 'first', context },
  { scheme: 'SSE-KMS', keyId: 'first', context, bucketKeyOf: 'bucket' },
  { scheme: 'DSSE-KMS', keyId: 'second', context: Buffer.alloc(0) },
  { scheme: 'SSE-C', customerKey },
];

const codeOf = async (act: () => unknown): Promise<string> => {
  try {
    await act();
    return 'nothing';
  } catch (error) {
    return error instanceof KeyError ? error.code : String(error);
  }
};

test.each(WISHES)('$scheme: keys that were made open again, elsewhere too', async (wish) => {
  const { encryption, dataKeys } = await makeObjectKeys().make(wish);
  expect(dataKeys.length).toBe(wish.scheme === 'DSSE-KMS' ? 2 : 1);
  expect(encryption.scheme).toBe(wish.scheme);
  const opened = await makeObjectKeys().open(encryption, wish.scheme === 'SSE-C' ? customerKey : undefined);
  expect(opened.map((key) => Buffer.from(key).toString('hex'))).toEqual(
    dataKeys.map((key) => Buffer.from(key).toString('hex')),
  );
  for (const dataKey of dataKeys) expect(Buffer.from(encryption.envelope).includes(dataKey)).toBe(false);
});

test('a root key put before the others wraps, and the older ones still open', async () => {
  const old = await makeObjectKeys().make({ scheme: 'SSE-S3' });
  const rotated = makeObjectKeys([randomBytes(32), rootKey]);
  expect(await rotated.open(old.encryption, undefined)).toHaveLength(1);
  const fresh = await rotated.make({ scheme: 'SSE-S3' });
  expect(await codeOf(() => makeObjectKeys().open(fresh.encryption, undefined))).toBe('damaged-envelope');
});

test('a data key of SSE-S3 is SHA-512 of the root key, as purpose makes it, and a salt', async () => {
  const { encryption, dataKeys } = await makeObjectKeys().make({ scheme: 'SSE-S3' });
  const { wrappedKeys } = decodeKeyEnvelope(encryption.envelope);
  const salt = wrappedKeys[0]?.subarray(4, 36) ?? Buffer.alloc(0);
  const secret = Buffer.from(hkdfSync('sha256', rootKey, '', 'needlestack SSE-S3', 32));
  const derived = createHash('sha512')
    .update(Buffer.of(0, 0, 0, 1))
    .update(secret)
    .update('needlestack data key');
  expect(dataKeys.map((key) => Buffer.from(key))).toEqual([derived.update(salt).digest().subarray(0, 32)]);
});

test('a wrapped key opens as one that is derived does; what is derived is for SSE-S3 alone', async () => {
  const keys = makeObjectKeys();
  const { encryption, dataKeys } = await keys.make({ scheme: 'SSE-S3' });
  const wrapped = await keys.wrap(dataKeys, { scheme: 'SSE-S3' });
  for (const opened of [
    await keys.open(wrapped, undefined),
    await keys.open(keys.rewrapUnderRoot(encryption).encryption, undefined),
  ])
    expect(opened.map((key) => Buffer.from(key))).toEqual(dataKeys.map((key) => Buffer.from(key)));
  for (const scheme of ['SSE-KMS', 'DSSE-KMS', 'SSE-C'] as const)
    expect(await codeOf(() => keys.open({ ...encryption, scheme, keyId: 'first' }, customerKey))).toBe(
      'damaged-envelope',
    );
});

test('keys of one scheme, name or context do not open as another', async () => {
  const keys = makeObjectKeys();
  const { encryption } = await keys.make({ scheme: 'SSE-KMS', keyId: 'first', context });
  expect(await codeOf(() => keys.open({ ...encryption, keyId: 'second' }, undefined))).toBe('damaged-envelope');
  expect(await codeOf(() => keys.open({ ...encryption, scheme: 'SSE-S3' }, undefined))).toBe('damaged-envelope');
  const { wrappedKeys } = decodeKeyEnvelope(encryption.envelope);
  const other = encodeKeyEnvelope({ wrappedKeys, context: Buffer.from('{"team":"sea"}') });
  expect(await codeOf(() => keys.open({ ...encryption, envelope: other }, undefined))).toBe('damaged-envelope');
  expect(Buffer.from(keys.contextOf(encryption)).equals(context)).toBe(true);
});

test('an unknown key, and a customer key that is another or missing', async () => {
  const keys = makeObjectKeys();
  expect(await codeOf(() => keys.make({ scheme: 'SSE-KMS', keyId: 'third', context }))).toBe('key-not-found');
  const { encryption } = await keys.make({ scheme: 'SSE-C', customerKey });
  expect(await codeOf(() => keys.open(encryption, randomBytes(32)))).toBe('wrong-customer-key');
  expect(await codeOf(() => keys.open(encryption, undefined))).toBe('wrong-customer-key');
});

test('re-wrapped keys are the same keys under another scheme', async () => {
  const keys = makeObjectKeys();
  const { encryption, dataKeys } = await keys.make({ scheme: 'SSE-S3' });
  const opened = await keys.open(encryption, undefined);
  const again = await keys.open(await keys.wrap(opened, { scheme: 'SSE-KMS', keyId: 'first', context }), undefined);
  expect(again.map((key) => Buffer.from(key).toString('hex'))).toEqual(
    dataKeys.map((key) => Buffer.from(key).toString('hex')),
  );
});

test("a bucket's key is asked for once, until it is old; an object of it does not open under another context", async () => {
  const ring = new RootKeyRing([rootKey]);
  const local = new LocalKeyService(ring, ['first']);
  const asked: string[] = [];
  let nowMs = 0;
  const keyService = {
    wrap: (...call: Parameters<LocalKeyService['wrap']>) => {
      asked.push('wrap');
      return local.wrap(...call);
    },
    open: (...call: Parameters<LocalKeyService['open']>) => {
      asked.push('open');
      return local.open(...call);
    },
  };
  const keys = new ObjectKeys({ ring, keyService, nowMs: () => nowMs });
  const wish = { scheme: 'SSE-KMS' as const, keyId: 'first', context, bucketKeyOf: 'bucket' };
  const [one, other] = await Promise.all([keys.make(wish), keys.make(wish)]);
  expect(asked).toEqual(['wrap']);
  expect([usesBucketKey(one.encryption), usesBucketKey((await keys.make({ scheme: 'SSE-S3' })).encryption)]).toEqual([
    true,
    false,
  ]);
  for (const made of [one, other]) expect(await keys.open(made.encryption, undefined)).toEqual(made.dataKeys);
  expect(asked).toEqual(['wrap', 'open']);
  await keys.make({ ...wish, bucketKeyOf: 'another' });
  nowMs += BUCKET_KEY_LIFE_MS;
  await keys.make(wish);
  await keys.open(one.encryption, undefined);
  expect(asked).toEqual(['wrap', 'open', 'wrap', 'wrap', 'open']);
  const moved = encodeKeyEnvelope({ ...decodeKeyEnvelope(one.encryption.envelope), context: Buffer.from('{}') });
  expect(await codeOf(() => keys.open({ ...one.encryption, envelope: moved }, undefined))).toBe('damaged-envelope');
  const elsewhere = { scheme: 'SSE-KMS' as const, keyId: 'gone', context, bucketKeyOf: 'bucket' };
  expect([await codeOf(() => keys.make(elsewhere)), await codeOf(() => keys.make(elsewhere))]).toEqual([
    'key-not-found',
    'key-not-found',
  ]);
});

test('a changed, cut or lengthened envelope is damaged, never another key', async () => {
  const keys = makeObjectKeys();
  const { encryption } = await keys.make({ scheme: 'SSE-S3' });
  await fc.assert(
    fc.asyncProperty(fc.nat(encryption.envelope.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
      const envelope = Buffer.from(encryption.envelope);
      envelope[at] = (envelope[at] ?? 0) ^ change;
      expect(await codeOf(() => keys.open({ ...encryption, envelope }, undefined))).toBe('damaged-envelope');
      const cut = encryption.envelope.subarray(0, at);
      expect(await codeOf(() => keys.open({ ...encryption, envelope: cut }, undefined))).toBe('damaged-envelope');
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        decodeKeyEnvelope(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(KeyError);
      }
    }),
  );
});

test('keys that were opened lately are remembered, and no more of them than there is room for', () => {
  const opened = new OpenedKeys();
  let count = 0;
  const open = (): Uint8Array[] => {
    count += 1;
    return [Buffer.from([count])];
  };
  const first = opened.get(Buffer.from('first'), open);
  expect(opened.get(Buffer.from('first'), open)).toBe(first);
  for (let other = 0; other < OPENED_KEYS_MAX; other += 1) opened.get(Buffer.from(`other ${other}`), open);
  expect(opened.get(Buffer.from('first'), open)).not.toBe(first);
  expect(count).toBe(OPENED_KEYS_MAX + 2);
});

test('what could not be opened is tried again', () => {
  const opened = new OpenedKeys();
  const fail = (): never => {
    throw new KeyError('damaged-envelope', 'damaged');
  };
  expect(() => opened.get(Buffer.from('one'), fail)).toThrow(KeyError);
  expect(opened.get(Buffer.from('one'), () => [rootKey])).toEqual([rootKey]);
});

test('root keys as text', () => {
  const hex = randomBytes(32).toString('hex');
  const base64 = randomBytes(32).toString('base64');
  const keys = parseRootKeys(`# newest\n${base64}\n\n  ${hex}\n`);
  expect(keys.map((key) => Buffer.from(key).toString('hex'))).toEqual([
    Buffer.from(base64, 'base64').toString('hex'),
    hex,
  ]);
  expect(() => parseRootKeys('c2hvcnQ=')).toThrow('line 1 of the root keys: 5 bytes, expected 32');
  expect(() => parseRootKeys('# none')).toThrow('there is no root key');
});

/** What every ObjectStorage promises, as one suite that runs on each of them. Rows are those of the table in the package's README. */
import { createHash, randomBytes } from 'node:crypto';
import {
  BufferedMultipartWriter,
  HandleStateError,
  isObjectStorageError,
  type ObjectStorage,
  ObjectStorageError,
  readLargeObject,
} from '../src/index.ts';

export interface StorageUnderTest {
  readonly storage: ObjectStorage;
  close(): Promise<void>;
}

/** Where an implementation differs, and may. */
export interface ContractTraits {
  /** ETags are MD5s of single PUTs, and end in the number of parts otherwise. */
  readonly hasMd5Etags: boolean;
  readonly keepsAttributes: boolean;
  /** Two writers at once: one wins. Stores without conditional writes cannot promise it. */
  readonly isAtomic: boolean;
  /** False for a store that lists directory by directory: the order of keys is then not looked at. */
  readonly listsInByteOrder?: boolean;
  /** False for a store that lists unfinished uploads only by their whole key: others are left to the store's own rule. */
  readonly listsUploadsByPrefix?: boolean;
  /** Keys that the store refuses or does not keep apart. */
  readonly oddKeysLeftOut?: readonly string[];
}

const MIB = 2 ** 20;
const PART = 5 * MIB;
const ODD_KEYS = [
  'plain',
  'a b',
  'a+b',
  'a%2Fb',
  'a//b',
  'a/',
  'quote\'"&<>',
  'dir/../up',
  './dot',
  'ü/é',
  '😀/\uffee',
  '\uffee',
  '~tilde!(1)*',
  'a',
  'a/b',
  'a-b',
  'a0',
  'CON?:|',
  'back\\slash',
];

export const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');

export async function bytesOf(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** The code of the error that a call fails with. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  return (await storageErrorOf(call)).code;
}

export async function storageErrorOf(call: Promise<unknown>): Promise<ObjectStorageError> {
  const error = await call.then(
    (value) => new Error(`expected an error, got ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof ObjectStorageError) return error;
  throw error;
}

async function keysOf(entries: AsyncIterable<{ readonly key: string }>): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of entries) keys.push(key);
  return keys;
}

const inByteOrder = (keys: readonly string[]): string[] =>
  [...keys].sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));

/** Declares the suite. Each test has an empty storage. */
export function describeObjectStorage(
  name: string,
  open: () => Promise<StorageUnderTest>,
  traits: ContractTraits,
  declare: (title: string, body: () => void) => void = describe,
): void {
  declare(`contract: ${name}`, () => {
    let opened: StorageUnderTest;
    let storage: ObjectStorage;
    beforeEach(async () => {
      opened = await open();
      storage = opened.storage;
    });
    afterEach(() => opened.close());

    test('1: put, get, ranges', async () => {
      const data = randomBytes(1024);
      const written = await storage.put('k', data);
      expect(written.sizeBytes).toBe(1024);
      if (traits.hasMd5Etags) expect(written.etag).toBe(md5(data));
      const body = await storage.get('k');
      expect(body).toMatchObject({ sizeBytes: 1024, etag: written.etag });
      expect(await bytesOf(body.bytes)).toEqual(data);
      expect(await storage.getRange('k', 10, 20)).toEqual(data.subarray(10, 20));
      const memory = Buffer.alloc(100);
      expect(await storage.getRange('k', 1000, 1024, { into: memory })).toEqual(data.subarray(1000));
      expect(memory.subarray(0, 24)).toEqual(data.subarray(1000));
      const { modifiedAtMs } = await storage.head('k');
      expect(Math.abs(Date.now() - modifiedAtMs)).toBeLessThan(60_000);
      await storage.put('k', Buffer.alloc(0));
      expect(await bytesOf((await storage.get('k')).bytes)).toHaveLength(0);
    });

    test('attributes', async () => {
      const attributes = {
        contentType: 'text/plain',
        cacheControl: 'no-cache',
        contentEncoding: 'zstd',
        contentDisposition: 'attachment; filename="x"',
        contentLanguage: 'de',
        metadata: { colour: 'blue', name: 'Zoë' },
      };
      await storage.put('k', Buffer.from('x'), { attributes });
      const found = (await storage.head('k')).attributes;
      if (traits.keepsAttributes) expect(found).toEqual(attributes);
      else expect(found).toEqual({});
    });

    test('2, 5: parts', async () => {
      const data = randomBytes(2 * PART + 7);
      await using upload = await storage.putMultipart('dir/big');
      expect(upload.key).toBe('dir/big');
      const third = await upload.uploadPart(3, data.subarray(2 * PART));
      await upload.uploadPart(1, Buffer.from('replaced by the next'));
      const first = await upload.uploadPart(1, data.subarray(0, PART));
      const second = await upload.uploadPart(2, data.subarray(PART, 2 * PART));
      expect(await codeOf(upload.uploadPart(10_001, Buffer.from('x')))).toBe('too-many-parts');
      expect(await codeOf(upload.uploadPart(0, Buffer.from('x')))).toBe('too-many-parts');
      expect(await codeOf(storage.head('dir/big'))).toBe('not-found');
      const disordered = await storageErrorOf(upload.complete([second, first, third]));
      expect([disordered.code, disordered.backendCode]).toEqual(['backend', 'InvalidPartOrder']);
      const written = await upload.complete([first, second, third]);
      expect(written.sizeBytes).toBe(data.length);
      if (traits.hasMd5Etags) expect(written.etag).toMatch(/^[0-9a-f]{32}-3$/);
      const body = await storage.get('dir/big');
      expect(body.etag).toBe(written.etag);
      expect(md5(await bytesOf(body.bytes))).toBe(md5(data));
      await expect(upload.complete([first])).rejects.toThrow(HandleStateError);
      await expect(upload.uploadPart(1, data)).rejects.toThrow(HandleStateError);
    });

    test('4: a wrong ETag completes nothing', async () => {
      await using upload = await storage.putMultipart('k');
      const part = await upload.uploadPart(1, Buffer.from('x'));
      for (const etag of [`"${part.etag}"x`, md5(Buffer.from('other'))]) {
        const error = await storageErrorOf(upload.complete([{ ...part, etag }]));
        expect([error.code, error.backendCode]).toEqual(['backend', 'InvalidPart']);
      }
      expect(await codeOf(storage.head('k'))).toBe('not-found');
    });

    test('5: a short part before the last', async () => {
      await using upload = await storage.putMultipart('k');
      const parts = [await upload.uploadPart(1, Buffer.alloc(MIB)), await upload.uploadPart(2, Buffer.alloc(MIB))];
      expect(await codeOf(upload.complete(parts))).toBe('part-size-too-small');
    });

    test('3: two that create at once: one wins', async () => {
      const outcomes = await Promise.allSettled(
        Array.from({ length: 4 }, (_, index) => storage.putIfAbsent('k', Buffer.from(`writer ${index}`))),
      );
      const lost = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
      if (traits.isAtomic) {
        expect(lost.map((reason) => (isObjectStorageError(reason) ? reason.code : reason))).toEqual(
          Array(3).fill('already-exists'),
        );
        const winner = outcomes.findIndex(({ status }) => status === 'fulfilled');
        expect((await bytesOf((await storage.get('k')).bytes)).toString()).toBe(`writer ${winner}`);
      }
      expect(await codeOf(storage.putIfAbsent('k', Buffer.from('late')))).toBe('already-exists');
      if (!traits.isAtomic) {
        expect(await storage.conditionalWrites()).toBe('best-effort');
        const strict = storage.putIfAbsent('new', Buffer.from('x'), { requireAtomic: true });
        expect(await codeOf(strict)).toBe('conditional-write-unsupported');
      }
    });

    test('11: replace if match: right, stale, missing', async () => {
      const first = await storage.put('k', Buffer.from('one'));
      const second = await storage.putIfMatch('k', first.etag, Buffer.from('two'));
      expect(await codeOf(storage.putIfMatch('k', first.etag, Buffer.from('three')))).toBe('precondition-failed');
      expect(await codeOf(storage.putIfMatch('none', first.etag, Buffer.from('x')))).toBe('not-found');
      expect((await storage.head('k')).etag).toBe(second.etag);
      await storage.putIfMatch('k', `"${second.etag}"`, Buffer.from('four'));
    });

    test('conditions of a Complete', async () => {
      const complete = async (key: string, condition: { kind: 'absent' } | { kind: 'matches'; etag: string }) => {
        await using upload = await storage.putMultipart(key, { condition });
        return await upload.complete([await upload.uploadPart(1, Buffer.from('parts'))]);
      };
      const { etag } = await complete('k', { kind: 'absent' });
      expect(await codeOf(complete('k', { kind: 'absent' }))).toBe('already-exists');
      expect(await codeOf(complete('k', { kind: 'matches', etag: md5(Buffer.from('?')) }))).toBe('precondition-failed');
      await complete('k', { kind: 'matches', etag });
      expect((await bytesOf((await storage.get('k')).bytes)).toString()).toBe('parts');
    });

    test('6: ranges past the end, of an empty object, of nothing', async () => {
      await storage.put('k', Buffer.from('0123456789'));
      await storage.put('empty', Buffer.alloc(0));
      expect(await codeOf(storage.getRange('k', 10, 12))).toBe('range-out-of-bounds');
      expect(await codeOf(storage.getRange('k', 8, 12))).toBe('range-out-of-bounds');
      expect(await codeOf(storage.getRange('empty', 0, 1))).toBe('range-out-of-bounds');
      expect(await storage.getRange('k', 4, 4)).toHaveLength(0);
      expect(await storage.getRange('nothing there', 4, 4)).toHaveLength(0);
    });

    test('7: get, head and delete of nothing', async () => {
      expect(await codeOf(storage.get('k'))).toBe('not-found');
      expect(await codeOf(storage.head('k'))).toBe('not-found');
      expect(await codeOf(storage.getRange('k', 0, 1))).toBe('not-found');
      await storage.delete('k');
      expect(await codeOf(storage.put('', Buffer.from('x')))).toBe('backend');
      expect(await codeOf(storage.put('x'.repeat(1025), Buffer.from('x')))).toBe('backend');
    });

    test('8: odd keys come back as they are, in the order of their bytes', async () => {
      const keys = ODD_KEYS.filter((key) => !traits.oddKeysLeftOut?.includes(key));
      const isOrdered = traits.listsInByteOrder ?? true;
      for (const key of keys) await storage.put(key, Buffer.from(key));
      const listed = await keysOf(storage.list(''));
      expect(isOrdered ? listed : inByteOrder(listed)).toEqual(inByteOrder(keys));
      for (const key of keys) expect((await bytesOf((await storage.get(key)).bytes)).toString()).toBe(key);
      const below = keys.filter((key) => key.startsWith('a/'));
      expect(await keysOf(storage.list('a/'))).toEqual(inByteOrder(below));
      const [, second = ''] = inByteOrder(keys);
      if (isOrdered) expect(await keysOf(storage.list('', { after: second }))).toEqual(inByteOrder(keys).slice(2));
      expect(await storage.deleteMany(keys)).toEqual([]);
      expect(await keysOf(storage.list(''))).toEqual([]);
    });

    test('8: more keys than a page', async () => {
      const keys = Array.from({ length: 1001 }, (_, index) => `page/${index.toString().padStart(5, '0')}`);
      for (let at = 0; at < keys.length; at += 50) {
        await Promise.all(keys.slice(at, at + 50).map((key) => storage.put(key, Buffer.from('x'))));
      }
      expect(await keysOf(storage.list('page/'))).toEqual(keys);
      expect(await keysOf(storage.list('page/', { after: 'page/00998' }))).toEqual(['page/00999', 'page/01000']);
      expect(await storage.deleteMany([...keys, 'was never there'])).toEqual([]);
      expect(await keysOf(storage.list(''))).toEqual([]);
    });

    test('9: an upload that is aborted, dropped or stale leaves nothing', async () => {
      const upload = await storage.putMultipart('k');
      const part = await upload.uploadPart(1, Buffer.from('x'));
      await upload.abort();
      await expect(upload.complete([part])).rejects.toThrow(HandleStateError);
      {
        await using dropped = await storage.putMultipart('k');
        await dropped.uploadPart(1, Buffer.from('x'));
      }
      expect(await storage.abortStaleUploads('', 0)).toBe(0);
      const stale = await storage.putMultipart('stale/k');
      const stalePart = await stale.uploadPart(1, Buffer.from('x'));
      expect(await storage.abortStaleUploads('', 60_000)).toBe(0);
      expect(await storage.abortStaleUploads('other/', -60_000)).toBe(0);
      const found = (traits.listsUploadsByPrefix ?? true) ? 'stale/' : 'stale/k';
      expect(await storage.abortStaleUploads(found, -60_000)).toBe(1);
      expect(await codeOf(stale.complete([stalePart]))).toBe('not-found');
      expect(await keysOf(storage.list(''))).toEqual([]);
    });

    test('13: a writer: small, exactly a part, crossing, nothing, dropped', async () => {
      for (const sizeBytes of [0, 1, PART - 1, PART, PART + 1, 2 * PART + 12_345]) {
        const data = randomBytes(sizeBytes);
        const writer = new BufferedMultipartWriter(storage, 'w', { partSizeBytes: PART });
        for (let at = 0; at < data.length; at += MIB) await writer.append(data.subarray(at, at + MIB));
        const written = await writer.seal();
        const { etag, bytes } = await storage.get('w');
        expect([written.sizeBytes, written.etag, md5(await bytesOf(bytes))]).toEqual([sizeBytes, etag, md5(data)]);
      }
      await storage.delete('w');
      {
        await using writer = new BufferedMultipartWriter(storage, 'w', { partSizeBytes: PART });
        await writer.append(Buffer.alloc(PART + 1));
      }
      expect(await storage.abortStaleUploads('', -60_000)).toBe(0);
      expect(await keysOf(storage.list(''))).toEqual([]);
    });

    test('a large object is read in ranges side by side, of one version', async () => {
      const data = randomBytes(3 * MIB + 11);
      const { etag } = await storage.put('k', data);
      const pieces: Buffer[] = [];
      for await (const piece of readLargeObject(storage, 'k', { partSizeBytes: MIB, maxPartsInFlight: 2 })) {
        pieces.push(Buffer.from(piece));
      }
      expect(pieces.map(({ length }) => length)).toEqual([MIB, MIB, MIB, 11]);
      expect(Buffer.concat(pieces).equals(data)).toBe(true);
      await storage.put('k', Buffer.from('other'));
      expect(await codeOf(storage.getRange('k', 0, 1, { ifMatch: etag }))).toBe('precondition-failed');
      const reading = readLargeObject(storage, 'k', { partSizeBytes: 1, maxPartsInFlight: 1 });
      await reading.next();
      await storage.put('k', Buffer.from('third'));
      expect(await codeOf(Array.fromAsync(reading))).toBe('precondition-failed');
      await storage.put('empty', Buffer.alloc(0));
      expect(await Array.fromAsync(readLargeObject(storage, 'empty'))).toEqual([]);
      expect(await codeOf(readLargeObject(storage, 'none').next())).toBe('not-found');
    });

    test('an aborted signal ends a call with its reason', async () => {
      const reason = new Error('enough');
      const signal = AbortSignal.abort(reason);
      await expect(storage.put('k', Buffer.from('x'), { signal })).rejects.toBe(reason);
      await expect(storage.putIfAbsent('k', Buffer.from('x'), { signal })).rejects.toBe(reason);
      expect(await keysOf(storage.list(''))).toEqual([]);
    });
  });
}

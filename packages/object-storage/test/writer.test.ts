import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import {
  BufferedMultipartWriter,
  HandleStateError,
  MemoryStorage,
  type ObjectStorage,
  S3Storage,
  WRITER_EVENTS,
  WRITER_STATES,
} from '../src/index.ts';
import { nextWriterState } from '../src/writer-state.ts';
import { codeOf, RecordingClock, refuse, runWriterSequences, ScriptedStore } from '../testing/index.ts';

const MIB = 2 ** 20;
const PART = 5 * MIB;
/** A thousand are run by bench/writer-sequences.ts. */
/** `bench/writer-sequences.ts` runs as many as one likes. */
const SEQUENCES = 10;

let backend: ScriptedStore;
let storage: S3Storage;
beforeEach(async () => {
  backend = await ScriptedStore.start();
  storage = new S3Storage({
    bucket: 'bucket',
    endpoint: backend.endpoint,
    credentials: { accessKeyId: 'AKID', secretAccessKey: 's' },
    clock: new RecordingClock(),
    conditionalWrites: 'atomic',
  });
});
afterEach(async () => {
  storage.close();
  await backend.close();
});

const open = (options = {}) => new BufferedMultipartWriter(storage, 'k', { partSizeBytes: PART, ...options });

/** What the store was asked: P put, C create, U part, X complete, A abort. */
const requests = () =>
  backend.seen
    .map(({ method, query }) => {
      if (method === 'POST') return query.has('uploads') ? 'C' : 'X';
      if (method === 'DELETE') return 'A';
      return query.has('partNumber') ? 'U' : 'P';
    })
    .join('');

const partNumbers = () => backend.seen.flatMap(({ query }) => query.get('partNumber') ?? []);

async function write(sizes: readonly number[], options = {}): Promise<Buffer> {
  const data = randomBytes(sizes.reduce((sum, size) => sum + size, 0));
  const writer = open(options);
  let at = 0;
  for (const size of sizes) {
    await writer.append(data.subarray(at, at + size));
    at += size;
  }
  expect((await writer.seal()).sizeBytes).toBe(data.length);
  return data;
}

describe('requests, by size', () => {
  test.each([
    ['zero bytes', [], 'P'],
    ['an empty append', [0], 'P'],
    ['below 5 MiB', [1, 1000, PART - 1002], 'P'],
    ['exactly 5 MiB', [PART], 'CUX'],
    ['crossing', [PART - 1, 2], 'CUUX'],
    ['residue of one byte', [PART, 1], 'CUUX'],
    ['three parts without residue', [3 * PART], 'CUUUX'],
  ])('%s', async (_name, sizes, expected) => {
    const data = await write(sizes, { maxPartsInFlight: 1 });
    expect(requests()).toBe(expected);
    expect((backend.objects.get('k') ?? Buffer.alloc(1)).equals(data)).toBe(true);
    expect(backend.uploads.size).toBe(0);
    const lengths = backend.seen.filter(({ query }) => query.has('partNumber')).map(({ body }) => body.length);
    for (const length of lengths.slice(0, -1)) expect(length).toBe(PART);
  });

  test('nothing is asked before a part is full', async () => {
    const writer = open();
    await writer.append(randomBytes(PART - 1));
    expect([requests(), writer.state]).toEqual(['', 'buffering']);
    await writer.abort();
    expect([requests(), writer.state]).toEqual(['', 'aborted']);
  });
});

describe('states', () => {
  test('every pair of state and event is in the table', () => {
    const rows = WRITER_STATES.map((state) =>
      WRITER_EVENTS.map((event) => nextWriterState(state, event) ?? '-').join(' '),
    );
    expect(rows).toEqual([
      'buffering - sealed aborted',
      'buffering uploading sealed aborted',
      'uploading uploading sealed aborted',
      '- - - aborted',
      '- - - -',
    ]);
  });

  test('calls after the end are coded errors that say call and state', async () => {
    const sealed = open();
    await sealed.seal();
    for (const call of [() => sealed.append(Buffer.from('x')), () => sealed.seal()]) {
      await expect(call()).rejects.toMatchObject({ code: 'invalid-state', state: 'sealed' });
    }
    await sealed.abort();
    expect(backend.objects.has('k')).toBe(true);
    const aborted = open();
    await aborted.abort();
    await expect(aborted.append(Buffer.from('x'))).rejects.toThrow(HandleStateError);
    await expect(aborted.seal()).rejects.toThrow('seal is not allowed: the handle is aborted');
  });

  test('part sizes and numbers out of bounds', () => {
    for (const partSizeBytes of [0, PART - 1, 5 * 2 ** 30 + 1, 5.5e6 + 0.5, Number.NaN]) {
      expect(() => open({ partSizeBytes })).toThrow(
        `partSizeBytes is ${partSizeBytes}, expected 5242880 to 5368709120`,
      );
    }
    for (const maxPartsInFlight of [0, 65, 1.5]) {
      expect(() => open({ maxPartsInFlight })).toThrow(`maxPartsInFlight is ${maxPartsInFlight}, expected 1 to 64`);
    }
  });
});

describe('memory and order', () => {
  /** Lets parts through one at a time. */
  function holdParts() {
    const held: (() => void)[] = [];
    const gate: ObjectStorage = Object.create(storage, {
      putMultipart: {
        value: async (...args: Parameters<ObjectStorage['putMultipart']>) => {
          const upload = await storage.putMultipart(...args);
          return Object.create(upload, {
            uploadPart: {
              value: async (...part: Parameters<typeof upload.uploadPart>) => {
                await new Promise<void>((resolve) => held.push(resolve));
                return upload.uploadPart(...part);
              },
            },
            complete: { value: upload.complete.bind(upload) },
            abort: { value: upload.abort.bind(upload) },
          });
        },
      },
    });
    return { held, gate };
  }
  const turns = async () => {
    for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };

  test('append waits once all parts are in flight, and acknowledges in order when they are stored', async () => {
    const { held, gate } = holdParts();
    const writer = new BufferedMultipartWriter(gate, 'k', { partSizeBytes: PART, maxPartsInFlight: 2 });
    const acknowledged: number[] = [];
    const taken: number[] = [];
    for (let index = 0; index < 4; index += 1) {
      void writer.append(Buffer.alloc(PART, index)).then((appended) => {
        taken.push(index);
        void appended.acknowledged.then(() => acknowledged.push(index));
      });
    }
    while (taken.length < 3) await turns();
    await turns();
    // Two in flight and one more are in memory; the fourth waits.
    expect([taken, acknowledged, held.length]).toEqual([[0, 1, 2], [], 2]);
    held[1]?.();
    while (taken.length < 4) await turns();
    // The second part is stored, but what is before it is not.
    expect([acknowledged, writer.storedBytes]).toEqual([[], 0]);
    held[0]?.();
    while (acknowledged.length < 2) await turns();
    expect([acknowledged, writer.storedBytes]).toEqual([[0, 1], 2 * PART]);
    const sealed = writer.seal();
    while (held.length < 4) {
      for (const release of held) release();
      await turns();
    }
    for (const release of held) release();
    await sealed;
    expect(acknowledged).toEqual([0, 1, 2, 3]);
    expect(backend.objects.get('k')?.readUInt8(3 * PART)).toBe(3);
    expect(new Set(partNumbers())).toEqual(new Set(['1', '2', '3', '4']));
  });

  test('ackAfterUpload false: acknowledged when buffered', async () => {
    const writer = open({ ackAfterUpload: false });
    await (await writer.append(Buffer.from('x'))).acknowledged;
    expect(requests()).toBe('');
    await writer.abort();
  });

  test('an append that is acknowledged when stored waits for seal', async () => {
    const writer = open();
    let isStored = false;
    void (await writer.append(Buffer.from('x'))).acknowledged.then(() => {
      isStored = true;
    });
    await turns();
    expect(isStored).toBe(false);
    await writer.seal();
    await turns();
    expect(isStored).toBe(true);
  });

  test('a stream without a known end: parts double after each thousand', async () => {
    const sizes: number[] = [];
    const memory = new MemoryStorage();
    const counting: ObjectStorage = Object.create(memory, {
      putMultipart: {
        value: async () => ({
          uploadPart: async (partNumber: number, bytes: Uint8Array) => {
            sizes.push(bytes.length);
            return { partNumber, etag: 'e', sizeBytes: bytes.length, crc32c: 'AAAAAA==' };
          },
          complete: async () => ({ etag: 'e', sizeBytes: 0 }),
          abort: async () => undefined,
        }),
      },
    });
    const writer = new BufferedMultipartWriter(counting, 'k', { partSizeBytes: PART, maxPartsInFlight: 1 });
    const piece = Buffer.alloc(PART);
    for (let count = 0; count < 1_003; count += 1) await writer.append(piece);
    await writer.seal();
    expect(new Set(sizes.slice(0, 1_000))).toEqual(new Set([PART]));
    expect(sizes.slice(1_000)).toEqual([2 * PART, PART]);
  });

  test('a known length makes parts long enough', async () => {
    const writer = open({ expectedBytes: 10_000 * 6 * MIB });
    await writer.append(Buffer.alloc(6 * MIB - 1));
    expect(requests()).toBe('');
    await writer.append(Buffer.alloc(1));
    await writer.abort();
    expect(requests()).toMatch(/^CU?A$/);
  });
});

describe('failures', () => {
  test('a failing part stops all, aborts, and is what every call says', async () => {
    backend.script = ({ query }, response) => {
      if (query.get('partNumber') !== '2') return false;
      refuse(response, 403, 'AccessDenied');
      return true;
    };
    const writer = open({ maxPartsInFlight: 1 });
    const first = await writer.append(Buffer.alloc(PART));
    const second = await writer.append(Buffer.alloc(PART));
    await first.acknowledged;
    expect(await codeOf(second.acknowledged)).toBe('access-denied');
    expect(await codeOf(writer.append(Buffer.alloc(1)))).toBe('access-denied');
    expect(await codeOf(writer.seal())).toBe('access-denied');
    await writer.abort();
    expect(writer.state).toBe('aborted');
    expect([backend.uploads.size, backend.objects.size]).toEqual([0, 0]);
    expect(requests()).toBe('CUUA');
  });

  test('a Complete that is refused aborts; an abort that fails is told, not thrown', async () => {
    backend.script = ({ method, query }, response) => {
      if (method === 'DELETE') refuse(response, 403, 'AccessDenied');
      else if (method === 'POST' && query.has('uploadId')) refuse(response, 400, 'InvalidPart');
      else return false;
      return true;
    };
    const told: unknown[] = [];
    const writer = open({ onAbortFailed: (error: unknown) => told.push(error) });
    await writer.append(Buffer.alloc(PART));
    expect(await codeOf(writer.seal())).toBe('backend');
    expect(told).toEqual([expect.objectContaining({ code: 'access-denied' })]);
    expect(writer.state).toBe('aborted');
  });

  test('dropped without seal, or by its signal: aborted in the background', async () => {
    {
      await using writer = open();
      await writer.append(Buffer.alloc(PART + 1));
    }
    expect(backend.uploads.size).toBe(0);
    const abort = new AbortController();
    const writer = open({ signal: abort.signal });
    const appended = await writer.append(Buffer.alloc(2 * PART));
    abort.abort(new Error('enough'));
    await expect(writer.append(Buffer.alloc(1))).rejects.toThrow('enough');
    await expect(appended.acknowledged).rejects.toThrow('enough');
    await writer.abort();
    expect([backend.uploads.size, backend.objects.size]).toEqual([0, 0]);
    expect(() => open({ signal: AbortSignal.abort(new Error('before')) })).not.toThrow();
    await expect(open({ signal: AbortSignal.abort(new Error('before')) }).append(Buffer.alloc(1))).rejects.toThrow(
      'before',
    );
  });

  test('conditions hold for small objects and for large ones', async () => {
    backend.objects.set('k', Buffer.from('there'));
    for (const size of [1, PART + 1]) {
      const writer = open({ condition: { kind: 'absent' } });
      await writer.append(Buffer.alloc(size));
      expect(await codeOf(writer.seal())).toBe('already-exists');
    }
    expect([backend.objects.get('k')?.toString(), backend.uploads.size]).toEqual(['there', 0]);
  });

  test('killed in between: at most one unfinished upload, which the sweeper clears', async () => {
    const child: ChildProcess = spawn(
      process.execPath,
      [fileURLToPath(new URL('support/write-endlessly.ts', import.meta.url)), backend.endpoint],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    while (partNumbers().length < 5) await new Promise((resolve) => setTimeout(resolve, 5));
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
    expect([backend.uploads.size, backend.objects.size]).toEqual([1, 0]);
    expect(await storage.abortStaleUploads('', 365 * 86_400_000)).toBe(0);
    expect(await storage.abortStaleUploads('', -1)).toBe(1);
    expect(backend.uploads.size).toBe(0);
  });
});

test(`${SEQUENCES} random sequences of flushes, 1 B to 40 MiB: the same bytes, legal parts, no upload left`, async () => {
  const figures = await runWriterSequences(new MemoryStorage(), SEQUENCES, 1);
  expect(figures.sequences).toBe(SEQUENCES);
  expect(figures.bytes).toBeGreaterThan(SEQUENCES * MIB);
});

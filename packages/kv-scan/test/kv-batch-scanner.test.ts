/** The client's states, retries, time-outs and farewells, against a server by script. */
import { createKvBatchScanner, type KvBatchScannerOptions, ScanError } from '../src/index.ts';
import type { ScanKvAnswer } from '../src/protocol/index.ts';
import { last, more, ScriptedPort, TestTime } from './scripted-port.ts';

function scannerOf(
  script: ConstructorParameters<typeof ScriptedPort>[0],
  options: Partial<KvBatchScannerOptions> = {},
) {
  const port = new ScriptedPort(script);
  const time = new TestTime();
  const scanner = createKvBatchScanner({ port, table: 'objects', bucketId: 3, time, ...options });
  return { port, time, scanner };
}

type Scanner = ReturnType<typeof scannerOf>['scanner'];

async function readAll(scanner: Scanner): Promise<string[]> {
  const keys: string[] = [];
  for await (const batch of scanner.batches()) for (const { key } of batch) keys.push(key.toString());
  return keys;
}

const untilAborted = (_request: unknown, { signal }: { readonly signal?: AbortSignal }): Promise<ScanKvAnswer> =>
  new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));

describe('states', () => {
  test('pending, active, done: the first call opens, each batch asks for the next, null for ever at the end', async () => {
    const { port, scanner } = scannerOf([more(['a'], true), more(['b']), last(['c'])]);
    expect([scanner.state, scanner.logOffset, port.calls]).toEqual(['pending', undefined, []]);
    const first = await scanner.nextBatch();
    expect([...(first ?? [])].map(({ key, value }) => `${key}: ${value}`)).toEqual(['a: value of a']);
    expect([scanner.state, scanner.logOffset]).toEqual(['active', 42n]);
    await port.untilCalls(2);
    // A batch ahead, and no more until it is taken.
    await new Promise(setImmediate);
    expect(port.calls).toEqual(['open pinned', 'continue 1']);
    await scanner.nextBatch();
    await scanner.nextBatch();
    expect(scanner.state).toBe('done');
    expect(await scanner.nextBatch()).toBeNull();
    expect(await scanner.nextBatch()).toBeNull();
    await scanner.close();
    expect(port.calls).toEqual(['open pinned', 'continue 1', 'continue 2']);
  });

  test('an empty bucket is done with the first answer', async () => {
    const { port, scanner } = scannerOf([{ ...last([]), logOffset: 7n }]);
    expect(await scanner.nextBatch()).toBeNull();
    expect([scanner.state, scanner.logOffset, port.calls.length]).toEqual(['done', 7n, 1]);
  });

  test('callers that come at once are served in turn', async () => {
    const { scanner } = scannerOf([more(['a'], true), more(['b']), last(['c'])]);
    const batches = await Promise.all([1, 2, 3, 4].map(() => scanner.nextBatch()));
    expect(batches.map((batch) => (batch === null ? null : [...batch].map(({ key }) => `${key}`).join()))).toEqual([
      'a',
      'b',
      'c',
      null,
    ]);
  });

  test.each([
    ['a log', { table: 'outbox' as const, bucketId: 0 }, 'is a log'],
    ['a bucket out of range', { bucketId: 16 }, 'bucket 16'],
    ['a broken bucket', { bucketId: 0.5 }, 'bucket 0.5'],
    ['a foreign column', { column: 'secrets' as const }, 'no column secrets'],
    ['a size of nothing', { scannerKvFetchMaxBytes: 0 }, 'scannerKvFetchMaxBytes 0'],
    ['a giant size', { scannerKvFetchMaxBytes: 2 ** 31 }, 'scannerKvFetchMaxBytes 2147483648'],
  ])('%s is refused at creation', (_title, options, text) => {
    expect(() => scannerOf([], options)).toThrow(
      expect.objectContaining({ code: 'invalid-scan-request', message: expect.stringContaining(text) }),
    );
  });
});

describe('what is asked for', () => {
  test('the size of 4 MiB unless told, and what was said of rows', async () => {
    const seen: unknown[] = [];
    const { scanner } = scannerOf(
      [
        (request) => {
          seen.push(request);
          return last([]);
        },
      ],
      { limit: 10, prefix: Buffer.from('p'), startKey: Buffer.from('q'), column: 'chunks', mode: 'token' },
    );
    await scanner.nextBatch();
    expect(seen).toEqual([
      {
        open: {
          tableId: 0x20,
          bucketId: 3,
          columns: ['chunks'],
          mode: 'token',
          limit: 10,
          prefix: Buffer.from('p'),
          startKey: Buffer.from('q'),
        },
        callSeqId: 0,
        batchSizeBytes: 4 * 1024 * 1024,
        closeScanner: false,
        keepAlive: false,
      },
    ]);
  });
});

describe('opening again', () => {
  const refused = (code: ConstructorParameters<typeof ScanError>[0]) => new ScanError(code, `the server said ${code}`);

  test.each([
    'too-many-scanners',
    'not-leader',
    'unavailable',
    'timed-out',
    'scanner-expired',
    'storage-failed',
  ] as const)('after %s, with waits that double, each a part by chance', async (code) => {
    const failures = Array.from({ length: 5 }, () => refused(code));
    const { port, time, scanner } = scannerOf([...failures, last(['a'])]);
    expect(await readAll(scanner)).toEqual(['a']);
    expect(time.slept).toEqual([100, 200, 400, 800, 1600]);
    expect(port.calls).toEqual(Array.from({ length: 6 }, () => 'open pinned'));
  });

  test('but not for ever: the sixth failure is that of the scanner, and stays the same error', async () => {
    const failures = Array.from({ length: 6 }, () => refused('too-many-scanners'));
    const { port, scanner } = scannerOf(failures);
    const error: unknown = await scanner.nextBatch().catch((thrown: unknown) => thrown);
    expect(error).toBe(failures[5]);
    for (let again = 0; again < 3; again += 1)
      expect(await scanner.nextBatch().catch((thrown: unknown) => thrown)).toBe(error);
    expect([scanner.state, port.calls.length]).toEqual(['done', 6]);
  });

  test.each([
    'unknown-scanner-id',
    'invalid-scan-request',
    'unsupported-version',
    'not-authorized',
    'broken-answer',
  ] as const)('not after %s', async (code) => {
    const { port, scanner } = scannerOf([refused(code)]);
    await expect(scanner.nextBatch()).rejects.toMatchObject({ code });
    expect(port.calls).toEqual(['open pinned']);
  });

  test('no wait goes beyond the time for opening', async () => {
    const failures = Array.from({ length: 6 }, () => refused('unavailable'));
    const { port, time, scanner } = scannerOf(failures, { openTimeoutMs: 600 });
    time.useChance(0.9);
    await expect(scanner.nextBatch()).rejects.toMatchObject({ code: 'unavailable' });
    // 180 + 360 fit into 600, 720 more do not.
    expect(time.slept).toEqual([180, 360]);
    expect(port.calls).toHaveLength(3);
  });

  test('the time that a call may take shrinks with what is left', async () => {
    const deadlines: unknown[] = [];
    const failing = (_request: unknown, { deadlineMs }: { readonly deadlineMs?: number }): ScanKvAnswer => {
      deadlines.push(deadlineMs);
      throw refused('unavailable');
    };
    const { scanner } = scannerOf([failing, failing, failing, last([])], { openTimeoutMs: 1000 });
    expect(await scanner.nextBatch()).toBeNull();
    expect(deadlines).toEqual([1000, 900, 700]);
  });

  test('a caller that gives up in the wait ends it', async () => {
    const { port, time, scanner } = scannerOf([refused('unavailable'), last([])]);
    time.passesByItself = false;
    const stop = new AbortController();
    const next = scanner.nextBatch({ signal: stop.signal });
    await port.untilCalls(1);
    await new Promise(setImmediate);
    stop.abort(new Error('enough'));
    await expect(next).rejects.toThrow('enough');
    await expect(scanner.nextBatch()).rejects.toThrow('enough');
    expect(port.calls).toEqual(['open pinned']);
  });
});

describe('a continuation that fails', () => {
  test.each([
    'unavailable',
    'timed-out',
    'not-leader',
    'storage-failed',
    'invalid-scan-request',
    'broken-answer',
  ] as const)('with %s is never repeated; the server hears a farewell, once', async (code) => {
    const failure = new ScanError(code, 'in the middle');
    const { port, scanner } = scannerOf([more(['a'], true), failure]);
    await scanner.nextBatch();
    expect(await scanner.nextBatch().catch((thrown: unknown) => thrown)).toBe(failure);
    expect(await scanner.nextBatch().catch((thrown: unknown) => thrown)).toBe(failure);
    await scanner.close();
    expect(port.calls).toEqual(['open pinned', 'continue 1', 'close']);
  });

  test.each(['scanner-expired', 'unknown-scanner-id'] as const)('with %s gets no farewell', async (code) => {
    const { port, scanner } = scannerOf([more(['a'], true), new ScanError(code, 'gone')]);
    await scanner.nextBatch();
    await expect(scanner.nextBatch()).rejects.toMatchObject({ code });
    await scanner.close();
    expect(port.calls).toEqual(['open pinned', 'continue 1']);
  });

  test.each(['scanner-expired', 'unknown-scanner-id', 'unavailable', 'not-leader'] as const)(
    'with %s goes on behind the last batch when that is wanted, and says so',
    async (code) => {
      const changed = { ...more(['b']), snapshotChanged: true };
      const script = [
        more(['a'], true),
        new ScanError(code, 'lost'),
        changed,
        { ...last(['c']), snapshotChanged: true },
      ];
      const { port, scanner } = scannerOf(script, { afterLoss: 'resume' });
      const seen: unknown[] = [];
      for await (const batch of scanner.batches())
        seen.push([[...batch].map(({ key }) => key.toString()), batch.snapshotChanged]);
      expect(seen).toEqual([
        [['a'], false],
        [['b'], true],
        [['c'], true],
      ]);
      const farewell = code === 'unavailable' || code === 'not-leader' ? ['close'] : [];
      expect(port.calls).toEqual([
        'open pinned',
        'continue 1',
        ...farewell,
        'open token after a',
        'open token after b',
      ]);
    },
  );

  test('an answer without a way to go on is an error, not the end', async () => {
    const { resumeToken: _, ...headless } = more(['a']);
    await expect(scannerOf([headless]).scanner.nextBatch()).rejects.toMatchObject({ code: 'broken-answer' });
  });

  test('rows that go beyond their batch are an error', async () => {
    const whole = last(['a', 'b']);
    for (const length of [1, 5, 7, 20, whole.records.length - 1]) {
      const { scanner } = scannerOf([{ ...whole, records: whole.records.subarray(0, length) }]);
      await expect(readAll(scanner)).rejects.toMatchObject({ code: 'broken-answer' });
    }
  });
});

describe('stopping', () => {
  test('leaving the loop closes the scanner, once', async () => {
    const { port, scanner } = scannerOf([more(['a'], true), untilAborted]);
    for await (const _ of scanner.batches()) break;
    await scanner.close();
    expect([scanner.state, port.calls]).toEqual(['done', ['open pinned', 'continue 1', 'close']]);
    expect(await scanner.nextBatch()).toBeNull();
  });

  test('so does the end of its scope', async () => {
    const { port, scanner } = scannerOf([more(['a'], true), untilAborted]);
    {
      await using used = scanner;
      await used.nextBatch();
    }
    expect(port.calls.at(-1)).toBe('close');
  });

  test('a signal ends what is under way, at every step', async () => {
    for (const script of [[untilAborted], [more(['a'], true), untilAborted]]) {
      const { port, time, scanner } = scannerOf(script);
      const stop = new AbortController();
      for (let batches = 1; batches < script.length; batches += 1) await scanner.nextBatch();
      const next = scanner.nextBatch({ signal: stop.signal });
      await port.untilCalls(script.length);
      stop.abort(new Error('enough'));
      await expect(next).rejects.toThrow('enough');
      await expect(scanner.nextBatch()).rejects.toThrow('enough');
      // An open that is never answered is waited for, but not for long.
      time.pass(2000);
      await scanner.close();
      expect(port.calls.filter((call) => call === 'close')).toHaveLength(script.length - 1);
    }
  });

  test("the scanner's own signal ends it between two batches", async () => {
    const stop = new AbortController();
    const { port, scanner } = scannerOf([more(['a'], true), untilAborted], { signal: stop.signal });
    await scanner.nextBatch();
    stop.abort(new Error('enough'));
    await port.untilCalls(3);
    expect(port.calls).toEqual(['open pinned', 'continue 1', 'close']);
    await expect(scanner.nextBatch()).rejects.toThrow('enough');
  });

  test('an open is not cancelled: its answer may bring a scanner, which is closed', async () => {
    let answer: (given: ScanKvAnswer) => void = () => undefined;
    const answered = new Promise<ScanKvAnswer>((resolve) => {
      answer = resolve;
    });
    const { port, scanner } = scannerOf([() => answered]);
    const next = scanner.nextBatch();
    await port.untilCalls(1);
    const closed = scanner.close();
    expect(await next).toBeNull();
    answer(more(['a'], true));
    await closed;
    expect(port.calls).toEqual(['open pinned', 'close']);
  });

  test('a farewell that fails is nobody else’s trouble', async () => {
    const port = new ScriptedPort([more(['a'], true), untilAborted]);
    const deaf = {
      scanKv: (request: Parameters<ScriptedPort['scanKv']>[0], options = {}) =>
        request.closeScanner ? Promise.reject(new Error('gone')) : port.scanKv(request, options),
    };
    const scanner = createKvBatchScanner({ port: deaf, table: 'garbage', bucketId: 0 });
    await scanner.nextBatch();
    await scanner.close();
    expect(scanner.state).toBe('done');
  });
});

describe('a slow server', () => {
  test('a poll that runs out of time gives an empty batch, and keeps the question', async () => {
    let answer: (given: ScanKvAnswer) => void = () => undefined;
    const { port, time, scanner } = scannerOf([
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    ]);
    const first = await scanner.nextBatch({ timeoutMs: 50 });
    expect([first?.isEmpty, [...(first ?? [])]]).toEqual([true, []]);
    expect(await scanner.nextBatch({ timeoutMs: 70 })).toMatchObject({ isEmpty: true });
    expect([scanner.state, time.slept, port.calls]).toEqual(['pending', [50, 70], ['open pinned']]);
    answer(last(['a']));
    expect(await readAll(scanner)).toEqual(['a']);
    expect(port.calls).toHaveLength(1);
  });
});

describe('a slow caller', () => {
  test('keeps its scanner alive, until the next call or the end', async () => {
    const { port, time, scanner } = scannerOf([more(['a'], true), more(['b']), last(['c'])], { keepAliveMs: 1000 });
    await scanner.nextBatch();
    await port.untilCalls(2);
    await new Promise(setImmediate);
    time.pass(999);
    await new Promise(setImmediate);
    expect(port.calls).toEqual(['open pinned', 'continue 1']);
    for (let count = 1; count <= 3; count += 1) {
      time.pass(1000);
      await port.untilCalls(2 + count);
      await new Promise(setImmediate);
    }
    expect(port.calls.slice(2)).toEqual(['keep-alive', 'keep-alive', 'keep-alive']);
    expect(await readAll(scanner)).toEqual(['b', 'c']);
    time.pass(10_000);
    await new Promise(setImmediate);
    expect(port.calls.filter((call) => call === 'keep-alive')).toHaveLength(3);
  });
});

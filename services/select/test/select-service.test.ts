import { gzipSync } from 'node:zlib';
import { GrpcSelect, type ObjectReader, SelectError, type SelectRequest } from '@needlestack/service-contracts';
import { type SelectService, startSelectService } from '../src/index.ts';
import { InlineReader } from './support/byte-reader.ts';
import { counterOf, type DecodedFrame, decodeFrames, kindsOf, recordsOf } from './support/decode-frames.ts';
import { type QueryInput, requestOf } from './support/run-query.ts';

const reader = new InlineReader();
/** Stands before the reader when a test wants to disturb it. */
let disturbance: ObjectReader | undefined;
let service: SelectService;

beforeAll(async () => {
  service = await startSelectService({
    reader: { read: (...args) => (disturbance ?? reader).read(...args) },
    workersMax: 1,
  });
});
afterAll(() => service.close());
afterEach(() => {
  disturbance = undefined;
  reader.readBytes = 0;
});

const never = new AbortController().signal;

const framesOf = async (request: SelectRequest, signal = never): Promise<DecodedFrame[]> => {
  const pieces: Uint8Array[] = [];
  for await (const frame of service.port.select(request, signal)) pieces.push(frame);
  return withoutSilence(decodeFrames(Buffer.concat(pieces)));
};

/** A machine that is slow sends signs of life where a fast one sends none. */
const withoutSilence = (frames: readonly DecodedFrame[]): DecodedFrame[] =>
  frames.filter(({ headers }) => headers[':event-type'] !== 'Cont');

/** The code that the query is refused with: thrown, or on a slow machine the only frame but for signs of life. */
const refusalOf = async (request: SelectRequest): Promise<string | undefined> => {
  try {
    const frames = await framesOf(request);
    expect(kindsOf(frames)).toEqual(['error']);
    return frames[0]?.headers[':error-code'];
  } catch (error) {
    if (error instanceof SelectError) return error.code;
    throw error;
  }
};

const answer = (input: QueryInput): Promise<DecodedFrame[]> => framesOf(requestOf(input));

const manyRows = (count: number): string =>
  Array.from({ length: count }, (_, index) => `${index},name ${index},some more text\n`).join('');

test('records, then stats that equal the object and the payload, then the end', async () => {
  const data = 'a,1\nb,2\nc,3\n';
  const frames = await answer({ sql: 'SELECT s._1 FROM S3Object s WHERE s._2 > 1', data, output: { CSV: {} } });
  expect(kindsOf(frames)).toEqual(['Records', 'Stats', 'End']);
  expect(recordsOf(frames)).toBe('b\nc\n');
  expect(counterOf(frames[1], 'BytesScanned')).toBe(data.length);
  expect(counterOf(frames[1], 'BytesProcessed')).toBe(data.length);
  expect(counterOf(frames[1], 'BytesReturned')).toBe(4);
});

test('progress, when asked for, comes at least once and equals the stats', async () => {
  const request = { ...requestOf({ sql: 'SELECT * FROM S3Object', data: 'a\n' }), requestProgressEnabled: true };
  const frames = await framesOf(request);
  expect(kindsOf(frames)).toEqual(['Records', 'Progress', 'Stats', 'End']);
  expect(counterOf(frames[1], 'BytesScanned')).toBe(counterOf(frames[2], 'BytesScanned'));
  expect(frames[1]?.payload.toString()).toContain('</Progress>');
});

test('a result larger than a frame is cut into frames that a reader of 128 KiB can hold', async () => {
  const data = manyRows(50_000);
  const frames = await answer({ sql: 'SELECT * FROM S3Object', data, output: { CSV: {} } });
  expect(recordsOf(frames)).toBe(data);
  expect(Math.max(...frames.map(({ payload }) => payload.length))).toBeLessThanOrEqual(128 * 1024 - 256 - 128);
  expect(frames.length).toBeGreaterThan(10);
});

test('LIMIT stops reading', async () => {
  const data = manyRows(400_000);
  const frames = await answer({ sql: 'SELECT s._1 FROM S3Object s LIMIT 5', data });
  expect(recordsOf(frames).split('\n')).toHaveLength(6);
  expect(reader.readBytes).toBeLessThan(data.length / 4);
  expect(kindsOf(frames).at(-1)).toBe('End');
});

test('an empty object has no rows, and an aggregate of them one', async () => {
  expect(kindsOf(await answer({ sql: 'SELECT * FROM S3Object', data: '' }))).toEqual(['Stats', 'End']);
  expect(recordsOf(await answer({ sql: 'SELECT COUNT(*) FROM S3Object', data: '' }))).toBe('{"_1":0}\n');
});

test('GZIP: scanned counts before, processed after decompression; members follow each other', async () => {
  const data = Buffer.concat([gzipSync('a,1\n'), gzipSync('b,2\n')]);
  const request = requestOf({ sql: 'SELECT s._2 FROM S3Object s', data, output: { CSV: {} } });
  const frames = await framesOf({ ...request, inputSerialization: { CSV: {}, CompressionType: 'gzip' } });
  expect(recordsOf(frames)).toBe('1\n2\n');
  expect(counterOf(frames.at(-2), 'BytesScanned')).toBe(data.length);
  expect(counterOf(frames.at(-2), 'BytesProcessed')).toBe(8);
});

test.each([
  ['cut', gzipSync(manyRows(1000)).subarray(0, 2000), 'TruncatedInput'],
  ['no GZIP', Buffer.from('a,b\n'), 'InvalidCompressionFormat'],
  ['a bomb', gzipSync(`${'a'.repeat(1023)}\n`.repeat(32 * 1024)), 'TruncatedInput'],
])('GZIP that is %s', async (_what, data, code) => {
  const request = requestOf({ sql: "SELECT COUNT(*) FROM S3Object s WHERE s._1 = 'none'", data });
  const asked = refusalOf({
    ...request,
    inputSerialization: { CSV: {}, CompressionType: 'GZIP' },
  });
  expect(await asked).toBe(code);
});

test('what is wrong before the first row is thrown with code and status', async () => {
  const refused = answer({ sql: 'SELECT FROM S3Object', data: 'a\n' });
  await expect(refused).rejects.toBeInstanceOf(SelectError);
  await expect(refused).rejects.toMatchObject({ code: 'ParseEmptySelect', httpStatus: 400 });
});

test('what goes wrong after rows were found comes after them, as the last frame', async () => {
  const frames = await answer({
    sql: 'SELECT CAST(s._1 AS INT) FROM S3Object s',
    data: '1\n2\nx\n4\n',
    output: { CSV: {} },
  });
  expect(kindsOf(frames)).toEqual(['Records', 'error']);
  expect(recordsOf(frames)).toBe('1\n2\n');
  expect(frames[1]?.headers).toMatchObject({ ':error-code': 'CastFailed', ':message-type': 'error' });
});

test('an object that cannot be read is an internal error', async () => {
  disturbance = {
    // biome-ignore lint/correctness/useYield: the first read fails
    async *read() {
      throw new Error('volume 7 is down');
    },
  };
  expect(await refusalOf(requestOf({ sql: 'SELECT * FROM S3Object', data: 'a\n' }))).toBe('InternalError');
});

test('a silent object is answered with signs of life; a gone client frees the worker', async () => {
  let isReadingOver = false;
  disturbance = {
    async *read(_object, _range, signal) {
      yield Buffer.from('a\nb\n');
      await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
      isReadingOver = true;
    },
  };
  const stop = new AbortController();
  const kinds: string[] = [];
  for await (const frame of service.port.select(
    requestOf({ sql: 'SELECT * FROM S3Object', data: 'a\nb\nc' }),
    stop.signal,
  )) {
    kinds.push(...kindsOf(decodeFrames(frame)));
    if (kinds.includes('Records') && kinds.includes('Cont')) break;
  }
  disturbance = undefined;
  // The only worker is free again, or this would wait for ever.
  expect(recordsOf(await answer({ sql: 'SELECT COUNT(*) FROM S3Object', data: 'x\n' }))).toBe('{"_1":1}\n');
  expect(isReadingOver).toBe(true);
});

test('a query in the middle of its work stops when its signal aborts', async () => {
  const stop = new AbortController();
  const request = requestOf({ sql: 'SELECT * FROM S3Object', data: manyRows(400_000) });
  const reading = async (): Promise<void> => {
    for await (const _ of service.port.select(request, stop.signal)) stop.abort(new Error('gone'));
  };
  await expect(reading()).rejects.toThrow();
  expect(recordsOf(await answer({ sql: 'SELECT COUNT(*) FROM S3Object', data: 'x\n' }))).toBe('{"_1":1}\n');
});

test('beyond one running and sixteen waiting, SlowDown', async () => {
  const release = Promise.withResolvers<void>();
  disturbance = {
    async *read() {
      await release.promise;
      yield Buffer.from('a\n');
    },
  };
  const request = requestOf({ sql: 'SELECT * FROM S3Object', data: 'a\n' });
  const asked = Array.from({ length: 18 }, () => framesOf(request).catch((error: unknown) => error));
  const refused = await Promise.race(asked);
  expect(refused).toMatchObject({ code: 'SlowDown', httpStatus: 503 });
  release.resolve();
  const ended = await Promise.all(asked);
  expect(ended.filter((one) => one instanceof SelectError)).toHaveLength(1);
});

test('over gRPC: the same frames, the same refusals, and a cancelled call stops the query', async () => {
  const remote = new GrpcSelect({ address: `127.0.0.1:${service.grpcPort}` });
  const collect = async (input: QueryInput): Promise<DecodedFrame[]> => {
    const pieces: Uint8Array[] = [];
    for await (const frame of remote.select(requestOf(input), never)) pieces.push(frame);
    return withoutSilence(decodeFrames(Buffer.concat(pieces)));
  };
  try {
    const csv = { FieldDelimiter: ';', QuoteCharacter: '' };
    const frames = await collect({ sql: 'SELECT s._2 FROM S3Object s', data: 'a;1\nb;2\n', csv, output: { CSV: {} } });
    expect(kindsOf(frames)).toEqual(['Records', 'Stats', 'End']);
    expect(recordsOf(frames)).toBe('1\n2\n');
    const range = { Start: '1' };
    expect(
      recordsOf(await collect({ sql: 'SELECT * FROM S3Object', data: 'a\nb\n', output: { CSV: {} }, range })),
    ).toBe('b\n');
    const refused = collect({ sql: 'SELECT 1', data: 'a\n' });
    await expect(refused).rejects.toBeInstanceOf(SelectError);
    await expect(refused).rejects.toMatchObject({ code: 'ParseSelectMissingFrom', httpStatus: 400 });
    disturbance = {
      async *read() {
        for (;;) yield Buffer.from(manyRows(1000));
      },
    };
    const endless = requestOf({ sql: 'SELECT * FROM S3Object', data: 'a\n' });
    for await (const _ of remote.select(endless, never)) break;
    disturbance = undefined;
    // The only worker is free again, or this would wait for ever.
    expect(recordsOf(await answer({ sql: 'SELECT COUNT(*) FROM S3Object', data: 'x\n' }))).toBe('{"_1":1}\n');
  } finally {
    remote.close();
  }
});

test('a query that does not stop loses its worker; the next one gets a new one', async () => {
  const stop = new AbortController();
  // One comparison that takes minutes: nothing looks at the stop flag within it.
  const pattern = `%${'a_'.repeat(20_000)}b%`;
  const request = requestOf({
    sql: `SELECT * FROM S3Object s WHERE s._1 LIKE '${pattern}'`,
    data: 'a'.repeat(1_000_000),
  });
  const kinds: string[] = [];
  const reading = async (): Promise<void> => {
    for await (const frame of service.port.select(request, stop.signal)) {
      kinds.push(...kindsOf(decodeFrames(frame)));
      stop.abort(new Error('gone'));
    }
  };
  await expect(reading()).rejects.toThrow();
  expect(kinds).toEqual(['Cont']);
  expect(recordsOf(await answer({ sql: 'SELECT COUNT(*) FROM S3Object', data: 'x\n' }))).toBe('{"_1":1}\n');
  expect(await service.metrics.render()).toContain('needlestack_select_workers_killed_total{service="select"} 1');
});

test('metrics count queries by what they ended with', async () => {
  const page = await (await fetch(`http://127.0.0.1:${service.httpPort}/metrics`)).text();
  expect(page).toMatch(/needlestack_select_queries_total\{result="OK",service="select"\} [1-9]/);
  expect(page).toMatch(/needlestack_select_queries_total\{result="ParseEmptySelect",service="select"\} 1/);
  expect(page).toMatch(/needlestack_select_workers_busy\{service="select"\} \d/);
  expect((await fetch(`http://127.0.0.1:${service.httpPort}/readyz`)).status).toBe(200);
});

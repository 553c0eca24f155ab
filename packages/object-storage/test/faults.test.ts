/** The table of retries and time-outs, and what a store may do wrong, row by row against a store that is told how to behave. */
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { computeChecksum } from '@needlestack/s3-protocol';
import { S3Storage, type S3StorageOptions, SYSTEM_CLOCK } from '../src/index.ts';
import { bytesOf, RecordingClock, refuse, ScriptedStore, storageErrorOf } from '../testing/index.ts';

const MIB = 2 ** 20;
const CREDENTIALS = { accessKeyId: 'AKID', secretAccessKey: 'hush' };

let backend: ScriptedStore;
let clock: RecordingClock;
let opened: S3Storage[];

beforeEach(async () => {
  backend = await ScriptedStore.start();
  clock = new RecordingClock();
  opened = [];
});
afterEach(async () => {
  for (const storage of opened) storage.close();
  await backend.close();
});

function open(options: Partial<S3StorageOptions> = {}): S3Storage {
  const storage = new S3Storage({
    bucket: 'bucket',
    endpoint: backend.endpoint,
    credentials: CREDENTIALS,
    clock,
    random: () => 0.5,
    conditionalWrites: 'atomic',
    ...options,
  });
  opened.push(storage);
  return storage;
}

const X = Buffer.from('x');

describe('what is tried again', () => {
  test.each([
    [408, 'RequestTimeout'],
    [429, 'TooManyRequests'],
    [500, 'InternalError'],
    [502, ''],
    [503, 'SlowDown'],
    [503, 'ServiceUnavailable'],
    [504, ''],
    [400, 'RequestTimeout'],
    [409, 'ConditionalRequestConflict'],
  ])('%i %s: five times, waits grow up to twice as long each', async (status, code) => {
    backend.script = (_request, response, attempt) => {
      if (attempt > 5) return false;
      if (code === '') response.writeHead(status).end();
      else refuse(response, status, code);
      return true;
    };
    await open().put('k', X);
    expect(backend.seen).toHaveLength(6);
    expect(clock.waitsMs).toEqual([50, 100, 200, 400, 800]);
    expect(backend.objects.get('k')).toEqual(X);
  });

  test.each([
    [400, 'InvalidArgument', 'backend'],
    [403, 'AccessDenied', 'access-denied'],
    [404, 'NoSuchBucket', 'not-found'],
    [405, 'MethodNotAllowed', 'backend'],
    [501, 'NotImplemented', 'backend'],
    [400, 'BadDigest', 'checksum-mismatch'],
    [400, 'XAmzContentSHA256Mismatch', 'checksum-mismatch'],
  ])('%i %s: never', async (status, code, mapped) => {
    backend.script = (_request, response) => {
      refuse(response, status, code);
      return true;
    };
    const error = await storageErrorOf(open().put('k', X));
    expect(error).toMatchObject({ code: mapped, status, backendCode: code, requestId: 'R1', operation: 'PutObject' });
    expect(backend.seen).toHaveLength(1);
  });

  test('the wait is random from nothing to the cap, and Retry-After is honoured up to it', async () => {
    const asks: (string | undefined)[] = [
      '2',
      undefined,
      new Date(Date.UTC(2026, 0, 1, 0, 0, 3)).toUTCString(),
      '99999',
    ];
    backend.script = (_request, response, attempt) => {
      if (attempt > 4) return false;
      const after = asks[attempt - 1];
      const date = new Date(Date.UTC(2026, 0, 1)).toUTCString();
      refuse(response, 503, 'SlowDown', after === undefined ? {} : { 'retry-after': after, date });
      return true;
    };
    await open({ random: () => 0.999 }).put('k', X);
    expect(clock.waitsMs.map(Math.round)).toEqual([2_000, 200, 3_000, 20_000]);
    const never = open({ random: () => 0, limits: { retriesMax: 2 } });
    backend.script = (_request, response) => {
      refuse(response, 503, 'SlowDown');
      return true;
    };
    clock.waitsMs.length = 0;
    expect((await storageErrorOf(never.put('k', X))).code).toBe('throttled');
    expect(clock.waitsMs).toEqual([0, 0]);
  });

  test('a budget for the endpoint ends retries when all fails, and successes refill it', async () => {
    backend.script = (_request, response) => {
      refuse(response, 500, 'InternalError');
      return true;
    };
    const storage = open();
    for (let call = 0; call < 40; call += 1) await storageErrorOf(storage.put('k', X));
    // 500 tokens at 5 a retry are 100 retries; without a budget there would be 200.
    expect(backend.seen).toHaveLength(40 + 100);
    backend.script = () => false;
    for (let call = 0; call < 5; call += 1) await storage.put('k', X);
    backend.script = (_request, response, attempt) => {
      if (attempt !== 146) return false;
      refuse(response, 500, 'InternalError');
      return true;
    };
    await storage.put('k', X);
    expect(backend.seen).toHaveLength(140 + 5 + 2);
  });

  test('an abort ends the wait with its reason', async () => {
    backend.script = (_request, response) => {
      refuse(response, 503, 'SlowDown', { 'retry-after': '20' });
      return true;
    };
    const abort = new AbortController();
    const call = open({ clock: SYSTEM_CLOCK }).put('k', X, { signal: abort.signal });
    while (backend.seen.length === 0) await new Promise((resolve) => setImmediate(resolve));
    abort.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
  });
});

describe('connections', () => {
  test('a stalled socket is timed out and the request sent again', async () => {
    backend.script = (_request, _response, attempt) => attempt === 1;
    await open({ limits: { idleTimeoutMs: 60 } }).put('k', X);
    expect(backend.seen).toHaveLength(2);
    backend.script = () => true;
    const error = await storageErrorOf(open({ limits: { requestTimeoutMs: 50, retriesMax: 0 } }).head('k'));
    expect(error).toMatchObject({ code: 'unavailable', message: 'HeadObject k: not done within 50 ms' });
  });

  test('a kept connection that the store has closed meanwhile: sent again, written once', async () => {
    const storage = open();
    await storage.put('k', X);
    backend.script = (request, response, attempt) => {
      if (attempt !== 2) return false;
      // Closes instead of answering, as a server does whose keep-alive ran out.
      request.socket.destroy();
      void response;
      return true;
    };
    await storage.put('k', Buffer.from('second'));
    expect(backend.seen.map(({ body }) => body.toString())).toEqual(['x', 'second', 'second']);
    expect(backend.objects.get('k')?.toString()).toBe('second');
  });

  test('no doubled write: a create whose answer was lost is known for our own', async () => {
    backend.script = (request, _response, attempt) => {
      if (request.method !== 'PUT' || attempt !== 1) return false;
      backend.take(request);
      request.socket.destroy();
      return true;
    };
    const { etag } = await open().putIfAbsent('k', X);
    expect(etag).toBe('9dd4e461268c8034f5c8564e155c67a6');
    expect(backend.seen.map(({ method }) => method)).toEqual(['PUT', 'PUT', 'HEAD']);
    // The same 412 without a lost answer, or over another's object, is what it says.
    expect((await storageErrorOf(open().putIfAbsent('k', X))).code).toBe('already-exists');
    backend.script = (request, _response, attempt) => {
      if (request.method !== 'PUT' || attempt !== 1) return false;
      backend.objects.set('l', Buffer.from('of another'));
      request.socket.destroy();
      return true;
    };
    expect((await storageErrorOf(open().putIfAbsent('l', X))).code).toBe('already-exists');
    expect(backend.objects.get('l')?.toString()).toBe('of another');
  });

  test('a replacement whose answer was lost is known for our own', async () => {
    const { etag } = await open().put('k', X);
    backend.script = (request, _response, attempt) => {
      if (request.headers['if-match'] === undefined || attempt !== 2) return false;
      backend.take(request);
      request.socket.destroy();
      return true;
    };
    await open().putIfMatch('k', etag, Buffer.from('new'));
    expect(backend.objects.get('k')?.toString()).toBe('new');
    expect((await storageErrorOf(open().putIfMatch('k', etag, X))).code).toBe('precondition-failed');
  });

  test('a Complete whose answer was lost: the object tells', async () => {
    backend.script = (request) => {
      if (request.method !== 'POST' || !request.query.has('uploadId') || backend.objects.has('k')) return false;
      backend.take(request);
      request.socket.destroy();
      return true;
    };
    const upload = await open().putMultipart('k');
    const part = await upload.uploadPart(1, X);
    expect((await upload.complete([part])).sizeBytes).toBe(1);
    // It must be this object, and not one that lies there for other reasons.
    backend.objects.set('other', Buffer.from('y'));
    backend.script = (request) => {
      if (request.method !== 'POST' || !request.query.has('uploadId')) return false;
      backend.uploads.clear();
      backend.script = () => false;
      request.socket.destroy();
      return true;
    };
    const second = await open().putMultipart('other');
    const secondPart = await second.uploadPart(1, X);
    expect((await storageErrorOf(second.complete([secondPart]))).code).toBe('not-found');
  });

  test('a store that comes back has traffic again within two seconds', async () => {
    const storage = open({ clock: SYSTEM_CLOCK, random: Math.random });
    await storage.put('k', X);
    const port = Number(new URL(backend.endpoint).port);
    await backend.close();
    const stop = new AbortController();
    const callers = Array.from({ length: 8 }, async () => {
      while (!stop.signal.aborted) await storage.put('k', X, { signal: stop.signal }).catch(() => undefined);
    });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    backend = await ScriptedStore.start(port);
    const backMs = performance.now();
    while (backend.objects.size === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(performance.now() - backMs).toBeLessThan(2_000);
    stop.abort();
    await Promise.all(callers);
  });

  test('nobody listens, and nobody answers the knock', async () => {
    const away = open({ endpoint: 'http://127.0.0.1:1', limits: { retriesMax: 1 } });
    expect(await storageErrorOf(away.head('k'))).toMatchObject({ code: 'unavailable', status: 0 });
    expect(clock.waitsMs).toHaveLength(1);
    const mute = await listenMute();
    const slow = open({ endpoint: mute.url, limits: { retriesMax: 0, idleTimeoutMs: 50 } });
    expect((await storageErrorOf(slow.head('k'))).message).toBe('HeadObject k: no byte within 50 ms');
    mute.server.close();
  });
});

/** Takes connections and says nothing. */
async function listenMute(): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer((socket) => socket.on('error', () => undefined).unref());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { server: server.unref(), url: `http://127.0.0.1:${port}` };
}

describe('bodies', () => {
  test('a body that is cut goes on at the next byte, again and again, with If-Match', async () => {
    const data = randomBytes(3 * MIB);
    backend.objects.set('k', data);
    backend.script = ({ headers }, response, attempt) => {
      if (attempt > 3) return false;
      const from = Number(/^bytes=(\d+)-/.exec(headers.range ?? '')?.[1] ?? 0);
      const rest = data.subarray(from);
      const range = { 'content-range': `bytes ${from}-${data.length - 1}/${data.length}` };
      response.writeHead(from === 0 ? 200 : 206, { 'content-length': rest.length, etag: '"one"', ...range });
      response.write(rest.subarray(0, MIB / 2), () => setTimeout(() => response.destroy(), 20));
      return true;
    };
    const found = await bytesOf((await open().get('k')).bytes);
    expect(found.equals(data)).toBe(true);
    expect(backend.seen).toHaveLength(4);
    for (const { headers } of backend.seen.slice(1)) expect(headers['if-match']).toBe('"one"');
  });

  test('an object that changed in between is not mixed in', async () => {
    const data = randomBytes(MIB);
    backend.script = ({ headers }, response, attempt) => {
      if (attempt === 1) {
        response.writeHead(200, { 'content-length': data.length, etag: '"one"' });
        response.write(data.subarray(0, 1000), () => setTimeout(() => response.destroy(), 20));
      } else refuse(response, headers['if-match'] === '"two"' ? 200 : 412, 'PreconditionFailed');
      return true;
    };
    expect((await storageErrorOf(bytesOf((await open().get('k')).bytes))).code).toBe('precondition-failed');
  });

  test('a range that is cut is asked for whole again; a body without an end in sight is given up', async () => {
    const data = randomBytes(MIB);
    backend.objects.set('k', data);
    backend.script = (_request, response, attempt) => {
      if (attempt > 1) return false;
      response.writeHead(206, { 'content-length': 1000, 'content-range': `bytes 0-999/${data.length}` });
      response.write(data.subarray(0, 10), () => setTimeout(() => response.destroy(), 20));
      return true;
    };
    expect((await open().getRange('k', 0, 1000)).equals(data.subarray(0, 1000))).toBe(true);
    backend.script = (_request, response) => {
      response.writeHead(206, { 'content-length': 10, 'content-range': `bytes 0-9/${data.length}` });
      response.write('', () => response.destroy());
      return true;
    };
    expect((await storageErrorOf(open().getRange('k', 0, 10))).code).toBe('unavailable');
  });

  test('bytes that do not fit the checksum of the store', async () => {
    const data = randomBytes(1000);
    backend.script = (_request, response) => {
      const wrong = computeChecksum('CRC32C', data.subarray(1));
      response.writeHead(200, { 'content-length': data.length, etag: '"e"', 'x-amz-checksum-crc32c': wrong }).end(data);
      return true;
    };
    const error = await storageErrorOf(bytesOf((await open().get('k')).bytes));
    expect(error.code).toBe('checksum-mismatch');
    expect(error.message).toContain('CRC32C');
  });

  test('every body goes with its CRC32C, and checksums can be left out', async () => {
    await open().put('k', X);
    expect(backend.seen[0]?.headers['x-amz-checksum-crc32c']).toBe(computeChecksum('CRC32C', X));
    await open({ checksums: false }).put('k', X);
    expect(backend.seen[1]?.headers['x-amz-checksum-crc32c']).toBeUndefined();
  });
});

describe('answers that are not what they should be', () => {
  const HTML = '<!DOCTYPE html><html><body>Sign in to the hotel network</body></html>';
  const answerHtml = (status: number) => {
    backend.script = (_request, response) => {
      response.writeHead(status, { 'content-type': 'text/html' }).end(HTML);
      return true;
    };
  };

  test('an endpoint that answers HTML', async () => {
    answerHtml(200);
    const listed = await storageErrorOf(open().list('')[Symbol.asyncIterator]().next());
    expect(listed).toMatchObject({ code: 'backend', operation: 'ListObjectsV2', status: 200 });
    expect(listed.message).toContain('text/html');
    expect(listed.message).toContain('<!DOCTYPE html>');
    for (const call of [open().put('k', X), open().putMultipart('k'), open().deleteMany(['k'])]) {
      expect((await storageErrorOf(call)).message).toContain('text/html');
    }
    expect((await storageErrorOf(open().get('k'))).message).toContain('is this a store?');
    answerHtml(404);
    const error = await storageErrorOf(open().put('k', X));
    expect(error.code).toBe('not-found');
    expect(error.message).toContain('not of S3: <!DOCTYPE html>');
  });

  test('truncated XML', async () => {
    backend.script = (_request, response) => {
      response.end('<ListBucketResult><Contents><Key>a</Ke');
      return true;
    };
    const error = await storageErrorOf(open().list('p')[Symbol.asyncIterator]().next());
    expect(error.message).toMatch(
      /^ListObjectsV2 p: 200 with no well-formed XML where <ListBucketResult> was expected/,
    );
    backend.script = (_request, response) => {
      response.end('<InitiateMultipartUploadResult></InitiateMultipartUploadResult>');
      return true;
    };
    expect((await storageErrorOf(open().putMultipart('k'))).message).toContain('no id for the upload');
    backend.script = (_request, response) => {
      response.end('<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>');
      return true;
    };
    expect((await storageErrorOf(open().list('')[Symbol.asyncIterator]().next())).message).toContain(
      'does not say where',
    );
  });

  test('200 with an error in it: final, or tried again, as its code has it', async () => {
    const upload = await open().putMultipart('k');
    const part = await upload.uploadPart(1, X);
    backend.script = (_request, response, attempt) => {
      const code = attempt < 4 ? 'InternalError' : 'InvalidPart';
      response.end(`<Error><Code>${code}</Code><Message>no</Message></Error>`);
      return true;
    };
    const error = await storageErrorOf(upload.complete([part]));
    expect(error).toMatchObject({ code: 'backend', backendCode: 'InvalidPart', status: 200 });
    expect(clock.waitsMs).toHaveLength(2);
  });

  test('DeleteObjects: failures of some keys are told, a thousand at a time', async () => {
    const keys = Array.from({ length: 1001 }, (_, index) => `k${index}`);
    backend.script = ({ query, body }, response) => {
      if (!query.has('delete') || !body.includes('<Key>k7</Key>')) return false;
      response.end(
        '<DeleteResult><Error><Key>k7</Key><Code>AccessDenied</Code><Message>locked</Message></Error></DeleteResult>',
      );
      return true;
    };
    expect(await open().deleteMany(keys)).toEqual([{ key: 'k7', backendCode: 'AccessDenied', message: 'locked' }]);
    expect(backend.seen.map(({ body }) => body.toString().split('<Key>').length - 1)).toEqual([1000, 1]);
    expect(backend.seen[0]?.headers['content-md5']).toMatch(/^[A-Za-z0-9+/]{22}==$/);
    // Not a character of XML: by a request of its own.
    expect(await open().deleteMany(['a\u0001b'])).toEqual([]);
    expect(backend.seen.at(-1)).toMatchObject({ method: 'DELETE', path: 'a\u0001b' });
  });
});

describe('place and time', () => {
  test('a clock that is off is corrected once and remembered', async () => {
    clock = new RecordingClock(Date.UTC(2020, 0, 1));
    backend.script = ({ headers }, response) => {
      if (String(headers['x-amz-date']).startsWith('20260102')) return false;
      refuse(response, 403, 'RequestTimeTooSkewed', { date: new Date(Date.UTC(2026, 0, 2)).toUTCString() });
      return true;
    };
    const storage = open();
    await storage.put('k', X);
    await storage.put('k', X);
    expect(backend.seen).toHaveLength(3);
    expect(clock.waitsMs).toEqual([]);
    backend.script = (_request, response) => {
      refuse(response, 403, 'RequestTimeTooSkewed', { date: new Date(Date.UTC(2027, 0, 2)).toUTCString() });
      return true;
    };
    expect((await storageErrorOf(storage.put('k', X))).backendCode).toBe('RequestTimeTooSkewed');
    expect(backend.seen).toHaveLength(5);
  });

  test('HEAD has no document: a 403 beside a date far off is taken for the same', async () => {
    clock = new RecordingClock(Date.UTC(2020, 0, 1));
    await open({ clock: new RecordingClock(Date.UTC(2026, 0, 2)) }).put('k', X);
    backend.script = ({ headers }, response) => {
      if (String(headers['x-amz-date']).startsWith('20260102')) return false;
      response.writeHead(403, { date: new Date(Date.UTC(2026, 0, 2)).toUTCString() }).end();
      return true;
    };
    expect((await open().head('k')).sizeBytes).toBe(1);
  });

  test.each([
    ['400 with the region in its document', 400, {}, '<Region>eu-west-7</Region>'],
    ['301 with the region in a header', 301, { 'x-amz-bucket-region': 'eu-west-7' }, ''],
  ])('the wrong region: %s', async (_name, status, headers, more) => {
    backend.script = (request, response) => {
      if (String(request.headers.authorization).includes('/eu-west-7/s3/')) return false;
      response.writeHead(status, headers).end(`<Error><Code>AuthorizationHeaderMalformed</Code>${more}</Error>`);
      return true;
    };
    const storage = open();
    await storage.put('k', X);
    expect(backend.seen).toHaveLength(2);
    await storage.head('k');
    expect(backend.seen).toHaveLength(3);
  });

  test.each([301, 307])(
    '%i to another place: followed with the body, remembered, forgotten when it is silent',
    async (status) => {
      const other = await ScriptedStore.start();
      backend.script = (request, response) => {
        response.writeHead(status, { location: `${other.endpoint}/bucket/${request.path}` }).end();
        return true;
      };
      const storage = open();
      await storage.put('dir/k', X);
      expect(other.objects.get('dir/k')).toEqual(X);
      await storage.head('dir/k');
      expect([backend.seen.length, other.seen.length]).toEqual([1, 2]);
      await other.close();
      backend.script = () => false;
      await storage.put('dir/k', Buffer.from('home'));
      expect(backend.objects.get('dir/k')?.toString()).toBe('home');
    },
  );

  test('redirects in a circle, to nowhere, and away from TLS end in an error', async () => {
    backend.script = (request, response) => {
      response.writeHead(307, { location: `${backend.endpoint}/bucket${backend.seen.length}/${request.path}` }).end();
      return true;
    };
    expect(await storageErrorOf(open().put('k', X))).toMatchObject({ status: 307 });
    expect(backend.seen).toHaveLength(4);
    for (const location of ['ftp://127.0.0.1/bucket/k', 'http://127.0.0.1:1/elsewhere', undefined]) {
      backend.script = (_request, response) => {
        response.writeHead(301, location === undefined ? {} : { location }).end();
        return true;
      };
      expect(await storageErrorOf(open().put('k', X))).toMatchObject({ status: 301 });
    }
  });
});

describe('conditional writes, honoured and ignored', () => {
  test('a store that honours conditions is found to, once', async () => {
    const storage = open({ conditionalWrites: 'probe', prefix: 'p/' });
    expect(await storage.conditionalWrites()).toBe('atomic');
    expect(await storage.conditionalWrites()).toBe('atomic');
    expect(backend.seen.map(({ method }) => method)).toEqual(['PUT', 'PUT', 'PUT', 'DELETE']);
    for (const { path } of backend.seen) expect(path).toMatch(/^p\/\.needlestack-probe-/);
    expect(backend.objects.size).toBe(0);
    await storage.putIfAbsent('k', X);
    expect(backend.seen.at(-1)?.headers['if-none-match']).toBe('*');
  });

  test('one that ignores them is found to; then it is checked before', async () => {
    backend.honoursConditions = false;
    const storage = open({ conditionalWrites: 'probe' });
    const { etag } = await storage.putIfAbsent('k', X);
    expect(await storage.conditionalWrites()).toBe('best-effort');
    expect((await storageErrorOf(storage.putIfAbsent('k', X))).code).toBe('already-exists');
    expect((await storageErrorOf(storage.putIfMatch('k', 'stale', X))).code).toBe('precondition-failed');
    expect((await storageErrorOf(storage.putIfMatch('none', etag, X))).code).toBe('not-found');
    await storage.putIfMatch('k', etag, Buffer.from('y'));
    const strict = await storageErrorOf(storage.putIfAbsent('new', X, { requireAtomic: true }));
    expect(strict.code).toBe('conditional-write-unsupported');
  });

  test('one that says so with 501', async () => {
    backend.script = ({ headers }, response) => {
      if (headers['if-none-match'] === undefined) return false;
      refuse(response, 501, 'NotImplemented');
      return true;
    };
    const storage = open({ conditionalWrites: 'atomic' });
    await storage.putIfAbsent('k', X);
    expect((await storageErrorOf(storage.putIfAbsent('k', X))).code).toBe('already-exists');
    expect(await storage.conditionalWrites()).toBe('best-effort');
  });

  test('409 is a race and tried again, never "exists"', async () => {
    backend.script = ({ method }, response, attempt) => {
      if (method !== 'PUT' || attempt > 2) return false;
      refuse(response, 409, 'ConditionalRequestConflict');
      return true;
    };
    await open().putIfAbsent('k', X);
    expect(backend.objects.get('k')).toEqual(X);
  });

  test('a probe that fails is not remembered', async () => {
    backend.script = (_request, response) => {
      refuse(response, 403, 'AccessDenied');
      return true;
    };
    const storage = open({ conditionalWrites: 'probe' });
    expect((await storageErrorOf(storage.conditionalWrites())).code).toBe('access-denied');
    backend.script = () => false;
    expect(await storage.conditionalWrites()).toBe('atomic');
  });
});

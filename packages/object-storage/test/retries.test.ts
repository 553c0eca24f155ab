/** The table of retries and time-outs, row by row against a store that is told how to behave. */
import { createServer, type Server } from 'node:net';
import { SYSTEM_CLOCK } from '../src/index.ts';
import { refuse, ScriptedStore, storageErrorOf } from '../testing/index.ts';
import { faultFixture } from './support/fault-fixture.ts';

const at = faultFixture();
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
    at.backend.script = (_request, response, attempt) => {
      if (attempt > 5) return false;
      if (code === '') response.writeHead(status).end();
      else refuse(response, status, code);
      return true;
    };
    await at.open().put('k', X);
    expect(at.backend.seen).toHaveLength(6);
    expect(at.clock.waitsMs).toEqual([50, 100, 200, 400, 800]);
    expect(at.backend.objects.get('k')).toEqual(X);
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
    at.backend.script = (_request, response) => {
      refuse(response, status, code);
      return true;
    };
    const error = await storageErrorOf(at.open().put('k', X));
    expect(error).toMatchObject({ code: mapped, status, backendCode: code, requestId: 'R1', operation: 'PutObject' });
    expect(at.backend.seen).toHaveLength(1);
  });

  test('the wait is random from nothing to the cap, and Retry-After is honoured up to it', async () => {
    const asks: (string | undefined)[] = [
      '2',
      undefined,
      new Date(Date.UTC(2026, 0, 1, 0, 0, 3)).toUTCString(),
      '99999',
    ];
    at.backend.script = (_request, response, attempt) => {
      if (attempt > 4) return false;
      const after = asks[attempt - 1];
      const date = new Date(Date.UTC(2026, 0, 1)).toUTCString();
      refuse(response, 503, 'SlowDown', after === undefined ? {} : { 'retry-after': after, date });
      return true;
    };
    await at.open({ random: () => 0.999 }).put('k', X);
    expect(at.clock.waitsMs.map(Math.round)).toEqual([2_000, 200, 3_000, 20_000]);
    const never = at.open({ random: () => 0, limits: { retriesMax: 2 } });
    at.backend.script = (_request, response) => {
      refuse(response, 503, 'SlowDown');
      return true;
    };
    at.clock.waitsMs.length = 0;
    expect((await storageErrorOf(never.put('k', X))).code).toBe('throttled');
    expect(at.clock.waitsMs).toEqual([0, 0]);
  });

  test('a budget for the endpoint ends retries when all fails, and successes refill it', async () => {
    at.backend.script = (_request, response) => {
      refuse(response, 500, 'InternalError');
      return true;
    };
    const storage = at.open();
    for (let call = 0; call < 40; call += 1) await storageErrorOf(storage.put('k', X));
    // 500 tokens at 5 a retry are 100 retries; without a budget there would be 200.
    expect(at.backend.seen).toHaveLength(40 + 100);
    at.backend.script = () => false;
    for (let call = 0; call < 5; call += 1) await storage.put('k', X);
    at.backend.script = (_request, response, attempt) => {
      if (attempt !== 146) return false;
      refuse(response, 500, 'InternalError');
      return true;
    };
    await storage.put('k', X);
    expect(at.backend.seen).toHaveLength(140 + 5 + 2);
  });

  test('an abort ends the wait with its reason', async () => {
    at.backend.script = (_request, response) => {
      refuse(response, 503, 'SlowDown', { 'retry-after': '20' });
      return true;
    };
    const abort = new AbortController();
    const call = at.open({ clock: SYSTEM_CLOCK }).put('k', X, { signal: abort.signal });
    while (at.backend.seen.length === 0) await new Promise((resolve) => setImmediate(resolve));
    abort.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
  });
});

describe('connections', () => {
  test('a stalled socket is timed out and the request sent again', async () => {
    at.backend.script = (_request, _response, attempt) => attempt === 1;
    await at.open({ limits: { idleTimeoutMs: 500 } }).put('k', X);
    // On a machine that stands still itself the second one may come too late as well.
    expect(at.backend.seen.length).toBeGreaterThanOrEqual(2);
    at.backend.script = () => true;
    const error = await storageErrorOf(at.open({ limits: { requestTimeoutMs: 50, retriesMax: 0 } }).head('k'));
    expect(error).toMatchObject({ code: 'unavailable', message: 'HeadObject k: not done within 50 ms' });
  });

  test('a kept connection that the store has closed meanwhile: sent again, written once', async () => {
    const storage = at.open();
    await storage.put('k', X);
    at.backend.script = (request, response, attempt) => {
      if (attempt !== 2) return false;
      // Closes instead of answering, as a server does whose keep-alive ran out.
      request.socket.destroy();
      void response;
      return true;
    };
    await storage.put('k', Buffer.from('second'));
    expect(at.backend.seen.map(({ body }) => body.toString())).toEqual(['x', 'second', 'second']);
    expect(at.backend.objects.get('k')?.toString()).toBe('second');
  });

  test('no doubled write: a create whose answer was lost is known for our own', async () => {
    at.backend.script = (request, _response, attempt) => {
      if (request.method !== 'PUT' || attempt !== 1) return false;
      at.backend.take(request);
      request.socket.destroy();
      return true;
    };
    const { etag } = await at.open().putIfAbsent('k', X);
    expect(etag).toBe('9dd4e461268c8034f5c8564e155c67a6');
    expect(at.backend.seen.map(({ method }) => method)).toEqual(['PUT', 'PUT', 'HEAD']);
    // The same 412 without a lost answer, or over another's object, is what it says.
    expect((await storageErrorOf(at.open().putIfAbsent('k', X))).code).toBe('already-exists');
    at.backend.script = (request, _response, attempt) => {
      if (request.method !== 'PUT' || attempt !== 1) return false;
      at.backend.objects.set('l', Buffer.from('of another'));
      request.socket.destroy();
      return true;
    };
    expect((await storageErrorOf(at.open().putIfAbsent('l', X))).code).toBe('already-exists');
    expect(at.backend.objects.get('l')?.toString()).toBe('of another');
  });

  test('a replacement whose answer was lost is known for our own', async () => {
    const { etag } = await at.open().put('k', X);
    at.backend.script = (request, _response, attempt) => {
      if (request.headers['if-match'] === undefined || attempt !== 2) return false;
      at.backend.take(request);
      request.socket.destroy();
      return true;
    };
    await at.open().putIfMatch('k', etag, Buffer.from('new'));
    expect(at.backend.objects.get('k')?.toString()).toBe('new');
    expect((await storageErrorOf(at.open().putIfMatch('k', etag, X))).code).toBe('precondition-failed');
  });

  test('a Complete whose answer was lost: the object tells', async () => {
    at.backend.script = (request) => {
      if (request.method !== 'POST' || !request.query.has('uploadId') || at.backend.objects.has('k')) return false;
      at.backend.take(request);
      request.socket.destroy();
      return true;
    };
    const upload = await at.open().putMultipart('k');
    const part = await upload.uploadPart(1, X);
    expect((await upload.complete([part])).sizeBytes).toBe(1);
    // It must be this object, and not one that lies there for other reasons.
    at.backend.objects.set('other', Buffer.from('y'));
    at.backend.script = (request) => {
      if (request.method !== 'POST' || !request.query.has('uploadId')) return false;
      at.backend.uploads.clear();
      at.backend.script = () => false;
      request.socket.destroy();
      return true;
    };
    const second = await at.open().putMultipart('other');
    const secondPart = await second.uploadPart(1, X);
    expect((await storageErrorOf(second.complete([secondPart]))).code).toBe('not-found');
  });

  test('a store that comes back has traffic again', async () => {
    const storage = at.open({ clock: SYSTEM_CLOCK, random: Math.random });
    await storage.put('k', X);
    const port = Number(new URL(at.backend.endpoint).port);
    await at.backend.close();
    const stop = new AbortController();
    let failures = 0;
    const callers = Array.from({ length: 8 }, async () => {
      while (!stop.signal.aborted) {
        await storage.put('k', X, { signal: stop.signal }).catch(() => {
          failures += 1;
        });
      }
    });
    while (failures < 100) await new Promise((resolve) => setTimeout(resolve, 5));
    at.backend = await ScriptedStore.start(port);
    while (at.backend.objects.size === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    stop.abort();
    await Promise.all(callers);
  });

  test('nobody listens, and nobody answers the knock', async () => {
    const away = at.open({ endpoint: 'http://127.0.0.1:1', limits: { retriesMax: 1 } });
    expect(await storageErrorOf(away.head('k'))).toMatchObject({ code: 'unavailable', status: 0 });
    expect(at.clock.waitsMs).toHaveLength(1);
    const mute = await listenMute();
    const slow = at.open({ endpoint: mute.url, limits: { retriesMax: 0, idleTimeoutMs: 50 } });
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

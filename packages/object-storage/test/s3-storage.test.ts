import { createHash, randomBytes } from 'node:crypto';
import { S3Storage, type S3StorageOptions, SYSTEM_CLOCK } from '../src/index.ts';
import { bytesOf, storageErrorOf as errorOf, refuse, ScriptedStore } from '../testing/index.ts';

const MIB = 2 ** 20;

let backend: ScriptedStore;
let store: S3Storage;

beforeEach(async () => {
  backend = await ScriptedStore.start();
  store = open();
});

afterEach(async () => {
  store.close();
  await backend.close();
});

function open(options: Partial<S3StorageOptions> = {}): S3Storage {
  return new S3Storage({
    bucket: 'bucket',
    endpoint: backend.endpoint,
    credentials: { accessKeyId: 'AKID', secretAccessKey: 'hush' },
    random: () => 0,
    ...options,
  });
}

test('put, head, get, ranges, delete', async () => {
  const data = randomBytes(100_000);
  const key = "odd key+/%2F/ü'!";
  const etag = createHash('md5').update(data).digest('hex');
  expect(await store.put(key, data, { storageClass: 'STANDARD_IA' })).toEqual({ etag, sizeBytes: 100_000 });
  expect(backend.seen[0]?.headers).toMatchObject({
    'x-amz-storage-class': 'STANDARD_IA',
    'x-amz-content-sha256': createHash('sha256').update(data).digest('hex'),
    authorization: expect.stringMatching(/^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/us-east-1\/s3\/aws4_request,/),
  });
  expect([...backend.objects.keys()]).toEqual([key]);
  expect(await store.head(key)).toMatchObject({ etag, sizeBytes: 100_000, modifiedAtMs: Date.UTC(2026, 4, 1) });
  const whole = await store.get(key);
  expect(Buffer.compare(await bytesOf(whole.bytes), data)).toBe(0);
  expect(await store.getRange(key, 99_990, 100_000)).toEqual(data.subarray(99_990));
  const before = backend.seen.length;
  expect(await store.getRange(key, 5, 5)).toEqual(Buffer.alloc(0));
  expect(backend.seen.length).toBe(before);
  await store.delete(key);
  await store.delete(key);
  expect((await errorOf(store.head(key))).code).toBe('not-found');
});

test('only the very range that was asked for is taken', async () => {
  await store.put('k', Buffer.from('0123456789'));
  expect((await errorOf(store.getRange('k', 10, 12))).code).toBe('range-out-of-bounds');
  expect((await errorOf(store.getRange('k', 8, 12))).code).toBe('range-out-of-bounds');
  backend.script = (_request, response) => {
    response.end('0123456789');
    return true;
  };
  expect((await errorOf(store.getRange('k', 2, 4))).code).toBe('backend');
});

test('a busy store is asked again, a refusal is final, and an error says what was asked', async () => {
  backend.script = (_request, response, attempt) => {
    if (attempt >= 3) return false;
    refuse(response, 503, 'SlowDown', attempt === 1 ? { 'retry-after': '0' } : {});
    return true;
  };
  await store.put('k', Buffer.from('x'));
  expect(backend.seen).toHaveLength(3);
  backend.script = (_request, response) => {
    refuse(response, 403, 'AccessDenied');
    return true;
  };
  const error = await errorOf(store.head('k2'));
  expect(error).toMatchObject({ code: 'access-denied', operation: 'HeadObject', key: 'k2', status: 403 });
  const put = await errorOf(store.put('k3', Buffer.from('x')));
  expect(put).toMatchObject({
    backendCode: 'AccessDenied',
    requestId: 'R1',
    message: 'PutObject k3: 403 AccessDenied because',
  });
  expect(backend.seen.filter(({ path }) => path === 'k3')).toHaveLength(1);
  expect(JSON.stringify(put)).not.toContain('hush');
});

test('a store whose clock is elsewhere is believed once', async () => {
  const skewed = open({ clock: { ...SYSTEM_CLOCK, nowMs: () => Date.UTC(2020, 0, 1) } });
  backend.script = ({ headers }, response) => {
    if (String(headers['x-amz-date']).startsWith('2020')) {
      refuse(response, 403, 'RequestTimeTooSkewed', { date: new Date(Date.UTC(2026, 0, 2)).toUTCString() });
      return true;
    }
    return false;
  };
  await skewed.put('k', Buffer.from('x'));
  expect(backend.seen.map(({ headers }) => String(headers['x-amz-date']).slice(0, 8))).toEqual([
    '20200101',
    '20260102',
  ]);
  skewed.close();
});

test('a body that breaks off is gone on with at the next byte, and a changed object is not mixed in', async () => {
  const data = randomBytes(3 * MIB);
  backend.objects.set('k', data);
  backend.script = ({ headers }, response, attempt) => {
    if (attempt !== 1) return false;
    response.writeHead(200, { 'content-length': data.length, etag: '"one"' });
    response.write(data.subarray(0, MIB), () => setTimeout(() => response.destroy(), 50));
    void headers;
    return true;
  };
  expect(Buffer.compare(await bytesOf((await store.get('k')).bytes), data)).toBe(0);
  expect(backend.seen.at(-1)?.headers).toMatchObject({ range: `bytes=${MIB}-${3 * MIB - 1}`, 'if-match': '"one"' });
});

test('a store that is silent or away is given up in time; an abort ends a call at once', async () => {
  const hasty = open({ limits: { idleTimeoutMs: 500, retriesMax: 1 } });
  backend.script = () => true;
  const silent = await errorOf(hasty.put('k', Buffer.from('x')));
  expect(silent).toMatchObject({ code: 'unavailable', status: 0 });
  expect(backend.seen).toHaveLength(2);
  const abort = new AbortController();
  const call = store.put('k', Buffer.from('x'), { signal: abort.signal });
  setTimeout(() => abort.abort(new Error('enough')), 20);
  await expect(call).rejects.toThrow('enough');
  hasty.close();
  const away = open({ endpoint: 'http://127.0.0.1:1', limits: { retriesMax: 0 } });
  expect((await errorOf(away.head('k'))).code).toBe('unavailable');
  expect(() => open({ endpoint: 'ftp://127.0.0.1' })).toThrow(TypeError);
});

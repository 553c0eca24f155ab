import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { crc32c } from '@needlestack/needle-format';
import { formOf, send } from '../support/raw-http.ts';
import { startTestService, startWithVolume } from '../support/start-test-service.ts';

const FID = '/1,0123456789';

describe('writing', () => {
  test('a raw body is stored under the file id as its name, with its type, and answered as ever', async () => {
    const { url } = await startWithVolume();
    const put = await send(url, 'PUT', FID, { 'content-type': 'image/png' }, 'hello');
    expect(put.status).toBe(201);
    expect(JSON.parse(put.body.toString())).toEqual({
      name: '1,0123456789',
      size: 5,
      eTag: '9a71bb4c',
      mime: 'image/png',
    });
    expect(put.headers).toMatchObject({ etag: '"9a71bb4c"', 'content-md5': '', 'x-content-type-options': 'nosniff' });
    const get = await send(url, 'GET', FID);
    expect(get.body.toString()).toBe('hello');
    expect(get.headers).toMatchObject({
      'content-type': 'image/png',
      'content-disposition': 'inline; filename="1,0123456789"',
      etag: '"9a71bb4c"',
      'accept-ranges': 'bytes',
    });
  });

  test('a form stores name and type of its file, pairs, time and ttl', async () => {
    const { url } = await startWithVolume();
    const { headers, body } = formOf('{"a":1}', 'report.json', 'Content-Type: application/json\r\n');
    const post = await send(
      url,
      'POST',
      `${FID}?ts=1700000000&ttl=5d`,
      { ...headers, 'Seaweed-Owner-Id': 'x<y' },
      body,
    );
    expect(post.status).toBe(201);
    const get = await send(url, 'GET', FID);
    expect(get.headers).toMatchObject({
      'content-type': 'application/json',
      'content-disposition': 'inline; filename=report.json',
      'last-modified': 'Tue, 14 Nov 2023 22:13:20 GMT',
      'owner-id': 'x<y',
    });
    const inPath = await send(url, 'GET', '/1/0123456789/other%20name.txt?dl=true');
    expect(inPath.headers['content-disposition']).toBe('attachment; filename="other name.txt"');
  });

  test('text is kept as gzip and given as the client wants it', async () => {
    const { url } = await startWithVolume();
    const text = 'a line of text\n'.repeat(200);
    const { headers, body } = formOf(text, 'notes.txt');
    expect(JSON.parse((await send(url, 'POST', FID, headers, body)).body.toString()).size).toBe(text.length);
    const zipped = await send(url, 'GET', FID, { 'accept-encoding': 'gzip' });
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(zipped.body).toString()).toBe(text);
    const plain = await send(url, 'GET', FID);
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.body.toString()).toBe(text);
    const sent = await send(url, 'PUT', '/1,0223456789', { 'content-encoding': 'gzip' }, gzipSync(text));
    expect(JSON.parse(sent.body.toString()).size).toBe(text.length);
    expect((await send(url, 'GET', '/1,0223456789')).body.toString()).toBe(text);
  });

  test('the same bytes again are 204, another cookie is 500, and the file id with _N is its neighbour', async () => {
    const { url } = await startWithVolume();
    await send(url, 'PUT', FID, {}, 'same');
    const again = await send(url, 'PUT', FID, {}, 'same');
    expect({ status: again.status, etag: again.headers.etag }).toEqual({
      status: 204,
      etag: `"${crc32c(Buffer.from('same')).toString(16)}"`,
    });
    const other = await send(url, 'PUT', '/1,01aabbccdd', {}, 'other');
    expect({ status: other.status, body: other.body.toString() }).toEqual({
      status: 500,
      body: '{"error":"failed to write to local disk: mismatching cookie aabbccdd"}',
    });
    await send(url, 'PUT', `${FID}_2`, {}, 'third');
    expect((await send(url, 'GET', '/1,0323456789')).body.toString()).toBe('third');
  });

  test('bad input is refused and stores nothing', async () => {
    const { url } = await startWithVolume({ fileSizeBytesMax: 1000 });
    const md5 = createHash('md5').update('other').digest('base64');
    const cases: [string, string, Record<string, string>, string | Buffer, number, RegExp][] = [
      ['PUT', '/abc,0123456789', {}, 'x', 400, /strconv.ParseUint: parsing \\"abc\\": invalid syntax/],
      ['PUT', '/1,zz', {}, 'x', 400, /Invalid fid: zz/],
      ['PUT', FID, { 'content-md5': md5 }, 'x', 400, /Content-MD5 did not match md5 of file data/],
      ['PUT', FID, {}, Buffer.alloc(2000), 400, /file over the limited 1000 bytes/],
      ['PUT', FID, {}, Buffer.alloc(200_000), 400, /file over the limited 1000 bytes/],
      ['PUT', `${FID}?ttl=7q`, {}, 'x', 400, /ttl is/],
      ['POST', FID, {}, 'x', 400, /request Content-Type isn't multipart/],
      ['POST', FID, { 'content-type': 'multipart/form-data' }, 'x', 400, /no multipart boundary param/],
      ['POST', FID, { 'content-type': 'multipart/form-data; boundary=b' }, '--b\r\nnever ends', 400, /NextPart: EOF/],
      ['PUT', '/9,0123456789', {}, 'x', 404, /volume 9 not found/],
      ['PATCH', FID, {}, 'x', 400, /unsupported method PATCH/],
    ];
    for (const [method, path, headers, body, status, text] of cases) {
      const answer = await send(url, method, path, headers, body);
      expect({ path, method, status: answer.status }).toEqual({ path, method, status });
      expect(answer.body.toString()).toMatch(text);
    }
    expect((await send(url, 'GET', FID)).status).toBe(404);
  });
});

describe('reading', () => {
  test.each([
    ['bytes=0-3', 206, '0123', 'bytes 0-3/10'],
    ['bytes=7-', 206, '789', 'bytes 7-9/10'],
    ['bytes=-4', 206, '6789', 'bytes 6-9/10'],
    ['bytes=-40', 206, '0123456789', 'bytes 0-9/10'],
    ['bytes=10-', 206, '', 'bytes 10-9/10'],
    ['bytes=11-', 416, 'invalid range\n', undefined],
    ['bytes=5-2', 416, 'invalid range\n', undefined],
    ['rows=0-1', 416, 'invalid range\n', undefined],
    ['bytes=x', 416, 'invalid range\n', undefined],
    ['bytes=0-8,0-8', 200, '', undefined],
    ['bytes=', 200, '', undefined],
  ])('Range: %s', async (range, status, body, contentRange) => {
    const { url } = await startWithVolume();
    await send(url, 'PUT', FID, {}, '0123456789');
    const answer = await send(url, 'GET', FID, { range });
    expect({
      status: answer.status,
      body: answer.body.toString(),
      contentRange: answer.headers['content-range'],
    }).toEqual({
      status,
      body,
      contentRange,
    });
  });

  test('several ranges come as parts; HEAD ignores ranges and says the length', async () => {
    const { url } = await startWithVolume();
    await send(url, 'PUT', FID, {}, '0123456789');
    const parts = await send(url, 'GET', FID, { range: 'bytes=0-1,4-5' });
    expect(parts.status).toBe(206);
    expect(parts.headers['content-type']).toMatch(/^multipart\/byteranges; boundary=/);
    expect(parts.body.toString()).toMatch(/bytes 0-1\/10[\s\S]*01[\s\S]*bytes 4-5\/10[\s\S]*45/);
    const head = await send(url, 'HEAD', FID, { range: 'bytes=0-1' });
    expect({ status: head.status, length: head.headers['content-length'] }).toEqual({ status: 200, length: '10' });
  });

  test('conditions: the time is looked at first, the tag must be exact, a 304 has no tag', async () => {
    const { url } = await startWithVolume();
    await send(url, 'PUT', `${FID}?ts=1700000000`, {}, 'x');
    const etag = String((await send(url, 'GET', FID)).headers.etag);
    const status = async (headers: Record<string, string>) => (await send(url, 'GET', FID, headers)).status;
    expect(await status({ 'if-modified-since': 'Tue, 14 Nov 2023 22:13:20 GMT' })).toBe(304);
    expect(await status({ 'if-modified-since': 'Tue, 14 Nov 2023 22:13:19 GMT' })).toBe(200);
    expect(await status({ 'if-none-match': etag })).toBe(304);
    expect(await status({ 'if-none-match': `W/${etag}` })).toBe(200);
    expect(await status({ 'if-none-match': '*' })).toBe(200);
    const notModified = await send(url, 'GET', FID, { 'if-none-match': etag });
    expect(notModified.headers.etag).toBeUndefined();
    expect(notModified.headers['last-modified']).toBe('Tue, 14 Nov 2023 22:13:20 GMT');
  });

  test('unknown, deleted and wrongly named needles are 404 without a body; HEAD errors have no length', async () => {
    const { url } = await startWithVolume();
    await send(url, 'PUT', FID, {}, 'x');
    for (const path of ['/1,0923456789', '/1,0123456788', '/9,0123456789']) {
      const get = await send(url, 'GET', path);
      expect({ path, status: get.status, body: get.body.length }).toEqual({ path, status: 404, body: 0 });
    }
    expect((await send(url, 'HEAD', '/1,0923456789')).headers['content-length']).toBeUndefined();
    for (const path of ['/1,zz', '/x,0123456789', '/..%2f..%2fetc/passwd', '/stats/counter', '/']) {
      expect({ path, status: (await send(url, 'GET', path)).status }).toEqual({ path, status: 400 });
    }
  });

  test('deletions answer the size once, then 404; a wrong cookie is 400', async () => {
    const { url } = await startWithVolume();
    await send(url, 'PUT', FID, {}, 'x');
    const wrong = await send(url, 'DELETE', '/1,0123456788');
    expect({ status: wrong.status, body: wrong.body.toString() }).toEqual({
      status: 400,
      body: '{"error":"File Random Cookie does not match."}',
    });
    const first = await send(url, 'DELETE', FID);
    expect(first.status).toBe(202);
    expect(JSON.parse(first.body.toString()).size).toBeGreaterThan(0);
    const second = await send(url, 'DELETE', FID);
    expect({ status: second.status, body: second.body.toString() }).toEqual({ status: 404, body: '{"size":0}' });
    expect((await send(url, 'GET', FID)).status).toBe(404);
    expect((await send(url, 'GET', `${FID}?readDeleted=true`)).body.toString()).toBe('x');
    expect((await send(url, 'DELETE', '/1,zz')).status).toBe(400);
  });

  test('a deletion with a time leaves that of the needle', async () => {
    const { url } = await startWithVolume();
    await send(url, 'PUT', `${FID}?ts=1700000000`, {}, 'x');
    expect((await send(url, 'DELETE', `${FID}?ts=1600000000`)).status).toBe(202);
    const deleted = await send(url, 'GET', `${FID}?readDeleted=true`);
    expect(deleted.headers['last-modified']).toBe('Tue, 14 Nov 2023 22:13:20 GMT');
  });

  test('the answer can be described by the query, but not split by it', async () => {
    const { url } = await startWithVolume();
    await send(url, 'PUT', FID, {}, 'x');
    const get = await send(
      url,
      'GET',
      `${FID}?response-content-type=text/css&response-content-type=text/second&response-expires=a%0d%0ab`,
    );
    expect(get.headers['content-type']).toBe('text/css');
    expect(get.headers.expires).toBeUndefined();
  });

  test('browsers may ask from anywhere', async () => {
    const { url } = await startWithVolume();
    const options = await send(url, 'OPTIONS', FID, { origin: 'http://example.com' });
    expect(options.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'PUT, POST, GET, DELETE, OPTIONS',
      'access-control-allow-headers': '*',
    });
  });

  test('status, health and metrics are served', async () => {
    const { url, client } = await startTestService();
    expect(JSON.parse((await send(url, 'GET', '/status')).body.toString()).Volumes).toBeNull();
    await client.call.AllocateVolume({ volume_id: 1, version: 3 });
    expect(JSON.parse((await send(url, 'GET', '/status')).body.toString()).Volumes).toMatchObject([
      { Id: 1, Version: 3 },
    ]);
    expect((await send(url, 'GET', '/readyz')).status).toBe(200);
    expect((await send(url, 'GET', '/metrics')).body.toString()).toContain(
      'needlestack_volume_volumes{service="volume"} 1',
    );
    await send(url, 'PUT', FID, {}, 'counted');
    const metrics = (await send(url, 'GET', '/metrics')).body.toString();
    expect(metrics).toContain('needlestack_volume_appended_records_total{service="volume"} 1');
    expect(metrics).toMatch(/needlestack_volume_http_request_seconds_count\{.*method="PUT".*status="201".*\} 1/);
    await client.call.VolumeServerLeave({});
    expect((await send(url, 'GET', '/healthz')).status).toBe(503);
  });
});

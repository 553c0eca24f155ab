import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { HttpError } from '../../src/http/http-error.ts';
import { parseMultipartForm } from '../../src/http/upload/multipart-form.ts';
import { formOf, send } from '../support/raw-http.ts';
import { startWithVolume, type TestService } from '../support/start-test-service.ts';

const FID = '/1,0123456789';
const TEXT = 'a line of text\n'.repeat(200);

function md5Of(data: string): string {
  return createHash('md5').update(data).digest('base64');
}

async function postForm(service: TestService, parts: readonly string[], path = FID) {
  const body = `${parts.map((part) => `--b\r\nContent-Disposition: form-data; ${part}\r\n`).join('')}--b--\r\n`;
  return send(service.url, 'POST', path, { 'content-type': 'multipart/form-data; boundary=b' }, body);
}

describe('names', () => {
  test.each([
    ['C:\\folder\\report.pdf', 'report.pdf'],
    ['folder/report.pdf', 'report.pdf'],
    ['grüße.txt', 'grüße.txt'],
  ])('of a form, without any path: %s', async (given, kept) => {
    const { url } = await startWithVolume();
    const { headers, body } = formOf('x', given.replaceAll('\\', '\\\\'));
    expect(JSON.parse((await send(url, 'POST', FID, headers, body)).body.toString()).name).toBe(kept);
  });

  test('of a form, backslashes of a path not escaped, as some browsers do', async () => {
    const { url } = await startWithVolume();
    const { headers, body } = formOf('x', 'C:\\dir\\a.txt');
    expect(JSON.parse((await send(url, 'POST', FID, headers, body)).body.toString()).name).toBe('a.txt');
  });

  test.each([
    ['attachment; filename="a b.txt"', 'a b.txt'],
    ['inline; filename=plain.txt', 'plain.txt'],
    ['form-data; name="field"; filename="in/form.txt"', 'form.txt'],
    ['name="only-a-name"', 'only-a-name'],
    ["attachment; filename*=utf-8''gr%C3%BC%C3%9Fe.txt", 'grüße.txt'],
    ['attachment', '1,0123456789'],
  ])('of a raw body by its disposition: %s', async (disposition, kept) => {
    const { url } = await startWithVolume();
    const put = await send(url, 'PUT', FID, { 'content-disposition': disposition }, 'x');
    expect(JSON.parse(put.body.toString()).name).toBe(kept);
  });

  test('of 256 bytes and more are not kept, nor are such types', async () => {
    const { url } = await startWithVolume();
    const headers = {
      'content-disposition': `attachment; filename=${'n'.repeat(256)}`,
      'content-type': 'x/'.padEnd(256, 'y'),
    };
    const put = await send(url, 'PUT', FID, headers, 'x');
    expect([put.status, Object.keys(JSON.parse(put.body.toString()))]).toEqual([201, ['size', 'eTag']]);
    const get = await send(url, 'GET', FID);
    expect(get.headers['content-disposition']).toBeUndefined();
    expect(get.headers['content-type']).toBe('text/plain; charset=utf-8');
  });
});

describe('types', () => {
  test.each([
    ['report.txt', '', 'text/plain; charset=utf-8'],
    ['report.txt', 'application/octet-stream', 'text/plain; charset=utf-8'],
    ['report.txt', 'text/x-own', 'text/x-own'],
    ['report', 'application/octet-stream', undefined],
    ['.png', '', undefined],
    ['film.MP4', '', 'video/mp4'],
    ['main.go', '', 'text/x-go; charset=utf-8'],
    ['page.js', '', 'application/javascript'],
    ['list.xml', '', 'application/xml'],
    ['all.tar.gz', '', 'application/gzip'],
  ])('of a form: %s with %j is %s', async (name, given, kept) => {
    const { url } = await startWithVolume();
    const { headers, body } = formOf('x', name, given === '' ? '' : `Content-Type: ${given}\r\n`);
    expect(JSON.parse((await send(url, 'POST', FID, headers, body)).body.toString()).mime).toBe(kept);
  });

  test('of a raw body are kept as they are, also one that says nothing', async () => {
    const { url } = await startWithVolume();
    const put = await send(url, 'PUT', FID, { 'content-type': 'application/octet-stream' }, 'x');
    expect(JSON.parse(put.body.toString()).mime).toBe('application/octet-stream');
    expect((await send(url, 'GET', FID)).headers['content-type']).toBe('text/plain; charset=utf-8');
    const head = await send(url, 'HEAD', FID);
    expect(head.headers['content-type']).toBeUndefined();
  });
});

describe('compression', () => {
  test.each([
    ['text', { 'content-type': 'text/x-test' }, true],
    ['text of no named type', {}, true],
    ['a script', { 'content-type': 'application/javascript' }, true],
    ['a picture', { 'content-type': 'image/svg+xml' }, false],
    ['JSON by its type', { 'content-type': 'application/json' }, false],
    [
      'a file called nothing but .json',
      { 'content-type': 'application/json', 'content-disposition': 'name=.json' },
      true,
    ],
    [
      'a file called nothing but .zip',
      { 'content-type': 'application/xml', 'content-disposition': 'name=.zip' },
      false,
    ],
  ])('%s', async (_, headers, isFolded) => {
    const { url } = await startWithVolume();
    await send(url, 'PUT', FID, headers, TEXT);
    const get = await send(url, 'GET', FID, { 'accept-encoding': 'gzip' });
    expect(get.headers['content-encoding']).toBe(isFolded ? 'gzip' : undefined);
  });

  test('is not tried for copies, and not kept when it saves too little', async () => {
    const { url } = await startWithVolume();
    await send(url, 'PUT', `${FID}?type=replicate`, { 'content-type': 'text/plain' }, TEXT);
    await send(url, 'PUT', '/1,0223456789', { 'content-type': 'text/plain' }, 'short');
    for (const path of [FID, '/1,0223456789']) {
      const get = await send(url, 'GET', path, { 'accept-encoding': 'gzip' });
      expect({ path, encoding: get.headers['content-encoding'] }).toEqual({ path, encoding: undefined });
    }
  });

  test('ranges of a gzip needle are those of what is sent', async () => {
    const { url } = await startWithVolume();
    const folded = gzipSync(TEXT);
    await send(url, 'PUT', FID, { 'content-encoding': 'gzip' }, folded);
    const asGzip = await send(url, 'GET', FID, { 'accept-encoding': 'gzip', range: 'bytes=0-1' });
    expect([...asGzip.body]).toEqual([0x1f, 0x8b]);
    expect((await send(url, 'GET', FID, { range: 'bytes=2-5' })).body.toString()).toBe('line');
  });

  test.each([
    ['none at all', Buffer.from('not gzip')],
    ['cut short', gzipSync(TEXT).subarray(0, 20)],
  ])('what is called gzip is kept as it came: %s', async (_, data) => {
    const { url } = await startWithVolume();
    const put = await send(url, 'PUT', FID, { 'content-encoding': 'gzip', 'content-type': 'text/plain' }, data);
    expect([put.status, JSON.parse(put.body.toString()).size]).toEqual([201, data.length]);
    const get = await send(url, 'GET', FID, { 'accept-encoding': 'gzip' });
    expect(get.body.equals(data)).toBe(true);
    // Who is told of gzip unfolds it.
    expect(get.headers['content-encoding']).toBe(data[0] === 0x1f ? 'gzip' : undefined);
  });

  test('what is no gzip, but called so, is given to those who want none', async () => {
    const { url } = await startWithVolume();
    await send(url, 'PUT', FID, { 'content-encoding': 'gzip' }, 'not gzip');
    expect((await send(url, 'GET', FID)).body.toString()).toBe('not gzip');
  });
});

describe('digests', () => {
  test('the request names the data before compression; a form may name it in its part', async () => {
    const { url } = await startWithVolume();
    const right = md5Of(TEXT);
    const put = await send(url, 'PUT', FID, { 'content-md5': right }, TEXT);
    expect({ status: put.status, md5: put.headers['content-md5'] }).toEqual({ status: 201, md5: right });
    expect(JSON.parse(put.body.toString()).contentMd5).toBe(right);
    const wrong = formOf(TEXT, 'a.txt', `Content-MD5: ${md5Of('other')}\r\n`);
    const refused = await send(url, 'POST', '/1,0223456789', wrong.headers, wrong.body);
    expect({ status: refused.status, body: refused.body.toString() }).toEqual({
      status: 400,
      body: JSON.stringify({
        error: `Content-MD5 did not match md5 of file data expected [${md5Of('other')}] received [${right}] size ${TEXT.length}`,
      }),
    });
    const folded = await send(
      url,
      'PUT',
      '/1,0323456789',
      { 'content-md5': right, 'content-encoding': 'gzip' },
      gzipSync(TEXT),
    );
    expect(folded.status).toBe(201);
  });
});

describe('forms', () => {
  test('time and ttl may be fields, before or after the file', async () => {
    const service = await startWithVolume();
    const file = 'name="file"; filename="a.txt"\r\n\r\ndata';
    expect((await postForm(service, ['name="ts"\r\n\r\n1700000000', 'name="ttl"\r\n\r\n7d', file])).status).toBe(201);
    const get = await send(service.url, 'GET', FID);
    expect(get.headers['last-modified']).toBe('Tue, 14 Nov 2023 22:13:20 GMT');
    const status = await service.client.call.VolumeNeedleStatus({ volume_id: 1, needle_id: '1' });
    expect(status.ttl).toBe('1w');
  });

  test('the file is the first part, or the first that has a file name', async () => {
    const service = await startWithVolume();
    await postForm(service, ['name="a"\r\n\r\nfirst', 'name="b"\r\n\r\nsecond']);
    expect((await send(service.url, 'GET', FID)).body.toString()).toBe('first');
    const named = 'name="b"; filename="b.txt"\r\n\r\nnamed';
    await postForm(service, ['name="a"\r\n\r\nfirst', named], '/1,0223456789');
    expect((await send(service.url, 'GET', '/1,0223456789')).body.toString()).toBe('named');
  });

  test('a header may go on in the next line, but must have a colon', async () => {
    const service = await startWithVolume();
    await postForm(service, ['name="f";\r\n filename="a.txt"\r\n\r\ndata']);
    expect((await send(service.url, 'HEAD', FID)).headers['content-disposition']).toBe('inline; filename=a.txt');
    const refused = await postForm(service, ['name="f"\r\nno header\r\n\r\ndata'], '/1,0223456789');
    expect([refused.status, JSON.parse(refused.body.toString())]).toEqual([
      400,
      { error: 'malformed MIME header: missing colon: "no header"' },
    ]);
  });

  test('a body that holds its own boundary inside a line is kept whole', async () => {
    const service = await startWithVolume();
    await postForm(service, ['name="a"; filename="a"\r\n\r\nx--b\r\ny --b-- z']);
    expect((await send(service.url, 'GET', FID)).body.toString()).toBe('x--b\r\ny --b-- z');
  });

  test('any bytes are a form or a refusal, in no time', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '--b',
        '\r\n',
        '\r\n\r\n',
        '--',
        'Content-Disposition: form-data; name="a"; filename="',
        ':',
        '"',
        ';',
      ),
      fc.string({ maxLength: 20 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const body = Buffer.from(pieces.join(''));
        try {
          for (const { data } of parseMultipartForm('multipart/form-data; boundary=b', body)) {
            expect(data.length).toBeLessThanOrEqual(body.length);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(HttpError);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('pairs', () => {
  test('come back as headers, but break no answer apart', async () => {
    const { url } = await startWithVolume();
    const pairs = { 'Seaweed-Owner-Id': 'me', 'seaweed-etag': '"own"', 'Seaweed-Content-Length': '3' };
    await send(url, 'PUT', FID, pairs, '0123456789');
    const get = await send(url, 'GET', FID);
    expect(get.headers).toMatchObject({ 'owner-id': 'me', etag: '"own"', 'content-length': '10' });
    expect(get.body.toString()).toBe('0123456789');
  });

  test('may be as long as the headers of a request', async () => {
    const { url } = await startWithVolume();
    const headers = Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`Seaweed-P${at}`, 'v'.repeat(1_500)]));
    expect((await send(url, 'PUT', FID, headers, 'x')).status).toBe(201);
    expect((await send(url, 'GET', FID)).headers.p8).toBe('v'.repeat(1_500));
  });

  test('beyond 64 KiB are not kept, the data is', async () => {
    const { url } = await startWithVolume();
    expect((await send(url, 'PUT', FID, { 'Seaweed-Long': 'v'.repeat(66_000) }, 'x')).status).toBe(201);
    const get = await send(url, 'GET', FID);
    expect([get.status, get.headers.long, get.body.toString()]).toEqual([200, undefined, 'x']);
  });
});

test('a needle written again under a new ttl is written, in a volume with a ttl also when it is the same', async () => {
  const service = await startWithVolume();
  await service.client.call.AllocateVolume({ volume_id: 2, version: 3, ttl: '5d' });
  const status = async (path: string) => (await send(service.url, 'PUT', path, {}, 'same')).status;
  expect([await status(FID), await status(FID)]).toEqual([201, 204]);
  expect([await status('/2,0123456789'), await status('/2,0123456789')]).toEqual([201, 201]);
});

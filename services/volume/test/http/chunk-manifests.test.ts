import { gzipSync } from 'node:zlib';
import { FakeMaster } from '../support/fake-master.ts';
import { send } from '../support/raw-http.ts';
import { startTestService, startWithVolume } from '../support/start-test-service.ts';

const FILE = '/1,1012345678';

interface ChunkText {
  readonly fid: string;
  readonly offset: number;
  readonly size: number;
}

function manifestOf(chunks: readonly ChunkText[], fields: object = {}): string {
  return JSON.stringify({ name: 'whole.txt', mime: 'text/x-test', size: 10, ...fields, chunks });
}

/** `01234` and `56789` in two needles, and a manifest that lists them in the wrong order. */
async function putInTwo(url: string): Promise<void> {
  await send(url, 'PUT', '/1,0112345678', {}, '01234');
  await send(url, 'PUT', '/1,0212345678', {}, '56789');
  const chunks = [
    { fid: '1,0212345678', offset: 5, size: 5 },
    { fid: '1,0112345678', offset: 0, size: 5 },
  ];
  expect((await send(url, 'PUT', `${FILE}?cm=true`, {}, manifestOf(chunks))).status).toBe(201);
}

test('a file in chunks is read as one, with its own name and type; cm=false gives the manifest', async () => {
  const { url } = await startWithVolume();
  await putInTwo(url);
  const whole = await send(url, 'GET', FILE);
  expect(whole.body.toString()).toBe('0123456789');
  expect(whole.headers).toMatchObject({
    'x-file-store': 'chunked',
    'content-type': 'text/x-test',
    'content-disposition': 'inline; filename=whole.txt',
    'content-length': '10',
  });
  const head = await send(url, 'HEAD', FILE);
  expect({ status: head.status, length: head.headers['content-length'] }).toEqual({ status: 200, length: '10' });
  const plain = await send(url, 'GET', `${FILE}?cm=false`);
  expect(plain.headers['x-file-store']).toBeUndefined();
  expect(JSON.parse(plain.body.toString()).chunks).toHaveLength(2);
});

test.each([
  ['bytes=3-6', 206, '3456', 'bytes 3-6/10'],
  ['bytes=-2', 206, '89', 'bytes 8-9/10'],
  ['bytes=10-', 206, '', 'bytes 10-9/10'],
  ['bytes=11-', 416, 'invalid range\n', undefined],
  ['bytes=0-8,0-8', 200, '', undefined],
])('ranges cross the chunks: %s', async (range, status, body, contentRange) => {
  const { url } = await startWithVolume();
  await putInTwo(url);
  const answer = await send(url, 'GET', FILE, { range });
  expect({ status: answer.status, body: answer.body.toString(), range: answer.headers['content-range'] }).toEqual({
    status,
    body,
    range: contentRange,
  });
});

test('several ranges of a file in chunks come as parts', async () => {
  const { url } = await startWithVolume();
  await putInTwo(url);
  const answer = await send(url, 'GET', FILE, { range: 'bytes=4-5,9-' });
  expect(answer.status).toBe(206);
  expect(answer.body.toString()).toMatch(
    /bytes 4-5\/10\r\n.*\r\n\r\n45\r\n--[\s\S]*bytes 9-9\/10\r\n.*\r\n\r\n9\r\n--/,
  );
  expect(Number(answer.headers['content-length'])).toBe(answer.body.length);
});

test('chunks may be kept as gzip, and be manifests themselves', async () => {
  const { url } = await startWithVolume();
  await putInTwo(url);
  await send(url, 'PUT', '/1,0312345678', { 'content-encoding': 'gzip' }, gzipSync('abc'));
  const chunks = [
    { fid: FILE.slice(1), offset: 0, size: 10 },
    { fid: '1,0312345678', offset: 10, size: 3 },
  ];
  await send(url, 'PUT', '/1,2012345678?cm=true', {}, manifestOf(chunks));
  expect((await send(url, 'GET', '/1,2012345678')).body.toString()).toBe('0123456789abc');
  const itself = [{ fid: '1,3012345678', offset: 0, size: 1 }];
  await send(url, 'PUT', '/1,3012345678?cm=true', {}, manifestOf(itself));
  expect((await send(url, 'GET', '/1,3012345678')).status).toBe(500);
});

test('what only calls itself a manifest is given as it is; a missing chunk is 500', async () => {
  const { url } = await startWithVolume();
  await send(url, 'PUT', `${FILE}?cm=true`, {}, 'no json');
  expect((await send(url, 'GET', FILE)).body.toString()).toBe('no json');
  await send(url, 'PUT', '/1,2012345678?cm=true', {}, manifestOf([{ fid: '1,0912345678', offset: 0, size: 3 }]));
  expect((await send(url, 'GET', '/1,2012345678')).status).toBe(500);
});

test('a file whose chunk is missing in the middle is cut off, so that nobody takes it for whole', async () => {
  const { url } = await startWithVolume();
  await putInTwo(url);
  await send(url, 'DELETE', '/1,0212345678');
  await expect(send(url, 'GET', FILE)).rejects.toThrow(/aborted|hang up|terminated|reset/);
  expect((await send(url, 'GET', FILE, { range: 'bytes=0-4' })).body.toString()).toBe('01234');
});

test('a deletion takes the chunks along and answers the size of the file', async () => {
  const { url } = await startWithVolume();
  await putInTwo(url);
  const deleted = await send(url, 'DELETE', FILE);
  expect({ status: deleted.status, body: deleted.body.toString() }).toEqual({ status: 202, body: '{"size":10}' });
  for (const path of [FILE, '/1,0112345678', '/1,0212345678']) {
    expect({ path, status: (await send(url, 'GET', path)).status }).toEqual({ path, status: 404 });
  }
});

test('chunks that are gone already do not keep the manifest; one that cannot be deleted does', async () => {
  const { url } = await startWithVolume();
  await putInTwo(url);
  await send(url, 'DELETE', '/1,0112345678');
  expect((await send(url, 'DELETE', FILE)).status).toBe(202);
  await send(url, 'PUT', '/1,0312345678', {}, 'abc');
  const chunks = [
    { fid: '1,0312345678', offset: 0, size: 3 },
    { fid: 'not-a-valid-fid', offset: 3, size: 1 },
  ];
  await send(url, 'PUT', '/1,2012345678?cm=true', {}, manifestOf(chunks));
  const refused = await send(url, 'DELETE', '/1,2012345678');
  expect(refused.status).toBe(500);
  expect(refused.body.toString()).toMatch(/Delete chunks error: chunk delete not-a-valid-fid/);
  expect((await send(url, 'GET', '/1,2012345678?cm=false')).status).toBe(200);
  expect((await send(url, 'GET', '/1,0312345678')).body.toString()).toBe('abc');
});

test('chunks on other servers are fetched and deleted there', async () => {
  const master = await FakeMaster.start();
  try {
    const first = await startTestService({ masters: [master.address] });
    const second = await startTestService({ masters: [master.address] });
    await first.client.call.AllocateVolume({ volume_id: 1, version: 3 });
    await second.client.call.AllocateVolume({ volume_id: 2, version: 3 });
    await master.until(() => master.holders(1).length === 1 && master.holders(2).length === 1);
    await send(second.url, 'PUT', '/2,0112345678', {}, '01234');
    const chunks = [{ fid: '2,0112345678', offset: 0, size: 5 }];
    await send(first.url, 'PUT', `${FILE}?cm=true`, {}, manifestOf(chunks));
    expect((await send(first.url, 'GET', FILE, { range: 'bytes=1-2' })).body.toString()).toBe('12');
    expect((await send(first.url, 'DELETE', FILE)).status).toBe(202);
    expect((await send(second.url, 'GET', '/2,0112345678')).status).toBe(404);
  } finally {
    await master.close();
  }
});

import { send } from '../support/raw-http.ts';
import { startTestService, startWithVolume } from '../support/start-test-service.ts';

const FID = '/1,0123456789';

/** A server with a second port. */
async function startWithPublicPort() {
  const service = await startWithVolume({ publicPort: 0 });
  return { ...service, publicUrl: `http://127.0.0.1:${service.publicHttpPort}` };
}

test('the public port reads, and does nothing else while it says that all is well', async () => {
  const { url, publicUrl } = await startWithPublicPort();
  expect(publicUrl).not.toBe(url);
  await send(url, 'PUT', FID, {}, 'kept');
  for (const method of ['PUT', 'POST', 'DELETE', 'PATCH', 'PROPFIND']) {
    const answer = await send(publicUrl, method, FID, {}, method === 'PUT' ? 'other' : undefined);
    expect({ method, status: answer.status, body: answer.body.toString() }).toEqual({ method, status: 200, body: '' });
  }
  expect((await send(publicUrl, 'GET', FID)).body.toString()).toBe('kept');
  const head = await send(publicUrl, 'HEAD', FID);
  expect({ status: head.status, length: head.headers['content-length'] }).toEqual({ status: 200, length: '4' });
  for (const path of ['/status', '/healthz', '/metrics', '/ui/index.html']) {
    expect({ path, status: (await send(publicUrl, 'GET', path)).status }).toEqual({ path, status: 400 });
  }
});

test('each port says which methods it has', async () => {
  const { url, publicUrl } = await startWithPublicPort();
  const allowed = async (port: string) =>
    (await send(port, 'OPTIONS', FID, { origin: 'http://a' })).headers['access-control-allow-methods'];
  expect(await allowed(url)).toBe('PUT, POST, GET, DELETE, OPTIONS');
  expect(await allowed(publicUrl)).toBe('GET, OPTIONS');
});

test('every answer names its server and an id of its own', async () => {
  const { url } = await startWithVolume();
  const ids = new Set<unknown>();
  for (const path of ['/status', '/healthz', '/1,zz', FID]) {
    const { headers } = await send(url, 'GET', path, { 'x-amz-request-id': 'mine' });
    expect(headers.server).toMatch(/^SeaweedFS Volume 4\./);
    expect(headers['x-amz-request-id']).toMatch(/^[0-9A-F]{16,}$/);
    ids.add(headers['x-amz-request-id']);
  }
  expect(ids.size).toBe(4);
});

test('unknown methods are refused by name', async () => {
  const { url } = await startWithVolume();
  for (const method of ['TRACE', 'PROPFIND', 'PATCH']) {
    const answer = await send(url, method, FID);
    expect({ status: answer.status, body: answer.body.toString() }).toEqual({
      status: 400,
      body: `{"error":"unsupported method ${method}"}`,
    });
  }
});

test('paths of statistics that SeaweedFS once had are no paths', async () => {
  const { url } = await startWithVolume();
  for (const path of ['/stats/counter', '/stats/memory', '/stats/disk', '/ui/', '/nothing']) {
    const { status, body } = await send(url, 'GET', path);
    expect({ path, status, body: body.length }).toEqual({ path, status: 400, body: 0 });
  }
});

test('pictures for status pages, on both ports', async () => {
  const { url, publicUrl } = await startWithPublicPort();
  for (const port of [url, publicUrl]) {
    const icon = await send(port, 'GET', '/favicon.ico');
    expect({ status: icon.status, type: icon.headers['content-type'] }).toEqual({ status: 200, type: 'image/x-icon' });
    const picture = await send(port, 'GET', '/seaweedfsstatic/seaweed50x50.png');
    expect(picture.headers['content-type']).toBe('image/png');
    expect(picture.body.subarray(1, 4).toString()).toBe('PNG');
    // Width and height of the picture itself.
    expect([picture.body.readUInt32BE(16), picture.body.readUInt32BE(20)]).toEqual([50, 50]);
  }
});

test('files for status pages that are not there', async () => {
  const { url, publicUrl } = await startWithPublicPort();
  for (const port of [url, publicUrl]) {
    const { status, body } = await send(port, 'GET', '/seaweedfsstatic/none.css');
    expect([status, body.toString()]).toEqual([404, '404 page not found\n']);
  }
});

test('paths with empty and dotted elements lead to those that were meant', async () => {
  const { url } = await startWithVolume();
  for (const [path, location] of [
    ['//1,0123456789?cm=false', '/1,0123456789?cm=false'],
    ['/./1,0123456789', '/1,0123456789'],
    ['/a/../1,0123456789', '/1,0123456789'],
    ['/../../etc/passwd', '/etc/passwd'],
    ['///elsewhere/x', '/elsewhere/x'],
  ] as const) {
    for (const method of ['GET', 'PUT']) {
      const { status, headers } = await send(url, method, path, {}, method === 'PUT' ? 'x' : undefined);
      expect([path, status, headers.location]).toEqual([path, 307, location]);
    }
  }
});

test('a target may name the server', async () => {
  const { url } = await startWithVolume();
  expect((await send(url, 'PUT', `${url}/1,0123456789`, {}, 'x')).status).toBe(201);
  expect((await send(url, 'GET', 'http://elsewhere/1,0123456789?cm=false')).body.toString()).toBe('x');
  expect((await send(url, 'GET', 'http://elsewhere')).status).toBe(400);
});

test('the status page shows volumes, escaped, unless writes need a key', async () => {
  const { url, client } = await startTestService();
  await client.call.AllocateVolume({ volume_id: 7, version: 3, collection: 'c' });
  const page = await send(url, 'GET', '/ui/index.html');
  expect(page.status).toBe(200);
  expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(page.body.toString()).toMatch(/<td>7<\/td><td>c<\/td>/);
  const closed = await startTestService({ writeKey: 'k' });
  expect((await send(closed.url, 'GET', '/ui/index.html')).status).toBe(400);
  const closedToReaders = await startTestService({ writeKey: 'k', readKey: 'r' });
  expect((await send(closedToReaders.url, 'GET', '/ui/index.html')).status).toBe(401);
  const shown = await startTestService({ writeKey: 'k', showsUi: true });
  expect((await send(shown.url, 'GET', '/ui/index.html')).status).toBe(200);
});

test('/status: shape, order, indentation; a callback is ignored', async () => {
  const { url, client } = await startTestService();
  for (const volumeId of [9, 3]) {
    await client.call.AllocateVolume({ volume_id: volumeId, version: 3, replication: '012', ttl: '3d' });
  }
  const plain = await send(url, 'GET', '/status?callback=f');
  const status = JSON.parse(plain.body.toString());
  expect(Object.keys(status).sort()).toEqual(['DiskStatuses', 'Version', 'Volumes']);
  expect(Object.keys(status.DiskStatuses[0])).toEqual(
    expect.arrayContaining(['dir', 'all', 'used', 'free', 'percent_free', 'percent_used']),
  );
  expect(status.Volumes.map(({ Id }: { Id: number }) => Id)).toEqual([3, 9]);
  expect(status.Volumes[0]).toMatchObject({
    ReplicaPlacement: { rack: 1, node: 2 },
    Ttl: { Count: 3, Unit: 3 },
    ReadOnly: false,
    FileCount: 0,
  });
  const pretty = await send(url, 'GET', '/status?pretty=y');
  expect(pretty.body.toString()).toBe(JSON.stringify(JSON.parse(pretty.body.toString()), undefined, 2));
  expect(pretty.headers).toMatchObject({ 'content-type': 'application/json', 'x-content-type-options': 'nosniff' });
});

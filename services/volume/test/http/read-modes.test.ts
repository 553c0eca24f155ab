import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { VolumeServiceOptions } from '../../src/index.ts';
import { FakeMaster } from '../support/fake-master.ts';
import { send } from '../support/raw-http.ts';
import { startTestService } from '../support/start-test-service.ts';

const FID = '/1,0123456789';

let master: FakeMaster;

beforeEach(async () => {
  master = await FakeMaster.start();
});

afterEach(() => master.close());

/** A server that has volume 1 with one needle, and one that has nothing. */
async function startHolderAndOther(readMode: NonNullable<VolumeServiceOptions['readMode']>) {
  const holder = await startTestService({ masters: [master.address] });
  const other = await startTestService({ masters: [master.address], readMode });
  await holder.client.call.AllocateVolume({ volume_id: 1, version: 3 });
  await master.until(() => master.holders(1).length === 1);
  await send(holder.url, 'PUT', `${FID}?ts=1700000000`, { 'content-type': 'text/x-test' }, '0123456789');
  return { holder, other };
}

test('proxy: another holder is asked, with headers and query, and its answer is given', async () => {
  const { holder, other } = await startHolderAndOther('proxy');
  const whole = await send(other.url, 'GET', FID);
  expect({ status: whole.status, body: whole.body.toString() }).toEqual({ status: 200, body: '0123456789' });
  expect(whole.headers).toMatchObject({
    'content-type': 'text/x-test',
    'last-modified': 'Tue, 14 Nov 2023 22:13:20 GMT',
    'content-length': '10',
  });
  const part = await send(other.url, 'GET', FID, { range: 'bytes=2-3' });
  expect({ status: part.status, body: part.body.toString() }).toEqual({ status: 206, body: '23' });
  expect((await send(other.url, 'GET', FID, { 'if-none-match': String(whole.headers.etag) })).status).toBe(304);
  const head = await send(other.url, 'HEAD', FID);
  expect({ status: head.status, length: head.headers['content-length'] }).toEqual({ status: 200, length: '10' });
  await send(holder.url, 'DELETE', FID);
  expect((await send(other.url, 'GET', FID)).status).toBe(404);
  expect((await send(other.url, 'GET', `${FID}?readDeleted=true`)).body.toString()).toBe('0123456789');
});

test('proxy: a gzip needle comes as the client can take it', async () => {
  const { holder, other } = await startHolderAndOther('proxy');
  const zipped = gzipSync('text');
  await send(holder.url, 'PUT', '/1,0223456789', { 'content-encoding': 'gzip' }, zipped);
  const asked = await send(other.url, 'GET', '/1,0223456789', { 'accept-encoding': 'gzip' });
  expect(asked.headers['content-encoding']).toBe('gzip');
  expect(asked.body.equals(zipped)).toBe(true);
  expect((await send(other.url, 'GET', '/1,0223456789')).body.toString()).toBe('text');
});

test('proxy: what was handed on once is not handed on again', async () => {
  const { other } = await startHolderAndOther('proxy');
  expect((await send(other.url, 'GET', FID, { 'x-needlestack-handed-on': '1' })).status).toBe(404);
});

test('redirect: the client is sent to a holder, of its query only the collection goes with it', async () => {
  const { holder, other } = await startHolderAndOther('redirect');
  const answer = await send(other.url, 'GET', `${FID}?readDeleted=true&collection=c&width=5`);
  expect({ status: answer.status, location: answer.headers.location }).toEqual({
    status: 301,
    location: `${holder.url}${FID}?collection=c&proxied=true`,
  });
});

test('local: what is not here is not found', async () => {
  const { other } = await startHolderAndOther('local');
  expect((await send(other.url, 'GET', FID)).status).toBe(404);
});

test.each(['proxy', 'redirect'] as const)('%s: a volume that nobody has is 404, bad ids are 400', async (mode) => {
  const { other } = await startHolderAndOther(mode);
  expect((await send(other.url, 'GET', '/9,0123456789')).status).toBe(404);
  expect((await send(other.url, 'GET', '/9,zz')).status).toBe(400);
});

test('a holder that does not answer is a fault of this server', async () => {
  const { holder, other } = await startHolderAndOther('proxy');
  await send(other.url, 'GET', FID);
  await holder.close(0);
  // The master may have heard of it by now, or not.
  expect([404, 500]).toContain((await send(other.url, 'GET', FID)).status);
});

test('a damaged needle is given from another copy, where there is one', async () => {
  const [first, second] = [
    await startTestService({ masters: [master.address], readMode: 'local' }),
    await startTestService({ masters: [master.address], readMode: 'local' }),
  ];
  for (const { client } of [first, second]) {
    await client.call.AllocateVolume({ volume_id: 1, version: 3, replication: '001' });
  }
  await master.until(() => master.holders(1).length === 2);
  await send(first.url, 'PUT', FID, {}, 'kept twice');
  const file = `${first.path}/1.dat`;
  const bytes = readFileSync(file);
  bytes.write('X', bytes.indexOf('kept twice'));
  writeFileSync(file, bytes);
  const answer = await send(first.url, 'GET', FID);
  expect({ status: answer.status, body: answer.body.toString() }).toEqual({ status: 200, body: 'kept twice' });
  expect((await send(first.url, 'GET', FID, { 'x-needlestack-handed-on': '1' })).status).toBe(500);
  await second.client.call.VolumeUnmount({ volume_id: 1 });
  await master.until(() => master.holders(1).length === 1);
  expect([404, 500]).toContain((await send(first.url, 'GET', FID)).status);
});

test('a write for a volume that is elsewhere goes there; for one that is nowhere it is refused', async () => {
  const { holder, other } = await startHolderAndOther('local');
  expect((await send(other.url, 'PUT', '/1,0323456789', {}, 'handed on')).status).toBe(201);
  expect((await send(holder.url, 'GET', '/1,0323456789')).body.toString()).toBe('handed on');
  expect((await send(other.url, 'PUT', '/9,0323456789', {}, 'x')).status).toBe(404);
  expect((await send(other.url, 'PUT', '/1,0423456789?type=replicate', {}, 'x')).status).toBe(404);
});

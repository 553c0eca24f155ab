import { createHmac } from 'node:crypto';
import { signFileToken } from '../../src/http/admission/json-token.ts';
import { startVolumeService } from '../../src/index.ts';
import { send } from '../support/raw-http.ts';
import { startTestService, startWithVolume } from '../support/start-test-service.ts';
import { tempDirectory } from '../support/test-volumes.ts';

const FID = '/1,0123456789';
const soon = () => Math.floor(Date.now() / 1000) + 60;

/** A token with any claims. */
function tokenOf(key: string, claims: object): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

test('with a write key only a token for that very file, in time, can write or delete', async () => {
  const { url } = await startWithVolume({ writeKey: 'secret' });
  const good = signFileToken('secret', '1,0123456789', soon());
  const bad = {
    none: undefined,
    garbage: 'a.b.c',
    'of another file': signFileToken('secret', '1,0223456789', soon()),
    'of another key': signFileToken('other', '1,0123456789', soon()),
    expired: signFileToken('secret', '1,0123456789', 1),
    'not valid yet': tokenOf('secret', { fid: '1,0123456789', nbf: soon() }),
    unsigned: `${Buffer.from('{"alg":"none"}').toString('base64url')}.${good.split('.')[1]}.`,
  };
  for (const [what, token] of Object.entries(bad)) {
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    for (const method of ['PUT', 'DELETE']) {
      const answer = await send(url, method, FID, headers, method === 'PUT' ? 'x' : undefined);
      expect({ what, method, status: answer.status, body: answer.body.toString() }).toEqual({
        what,
        method,
        status: 401,
        body: '{"error":"wrong jwt"}',
      });
    }
  }
  // Whoever may not write does not learn either what is wrong with a file id; a volume id is looked at first.
  expect((await send(url, 'PUT', '/1,zz', {}, 'x')).status).toBe(401);
  expect((await send(url, 'PUT', '/zz,0123456789', {}, 'x')).status).toBe(400);
  expect((await send(url, 'PUT', FID, { authorization: `BEARER ${good}` }, 'x')).status).toBe(201);
  expect((await send(url, 'PUT', `${FID}_1?jwt=${good}`, {}, 'x')).status).toBe(201);
  expect((await send(url, 'GET', FID)).status).toBe(200);
  expect((await send(url, 'DELETE', FID, { cookie: `AT=${good}` })).status).toBe(202);
});

test('of several tokens the query counts first, then the header, then the cookie', async () => {
  const { url } = await startWithVolume({ writeKey: 'secret' });
  const good = signFileToken('secret', '1,0123456789', soon());
  const bad = signFileToken('other', '1,0123456789', soon());
  const put = async (query: string, headers: Record<string, string>) =>
    (await send(url, 'PUT', `${FID}${query}`, headers, String(Math.random()))).status;
  expect(await put(`?jwt=${good}`, { authorization: `Bearer ${bad}`, cookie: `AT=${bad}` })).toBe(201);
  expect(await put(`?jwt=${bad}`, { authorization: `Bearer ${good}` })).toBe(401);
  expect(await put('', { authorization: `Bearer ${good}`, cookie: `AT=${bad}` })).toBe(201);
  expect(await put('', { authorization: `Bearer ${bad}`, cookie: `AT=${good}` })).toBe(401);
});

test('only addresses of the white list may change things; it can be replaced while the server runs', async () => {
  const service = await startWithVolume();
  await service.reload({ whiteList: ['10.0.0.0/8', 'no address'] });
  const put = async () => {
    const { status, body } = await send(service.url, 'PUT', FID, {}, String(Math.random()));
    return `${status} ${status === 401 ? body.length : ''}`;
  };
  expect(await put()).toBe('401 0');
  expect((await send(service.url, 'DELETE', FID)).status).toBe(401);
  expect((await send(service.url, 'GET', FID)).status).toBe(404);
  await service.reload({ whiteList: ['127.0.0.0/8'] });
  expect(await put()).toBe('201 ');
  await service.reload({});
  expect(await put()).toBe('201 ');
});

test('a read key closes reads', async () => {
  const { url } = await startWithVolume({ readKey: 'reads' });
  await send(url, 'PUT', FID, {}, 'x');
  expect((await send(url, 'GET', FID)).status).toBe(401);
  const token = signFileToken('reads', '1,0123456789', soon());
  expect((await send(url, 'GET', `${FID}?jwt=${token}`)).status).toBe(200);
});

test('with a cluster token nothing changes without it, on either port', async () => {
  const service = await startWithVolume({ security: { authToken: 'cluster' } });
  expect((await send(service.url, 'PUT', FID, {}, 'x')).status).toBe(401);
  expect((await send(service.url, 'PUT', FID, { authorization: 'Bearer wrong' }, 'x')).status).toBe(401);
  expect((await send(service.url, 'PUT', FID, { authorization: 'Bearer cluster' }, 'x')).status).toBe(201);
});

test('a port open to everybody needs a token or mTLS to start at all', async () => {
  const directories = [{ path: tempDirectory(), volumesMax: 1 }];
  await expect(startVolumeService({ directories, host: '0.0.0.0' })).rejects.toThrow(/without a token or mTLS/);
  // What the failed start had opened is closed again: the directory is free.
  const service = await startTestService({ directories, host: '0.0.0.0', security: { authToken: 'cluster' } });
  await service.client.call.AllocateVolume({ volume_id: 1, version: 3 });
  expect((await send(service.url, 'DELETE', FID)).status).toBe(401);
});

import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSilentLogger } from '@needlestack/service-kit';
import { startMasterService } from '../src/index.ts';
import { RunningMaster } from './support/running-master.ts';

const TOKEN = 'open sesame';

test('with a token every path but health asks for it', async () => {
  const master = await RunningMaster.start({ security: { authToken: TOKEN } });
  for (const path of [
    '/dir/assign',
    '/dir/status',
    '/vol/grow?count=1',
    '/col/delete?collection=x',
    '/submit',
    '/3,0112345678',
  ]) {
    expect((await master.get(path)).status).toBe(401);
    expect((await master.get(path, { headers: { authorization: 'Bearer wrong' } })).status).toBe(401);
  }
  for (const path of ['/healthz', '/readyz', '/metrics']) expect((await master.get(path)).status).toBe(200);
  const known = await master.get('/dir/status', { headers: { authorization: `Bearer ${TOKEN}` } });
  expect(known.status).toBe(200);
  expect(known.headers.get('x-content-type-options')).toBe('nosniff');
  await expect(master.client.call.VolumeGrow({})).rejects.toMatchObject({ code: 'unauthenticated' });
  await master.stopAndForget();
});

test('off loopback it does not start without a token or mTLS, and leaves nothing open', async () => {
  const master = await RunningMaster.start();
  await master.stop();
  const options = {
    ip: '127.0.0.1',
    bindIp: '0.0.0.0',
    port: 0,
    grpcPort: 0,
    directory: master.directory,
    volumeSizeLimitMb: 100,
    volumePreallocate: false,
    defaultReplication: '',
    isHttpDisabled: false,
    security: {},
    peerSecurity: {},
    logger: createSilentLogger(),
  };
  await expect(startMasterService(options)).rejects.toThrow('refusing to serve gRPC on 0.0.0.0');
  await expect(startMasterService({ ...options, bindIp: '127.0.0.1', defaultReplication: '9x' })).rejects.toThrow('9x');
  const again = await startMasterService({ ...options, bindIp: '127.0.0.1' });
  await again.close();
  rmSync(master.directory, { recursive: true, force: true });
});

test('disableHttp leaves health and metrics', async () => {
  const master = await RunningMaster.start({ isHttpDisabled: true });
  expect((await master.get('/dir/status')).status).toBe(401);
  expect((await master.get('/healthz')).status).toBe(200);
  await master.stopAndForget();
});

test('submit assigns, uploads and answers with the file id; parameters may come as a form', async () => {
  const uploads: { url: string; type: string; body: string }[] = [];
  const volume = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += String(piece);
    uploads.push({ url: request.url ?? '', type: request.headers['content-type'] ?? '', body });
    response.writeHead(201).end(JSON.stringify({ name: 'a.txt', size: body.length, eTag: 'e' }));
  });
  await new Promise<void>((resolve) => volume.listen(0, '127.0.0.1', resolve));
  const { port } = volume.address() as AddressInfo;
  const master = await RunningMaster.start();
  await master.join({ port });
  const answer = await master.get('/submit?ttl=5m', {
    method: 'POST',
    body: 'hello',
    headers: { 'content-type': 'text/plain' },
  });
  expect(answer.status).toBe(201);
  const { fid } = answer.json;
  expect(answer.json).toEqual({ eTag: 'e', fid, fileName: 'a.txt', fileUrl: `127.0.0.1:${port}/${fid}`, size: 5 });
  expect(uploads).toEqual([{ url: `/${fid}?ttl=5m`, type: 'text/plain', body: 'hello' }]);
  const form = new URLSearchParams({ count: '4', collection: 'c' });
  expect((await master.get('/dir/assign', { method: 'POST', body: form })).json.count).toBe(4);
  await master.stopAndForget();
  volume.close();
});

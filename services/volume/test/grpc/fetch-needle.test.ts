import { ScriptedStore } from '@needlestack/object-storage/testing';
import { textOf } from '../support/grpc-text.ts';
import { send } from '../support/raw-http.ts';
import { startTestService, startWithVolume, type TestService } from '../support/start-test-service.ts';

let remote: ScriptedStore;

beforeEach(async () => {
  remote = await ScriptedStore.start();
  remote.objects.set('dir/object', Buffer.from('0123456789'));
});

afterEach(() => remote.close());

const conf = (endpoint: string) => ({
  type: 's3',
  s3_endpoint: endpoint,
  s3_access_key: 'AKID',
  s3_secret_key: 'secret',
  s3_force_path_style: true,
});

function request(endpoint: string, extra: object = {}) {
  const remote_location = { bucket: 'bucket', path: '/dir/object' };
  return {
    volume_id: 1,
    needle_id: 5,
    cookie: 7,
    offset: 2,
    size: 4,
    remote_conf: conf(endpoint),
    remote_location,
    ...extra,
  };
}

async function get(service: TestService): Promise<string> {
  const { status, body } = await send(service.url, 'GET', '/1,0500000007');
  return status === 200 ? body.toString() : String(status);
}

test('a part of an object becomes a needle here and on the replicas that are named', async () => {
  const service = await startWithVolume({ allowsUntrustedRemotes: true });
  const replica = await startWithVolume();
  const replicas = [{ url: `127.0.0.1:${replica.httpPort}` }];
  const { e_tag } = await service.client.call.FetchAndWriteNeedle(request(remote.endpoint, { replicas }));
  expect([await get(service), await get(replica)]).toEqual(['2345', '2345']);
  const { headers } = await send(service.url, 'GET', '/1,0500000007');
  expect(headers.etag).toBe(`"${e_tag}"`);
});

test('what cannot be fetched is not written', async () => {
  const service = await startWithVolume({ allowsUntrustedRemotes: true });
  const fetch = (extra: object) => textOf(service.client.call.FetchAndWriteNeedle(request(remote.endpoint, extra)));
  expect(await fetch({ volume_id: 9 })).toBe('unknown: not found volume id 9');
  expect(await fetch({ remote_conf: { type: 'does-not-exist' } })).toMatch(/^unknown: get remote client/);
  expect(await fetch({ remote_location: { bucket: 'bucket', path: '/none' } })).toMatch(/read from remote.*NoSuchKey/);
  expect(await fetch({ size: 100 })).toMatch(/read from remote/);
  expect(await fetch({ replicas: [{ url: 'http://elsewhere/x?' }] })).toMatch(/reject replica target/);
  expect(await get(service)).toBe('404');
});

test('addresses of this machine, its network and its metadata service are not asked for strangers', async () => {
  const service = await startTestService();
  await service.client.call.AllocateVolume({ volume_id: 1, version: 3 });
  for (const endpoint of [
    remote.endpoint,
    'http://localhost:1',
    'http://10.1.2.3',
    'http://192.168.0.1',
    'http://169.254.169.254',
    'http://100.64.0.1',
    'http://metadata.google.internal',
    'http://[::1]:80',
    'http://[::ffff:127.0.0.1]',
    'http://[64:ff9b::7f00:1]',
    'http://[2002:7f00:1::]',
    'http://[2001:0:0:0:0:0:80ff:fffe]',
    'http://[fe80::1]',
    'http://[fd00::1]',
    'http://2130706433',
    'ftp://example.com',
    'nonsense',
    '',
  ]) {
    const answer = await textOf(service.client.call.FetchAndWriteNeedle(request(endpoint)));
    expect({ endpoint, answer }).toEqual({ endpoint, answer: expect.stringMatching(/reject remote endpoint/) });
  }
  expect(remote.seen).toHaveLength(0);
});

/**
 * Every RPC and every HTTP route of the services behind the S3 port, asked without the token of the cluster: none is served but those
 * listed here. The S3 operations have their own sweep in services/gateway/test/access.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Metadata, status } from '@grpc/grpc-js';
import type { ServiceName } from '@needlestack/test-servers';
import { ROOT } from './docs/support/documents.ts';
import { ReflectedServices } from './docs/support/reflected-services.ts';
import { storeUnderTest } from './support/store-under-test.ts';

const TOKEN = 'a token that strangers do not know';
const GRPC_OFFSET = 10_000;
const SERVICES: readonly ServiceName[] = ['master', 'volume', 'catalog', 'notify', 'select'];
/** Open to everyone: what a load balancer asks. */
const OPEN_RPC_SERVICES = new Set(['grpc.health.v1.Health']);
const OPEN_PAGES = ['/healthz', '/readyz', '/metrics'];

const store = storeUnderTest(() => ({ flags: [`-authToken=${TOKEN}`] }));

test.each(SERVICES)('gRPC of %s', async (service) => {
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${TOKEN}`);
  const client = new ReflectedServices(`127.0.0.1:${store.process.ports[service] + GRPC_OFFSET}`, metadata, 'v1');
  try {
    const served: string[] = [];
    let asked = 0;
    for (const name of await client.listServices()) {
      if (OPEN_RPC_SERVICES.has(name)) continue;
      for (const method of await client.listMethods(name)) {
        asked += 1;
        const { code } = await client.callAsStranger(`${name}/${method}`);
        if (code !== status.UNAUTHENTICATED && code !== status.UNIMPLEMENTED) served.push(`${name}/${method}: ${code}`);
      }
    }
    expect(asked).toBeGreaterThan(0);
    expect(served).toEqual([]);
  } finally {
    client.close();
  }
});

/** Paths of the master's HTTP port, as its own table has them: a new one is swept by being there. */
const masterPaths = [
  ...readFileSync(join(ROOT, 'services/master/src/http/routes.ts'), 'utf8').matchAll(/\['(\/[^']*)',/g),
].map((match) => match[1] ?? '');

const statusOf = async (service: ServiceName, method: string, path: string): Promise<number> => {
  const body = method === 'GET' || method === 'HEAD' || method === 'DELETE' ? null : 'x';
  const response = await fetch(store.process.urlOf(service) + path, { method, body, redirect: 'manual' });
  await response.arrayBuffer();
  return response.status;
};

test('HTTP of the master: every path of its table', async () => {
  expect(masterPaths.length).toBeGreaterThan(5);
  for (const path of [...masterPaths, '/1,01637037d6', '/anything']) {
    for (const method of ['GET', 'POST', 'DELETE']) {
      expect([method, path, await statusOf('master', method, path)]).toEqual([method, path, 401]);
    }
  }
});

test('HTTP of the volume server: nothing is changed', async () => {
  for (const method of ['PUT', 'POST', 'DELETE']) {
    expect([method, await statusOf('volume', method, '/1,01637037d6')]).toEqual([method, 401]);
  }
});

test.each(['catalog', 'notify', 'select'] as const)('HTTP of %s: health, and nothing else', async (service) => {
  for (const path of OPEN_PAGES) expect(await statusOf(service, 'GET', path)).toBe(200);
  for (const path of ['/', '/v1/config', '/iceberg/v1/b/namespaces', '/_iceberg/v1/b/namespaces', '/admin']) {
    for (const method of ['GET', 'POST', 'DELETE']) {
      expect([401, 404, 405]).toContain(await statusOf(service, method, path));
    }
  }
});

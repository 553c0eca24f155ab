import type { ServiceName } from '@needlestack/test-servers';
import { storeUnderTest } from './support/store-under-test.ts';

const store = storeUnderTest();

describe.each<[ServiceName, string]>([
  ['s3', '/-'],
  ['master', ''],
  ['volume', ''],
  ['catalog', ''],
  ['notify', ''],
  ['select', ''],
])('%s', (service, prefix) => {
  test.each(['healthz', 'readyz'])('%s says that all is well', async (path) => {
    const response = await fetch(`${store.process.urlOf(service)}${prefix}/${path}`);
    expect(response.status).toBe(200);
    await response.arrayBuffer();
  });

  test('metrics are in Prometheus text format', async () => {
    const response = await fetch(`${store.process.urlOf(service)}${prefix}/metrics`);
    expect(response.status).toBe(200);
    expect(await response.text()).toMatch(/^# TYPE \S+ (counter|gauge|histogram|summary)$/m);
  });
});

test('SIGTERM ends the store with status 0 and says so in its log', async () => {
  expect(await store.process.end('SIGTERM')).toBe(0);
  await store.restart();
});

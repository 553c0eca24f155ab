import { MetricsRegistry } from '../metrics/metrics-registry.ts';
import { createOpsHandler } from './create-ops-handler.ts';
import { Readiness } from './readiness.ts';

test('readiness follows phases and checks, with reasons', async () => {
  const readiness = new Readiness();
  const handle = createOpsHandler({ readiness, metrics: [new MetricsRegistry('test')], prefix: '/-' });
  const ready = async () => {
    const answer = await handle('GET', '/-/readyz');
    return { status: answer?.status, reasons: JSON.parse(answer?.body ?? '{}').reasons };
  };
  expect(await ready()).toEqual({ status: 503, reasons: ['service: starting'] });
  readiness.markStarted();
  expect(await ready()).toEqual({ status: 200, reasons: [] });
  let down: string | undefined = 'no volume server';
  const remove = readiness.addCheck('topology', () => down);
  expect(await ready()).toEqual({ status: 503, reasons: ['topology: no volume server'] });
  down = undefined;
  expect((await ready()).status).toBe(200);
  readiness.addCheck('broken', () => {
    throw new Error('oops');
  });
  expect(await ready()).toEqual({ status: 503, reasons: ['broken: check failed: oops'] });
  remove();
  readiness.markStopping();
  expect((await ready()).reasons).toContain('service: stopping');
});

test('answers its three paths under the prefix and nothing else', async () => {
  const handle = createOpsHandler({ readiness: new Readiness(), metrics: [new MetricsRegistry('test')], prefix: '/-' });
  expect((await handle('GET', '/-/healthz'))?.status).toBe(200);
  expect((await handle('HEAD', '/-/metrics'))?.contentType).toContain('text/plain');
  expect((await handle('POST', '/-/healthz'))?.status).toBe(405);
  expect(handle('GET', '/healthz')).toBeUndefined();
  expect(handle('GET', '/-/other')).toBeUndefined();
});

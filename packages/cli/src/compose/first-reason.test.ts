import { Readiness } from '@needlestack/service-kit';
import { firstReason } from './first-reason.ts';

test('the first service that is not ready is named with its reason', () => {
  const [volume, catalog, notify] = [new Readiness(), new Readiness(), new Readiness()];
  const services = { volume: { readiness: volume }, catalog: { readiness: catalog }, notify: { readiness: notify } };
  for (const readiness of [volume, catalog, notify]) readiness.markStarted();
  expect(firstReason(services)).toBeUndefined();
  notify.markStopping();
  expect(firstReason(services)).toBe('notify: service: stopping');
  const remove = catalog.addCheck('store', () => 'a sync failed');
  expect(firstReason(services)).toBe('catalog: store: a sync failed');
  remove();
  expect(firstReason(services)).toBe('notify: service: stopping');
});

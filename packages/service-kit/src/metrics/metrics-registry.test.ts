import { MetricsRegistry } from './metrics-registry.ts';

test('plain cells appear in the text form with labels, buckets cumulated', async () => {
  const metrics = new MetricsRegistry('test');
  const requests = metrics.counter({ name: 'requests_total', help: 'Requests.', labelNames: ['verb', 'status'] });
  requests('get', '200').value += 2;
  requests('get', '200').value += 1;
  requests('put', '500').value += 1;
  const seconds = metrics.histogram({ name: 'seconds', help: 'Time.', labelNames: ['verb'], bounds: [0.1, 1] });
  for (const value of [0.05, 0.1, 0.5, 7]) seconds('get').observe(value);
  let depth = 3;
  metrics.gauge({ name: 'depth', help: 'Depth.' }, () => depth);
  metrics.gauge({ name: 'sizes_bytes', help: 'Sizes.', labelNames: ['dir'] }, () => [[['a'], 5]]);
  const lines = new Set((await metrics.render()).split('\n'));
  expect(lines).toContain('needlestack_requests_total{verb="get",status="200",service="test"} 3');
  expect(lines).toContain('needlestack_requests_total{verb="put",status="500",service="test"} 1');
  expect(lines).toContain('# TYPE needlestack_seconds histogram');
  expect(lines).toContain('needlestack_seconds_bucket{verb="get",le="0.1",service="test"} 2');
  expect(lines).toContain('needlestack_seconds_bucket{verb="get",le="1",service="test"} 3');
  expect(lines).toContain('needlestack_seconds_bucket{verb="get",le="+Inf",service="test"} 4');
  expect(lines).toContain('needlestack_seconds_count{verb="get",service="test"} 4');
  expect(lines).toContain('needlestack_seconds_sum{verb="get",service="test"} 7.65');
  expect(lines).toContain('needlestack_sizes_bytes{dir="a",service="test"} 5');
  depth = 9;
  expect(await metrics.render()).toContain('needlestack_depth{service="test"} 9');
});

test('instances do not share numbers', async () => {
  const first = new MetricsRegistry('a');
  const second = new MetricsRegistry('b');
  for (const registry of [first, second]) registry.counter({ name: 'x_total', help: 'X.' })().value += 1;
  expect(await first.render()).toContain('needlestack_x_total{service="a"} 1');
  expect(await second.render()).not.toContain('service="a"');
});

/** Access logs of RGW-style clients: the next request delivers what is old enough. */
import { parseCompatibility } from '../src/core/compatibility.ts';
import { startTestStore, type TestStore } from './support/start-test-store.ts';

const LOGGING =
  '<BucketLoggingStatus><LoggingEnabled><TargetBucket>logs</TargetBucket><TargetPrefix>log/</TargetPrefix></LoggingEnabled></BucketLoggingStatus>';
const policyFor = (source: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'logging.s3.amazonaws.com' },
        Action: 's3:PutObject',
        Resource: 'arn:aws:s3:::logs/log/*',
        Condition: { ArnLike: { 'aws:SourceArn': `arn:aws:s3:::${source}` } },
      },
    ],
  });

let store: TestStore;
let passedMs = 0;
beforeEach(async () => {
  passedMs = 0;
  const startMs = Date.now();
  const nowMs = (): number => startMs + passedMs;
  store = await startTestStore({ compatibility: parseCompatibility(['rgw-logging']), nowMs });
  for (const bucket of ['source', 'logs']) await store.client.call('PUT', `/${bucket}`);
  await store.client.call('PUT', '/logs', { query: 'policy', body: policyFor('source') });
  expect((await store.client.call('PUT', '/source', { query: 'logging', body: LOGGING })).status).toBe(200);
});
afterEach(() => store.close());

const readLog = async (): Promise<string> => {
  const list = await store.client.call('GET', '/logs', { query: 'list-type=2' });
  const keys = [...list.text.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key]) => key ?? '');
  const objects = await Promise.all(keys.map((key) => store.client.call('GET', ['logs', key])));
  return objects.map(({ text }) => text).join('');
};

test('a log is not delivered before it is old enough, then by the next request', async () => {
  await store.client.call('PUT', '/source/first', { body: 'x' });
  await store.client.call('PUT', '/source/second', { body: 'x' });
  expect(await readLog()).toBe('');
  passedMs = 10_000;
  // A line is written when its connection is done with the answer, which the client may learn first.
  while (!(await readLog()).includes('REST.PUT.OBJECT first')) await store.client.call('HEAD', '/source/first');
});

test('a target that takes no more lines refuses no request', async () => {
  await store.client.call('PUT', '/source/first', { body: 'x' });
  await store.client.call('PUT', '/logs', { query: 'policy', body: policyFor('other') });
  passedMs = 10_000;
  for (let at = 0; at < 3; at += 1) expect((await store.client.call('HEAD', '/source/first')).status).toBe(200);
  expect(await readLog()).toBe('');
});

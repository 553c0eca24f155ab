import { join } from 'node:path';
import { eventually } from './support/eventually.ts';
import { MemoryOutbox } from './support/memory-outbox.ts';
import { type StartedService, startService, webhookEnvironment } from './support/start-service.ts';
import { temporaryDirectories } from './support/temporary-directory.ts';
import { WebhookSink } from './support/webhook-sink.ts';

const makeDirectory = temporaryDirectories();
const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const part of open.splice(0).reverse()) await part.close();
});

function keep<T extends { close(): Promise<void> }>(part: T): T {
  open.push(part);
  return part;
}

async function startSink(): Promise<WebhookSink> {
  return keep(await WebhookSink.start());
}

async function start(...args: Parameters<typeof startService>): Promise<StartedService> {
  return keep(await startService(...args));
}

const target = { target_id: '1:webhook' };
/** Of another key than `a`, so that it stays free when `a` is stuck. */
const OTHER = 'another/key';

describe.each(['outbox', 'files'])('delivery from %s', (place) => {
  const queueDirectory = (): Record<string, string> =>
    place === 'files' ? { QUEUE_DIR: join(makeDirectory(), 'queues') } : {};

  test('an event that a rule wants arrives once, with its id; others do not', async () => {
    const outbox = new MemoryOutbox();
    const sink = await startSink();
    outbox.putObject('photos', 'before-the-rule.jpg');
    outbox.putRules('photos', [{ id: 'jpegs', suffix: '.jpg' }]);
    const { client } = await start(
      outbox,
      makeDirectory(),
      webhookEnvironment(sink.url, { AUTH_TOKEN: 's3cret', ...queueDirectory() }),
    );
    outbox.putObject('photos', 'a b.jpg');
    outbox.putObject('photos', 'c.png');
    outbox.putObject('other', 'd.jpg');
    const last = outbox.putObject('photos', 'e.jpg', 'ObjectCreated:Copy');
    await eventually(() => sink.accepted.length === 2, 'two events');
    await eventually(() => outbox.cursors.get('notify:1:webhook') === last + 1n, 'the cursor');
    expect(sink.accepted.map(({ key }) => key).sort()).toEqual(['a+b.jpg', 'e.jpg']);
    const first = sink.accepted.find(({ key }) => key === 'a+b.jpg');
    expect(first?.headers).toMatchObject({ authorization: 'Bearer s3cret', 'content-type': 'application/json' });
    expect(first?.eventId).toMatch(/^[0-9a-f-]{36}$/);
    expect(JSON.parse(first?.body ?? '')).toMatchObject({
      EventName: 's3:ObjectCreated:Put',
      Key: 'photos/a b.jpg',
      Records: [{ s3: { configurationId: 'jpegs', object: { userMetadata: { 'x-amz-meta-color': 'red' } } } }],
    });
    const { targets } = await client.call.ListTargets({});
    expect(targets).toMatchObject([
      { target_id: '1:webhook', arn: 'arn:needlestack:sqs:us-east-1:1:webhook', state: 'online', queue_depth: '0' },
    ]);
  });

  test('rules count from the place where they were changed', async () => {
    const outbox = new MemoryOutbox();
    const sink = await startSink();
    outbox.putRules('b', [{}]);
    outbox.putObject('b', 'wanted-1');
    outbox.putRules('b', undefined);
    outbox.putObject('b', 'unwanted');
    outbox.putRules('b', [{ prefix: 'wanted' }]);
    outbox.putObject('b', 'wanted-2');
    await start(outbox, makeDirectory(), webhookEnvironment(sink.url, queueDirectory()));
    await eventually(() => sink.accepted.length === 2, 'two events');
    expect(sink.accepted.map(({ key }) => key).sort()).toEqual(['wanted-1', 'wanted-2']);
  });

  test('a target that fails for a while gets every event, in order within a key', async () => {
    const outbox = new MemoryOutbox();
    const sink = await startSink();
    // Each event by itself: a turn shared by all could pass one of them over until its pauses grow long.
    const attempts = new Map<string, number>();
    sink.behaviour = ({ eventId }) => {
      const attempt = (attempts.get(eventId) ?? 0) + 1;
      attempts.set(eventId, attempt);
      return attempt === 3 ? 200 : 503;
    };
    outbox.putRules('b', [{}]);
    await start(outbox, makeDirectory(), webhookEnvironment(sink.url, { RETRY_INTERVAL: '1ms', ...queueDirectory() }));
    for (let index = 0; index < 100; index += 1) outbox.putObject('b', `key-${index % 10}`);
    await eventually(() => sink.accepted.length === 100, '100 events');
    for (const ofKey of Map.groupBy(sink.accepted, ({ key }) => key).values()) {
      const sequencers = ofKey.map(({ sequencer }) => sequencer);
      expect(sequencers).toEqual(sequencers.toSorted());
      expect(new Set(sequencers).size).toBe(10);
    }
  });

  test('a refused event is parked, later ones of its key behind it, others go on; a replay keeps the order', async () => {
    const outbox = new MemoryOutbox();
    const sink = await startSink();
    sink.behaviour = ({ key }) => (key === 'a' ? 413 : 200);
    outbox.putRules('b', [{}]);
    const { client } = await start(outbox, makeDirectory(), webhookEnvironment(sink.url, queueDirectory()));
    const seqs = [1, 2, 3].map(() => outbox.putObject('b', 'a').toString());
    outbox.putObject('b', OTHER);
    const letters = async () => (await client.call.ListDeadLetters(target)).dead_letters;
    await eventually(async () => (await letters()).length === 3, 'three dead letters');
    await eventually(() => sink.accepted.length === 1, 'the other key');
    expect(await letters()).toMatchObject([
      { seq: seqs[0], reason: 'too_large', key: 'a', bucket: 'b' },
      { seq: seqs[1], reason: 'behind_parked' },
      { seq: seqs[2], reason: 'behind_parked' },
    ]);
    expect(sink.attempts.filter(({ key }) => key === 'a')).toHaveLength(1);

    const [first] = await letters();
    const request = { ...target, event_ids: [first?.event_id ?? ''] };
    expect(await client.call.ReplayDeadLetters(request)).toEqual({ delivered: '0', remaining: '3' });
    sink.behaviour = () => 200;
    expect(await client.call.ReplayDeadLetters(request)).toEqual({ delivered: '3', remaining: '0' });
    outbox.putObject('b', 'a');
    await eventually(() => sink.accepted.length === 5, 'the next one of the key');
    const sequencers = sink.accepted.filter(({ key }) => key === 'a').map(({ sequencer }) => sequencer);
    expect(sequencers).toEqual(sequencers.toSorted());
    expect(sequencers).toHaveLength(4);
  });

  test('discarding letters frees their key', async () => {
    const outbox = new MemoryOutbox();
    const sink = await startSink();
    sink.behaviour = () => 400;
    outbox.putRules('b', [{}]);
    const { client } = await start(outbox, makeDirectory(), webhookEnvironment(sink.url, queueDirectory()));
    outbox.putObject('b', 'a');
    const letters = async () => (await client.call.ListDeadLetters(target)).dead_letters;
    await eventually(async () => (await letters()).length === 1, 'a dead letter');
    expect(await client.call.DiscardDeadLetters({ ...target, all: true })).toEqual({ discarded: '1', remaining: '0' });
    sink.behaviour = () => 200;
    outbox.putObject('b', 'a');
    await eventually(() => sink.accepted.length === 1, 'the next event');
    await expect(client.call.DiscardDeadLetters({ ...target, event_ids: ['none'] })).rejects.toMatchObject({
      code: 'not-found',
    });
    await expect(client.call.DiscardDeadLetters(target)).rejects.toMatchObject({ code: 'invalid-argument' });
  });

  test('an answer that says the target is wrong pauses it until it is resumed, also over a restart', async () => {
    const outbox = new MemoryOutbox();
    const sink = await startSink();
    sink.behaviour = () => 410;
    outbox.putRules('b', [{}]);
    const directory = makeDirectory();
    const environment = webhookEnvironment(sink.url, queueDirectory());
    const started = await start(outbox, directory, environment);
    outbox.putObject('b', 'a');
    const state = async ({ client }: StartedService) => (await client.call.GetTarget(target)).state;
    await eventually(async () => (await state(started)) === 'paused', 'the pause');
    expect(await started.client.call.GetTarget(target)).toMatchObject({
      reason: 'not_found',
      detail: 'HTTP status 410',
    });
    outbox.putObject('b', OTHER);
    expect(sink.attempts).toHaveLength(1);
    sink.behaviour = () => 200;
    await started.client.call.PauseTarget(target);
    await started.close();
    open.splice(open.indexOf(started), 1);

    const again = await start(outbox, directory, environment);
    expect(await again.client.call.GetTarget(target)).toMatchObject({ state: 'paused', reason: 'paused_by_operator' });
    expect(sink.accepted).toHaveLength(0);
    await again.client.call.ResumeTarget(target);
    await eventually(() => sink.accepted.length === 2, 'both events');
  });
});

test('a target that never answers does not hold up another one', async () => {
  const outbox = new MemoryOutbox();
  const stuck = await startSink();
  const healthy = await startSink();
  stuck.behaviour = () => 'hang';
  outbox.putRules('b', [{ id: 'one' }, { id: 'two', targetId: '2:webhook' }]);
  const { client, close } = await start(outbox, makeDirectory(), {
    ...webhookEnvironment(stuck.url, { HTTP_TIMEOUT: '200ms', QUEUE_LIMIT: '5' }),
    ...webhookEnvironment(healthy.url, {}, '2'),
  });
  for (let index = 0; index < 300; index += 1) outbox.putObject('b', `key-${index}`);
  await eventually(() => healthy.accepted.length === 300, 'all events at the healthy one');
  expect(stuck.accepted).toHaveLength(0);
  await eventually(
    async () => (await client.call.GetTarget(target)).state === 'offline',
    'the stuck one is seen as offline',
  );
  expect(await client.call.GetTarget(target)).toMatchObject({ queue_depth: '5' });
  await close();
  // Nothing of the stuck one is lost: its cursor is where its first event is.
  expect(outbox.cursors.get('notify:1:webhook')).toBe(2n);
  open.splice(
    open.findIndex((part) => 'client' in part),
    1,
  );
});

test('a receiver that is down at the start gets its events when it comes', async () => {
  const outbox = new MemoryOutbox();
  const gone = await WebhookSink.start();
  const { port, url } = gone;
  await gone.close();
  outbox.putRules('b', [{}]);
  outbox.putObject('b', 'a');
  const { client } = await start(outbox, makeDirectory(), webhookEnvironment(url));
  await eventually(async () => (await client.call.GetTarget(target)).reason === 'connection_refused', 'seen as down');
  const sink = keep(await WebhookSink.start(port));
  await eventually(() => sink.accepted.length === 1, 'the event');
  await eventually(async () => (await client.call.GetTarget(target)).state === 'online', 'seen as up');
});

test('redirects are not followed', async () => {
  const outbox = new MemoryOutbox();
  const elsewhere = await startSink();
  const sink = await startSink();
  sink.behaviour = () => ({ status: 307, headers: { location: elsewhere.url } });
  outbox.putRules('b', [{}]);
  const { client } = await start(outbox, makeDirectory(), webhookEnvironment(sink.url));
  outbox.putObject('b', 'a');
  await eventually(async () => (await client.call.GetTarget(target)).reason === 'redirected', 'the pause');
  expect(elsewhere.attempts).toHaveLength(0);
});

test('retries end when the settings bound them', async () => {
  const outbox = new MemoryOutbox();
  const sink = await startSink();
  sink.behaviour = () => 500;
  outbox.putRules('b', [{}]);
  const environment = webhookEnvironment(sink.url, { MAX_RETRY: '2', RETRY_INTERVAL: '1ms' });
  const { client } = await start(outbox, makeDirectory(), environment);
  outbox.putObject('b', 'a');
  await eventually(async () => (await client.call.GetTarget(target)).dead_letter_count === '1', 'the dead letter');
  const { dead_letters } = await client.call.ListDeadLetters(target);
  expect(dead_letters).toMatchObject([{ reason: 'retries_exhausted', retry_count: 2 }]);
  expect(sink.attempts).toHaveLength(3);
});

test('misconfigured, unknown and disabled targets are listed and keep nobody from running', async () => {
  const outbox = new MemoryOutbox();
  const sink = await startSink();
  outbox.putRules('b', [{}]);
  const { client, service } = await start(outbox, makeDirectory(), {
    ...webhookEnvironment(sink.url),
    ...webhookEnvironment('ftp://nowhere', {}, 'bad'),
    ...webhookEnvironment('http://169.254.169.254/latest', {}, 'meta'),
    ...webhookEnvironment(sink.url, { ENABLE: 'off' }, 'off'),
    NEEDLESTACK_NOTIFY_KAFKA_ENABLE_1: 'on',
  });
  outbox.putObject('b', 'a');
  await eventually(() => sink.accepted.length === 1, 'the event');
  const byId = Object.fromEntries((await service.port.listTargets()).map((each) => [each.targetId, each]));
  expect(byId).toMatchObject({
    '1:webhook': { state: 'online' },
    'bad:webhook': { state: 'error', reason: 'configuration_invalid' },
    'meta:webhook': { state: 'error', reason: 'configuration_invalid' },
    'off:webhook': { state: 'disabled' },
    '1:kafka': { state: 'error', reason: 'unsupported_type' },
  });
  await expect(client.call.GetCursor({ target_id: 'off:webhook' })).rejects.toMatchObject({
    code: 'failed-precondition',
  });
  await expect(client.call.GetTarget({ target_id: 'no:webhook' })).rejects.toMatchObject({ code: 'not-found' });
});

test('a test event is sent on demand, and when rules are stored if the target wants it', async () => {
  const outbox = new MemoryOutbox();
  const sink = await startSink();
  const { client } = await start(outbox, makeDirectory(), webhookEnvironment(sink.url, { TEST_EVENT: 'on' }));
  expect(await client.call.TestTarget(target)).toMatchObject({ delivered: true });
  expect(JSON.parse(sink.accepted[0]?.body ?? '')).toMatchObject({ Service: 'Needlestack', Event: 's3:TestEvent' });
  outbox.putRules('b', [{}]);
  await eventually(() => sink.accepted.length === 2, 'the test event of the bucket');
  expect(JSON.parse(sink.accepted[1]?.body ?? '')).toMatchObject({ Event: 's3:TestEvent', Bucket: 'b' });
  sink.behaviour = () => 401;
  expect(await client.call.TestTarget(target)).toMatchObject({
    delivered: false,
    outcome: 'pause',
    reason: 'authentication_failed',
  });
});

test('a rewind delivers again, with the same ids', async () => {
  const outbox = new MemoryOutbox();
  const sink = await startSink();
  outbox.putRules('b', [{}]);
  const first = outbox.putObject('b', 'a');
  outbox.putObject('b', 'c');
  const { client } = await start(outbox, makeDirectory(), webhookEnvironment(sink.url));
  await eventually(async () => (await client.call.GetCursor(target)).seq === '4', 'the cursor');
  await expect(client.call.RewindCursor({ ...target, seq: 99n })).rejects.toMatchObject({ code: 'invalid-argument' });
  await client.call.RewindCursor({ ...target, seq: first });
  await eventually(() => sink.accepted.length === 4, 'both again');
  expect(new Set(sink.accepted.map(({ eventId }) => eventId)).size).toBe(2);
});

test('the live stream gives events after a place, filtered, and goes on with new ones', async () => {
  const outbox = new MemoryOutbox();
  const { client } = await start(outbox, makeDirectory(), {});
  for (const key of ['a.csv', 'b.txt', 'c.csv']) outbox.putObject('b', key);
  outbox.putObject('other', 'd.csv');
  const stop = new AbortController();
  const stream = client.call.Subscribe(
    { after_seq: 1, bucket: 'b', suffix: '.csv', events: ['s3:ObjectCreated:*'] },
    { signal: stop.signal },
  );
  const next = async () => (await stream.next()).value;
  expect(await next()).toMatchObject({ seq: '3', key: 'c.csv', event_name: 'ObjectCreated:Put', gap: false });
  outbox.putObject('b', 'e.csv', 'ObjectRemoved:Delete');
  outbox.putObject('b', 'f.csv');
  const live = await next();
  expect(live).toMatchObject({ seq: '6', key: 'f.csv' });
  expect(JSON.parse(live.record.toString())).toMatchObject({ s3: { object: { key: 'f.csv' } } });
  stop.abort();
  const wrong = client.call.Subscribe({ events: ['s3:Nothing'] });
  await expect(wrong.next()).rejects.toMatchObject({ code: 'invalid-argument' });
});

test('switched off, no target is loaded and cursors follow the head', async () => {
  const outbox = new MemoryOutbox();
  const sink = await startSink();
  outbox.putRules('b', [{}]);
  const environment = webhookEnvironment(sink.url);
  const directory = makeDirectory();
  const off = await start(outbox, directory, { ...environment, NEEDLESTACK_NOTIFY_ENABLE: 'off' });
  const head = outbox.putObject('b', 'missed');
  await eventually(() => outbox.cursors.get('notify:1:webhook') === head + 1n, 'the cursor at the head');
  expect(await off.service.port.listTargets()).toEqual([]);
  await off.close();
  open.splice(open.indexOf(off), 1);
  await start(outbox, directory, environment);
  outbox.putObject('b', 'seen');
  await eventually(() => sink.accepted.length === 1, 'the event');
  expect(sink.accepted[0]?.key).toBe('seen');
});

test('a graceful stop lets a send under way finish, so that nothing is sent twice', async () => {
  const outbox = new MemoryOutbox();
  const sink = await startSink();
  const directory = makeDirectory();
  const held = sink.holdAnswers();
  outbox.putRules('b', [{}]);
  outbox.putObject('b', 'a');
  const first = await start(outbox, directory, webhookEnvironment(sink.url));
  await eventually(() => sink.attempts.length === 1, 'the attempt');
  const closing = first.close();
  open.splice(open.indexOf(first), 1);
  held.release();
  await closing;
  expect(outbox.cursors.get('notify:1:webhook')).toBe(3n);
  await start(outbox, directory, webhookEnvironment(sink.url));
  outbox.putObject('b', 'c');
  await eventually(() => sink.attempts.length === 2, 'the next event');
  expect(sink.attempts.map(({ key }) => key)).toEqual(['a', 'c']);
});

test('a replay into a paused target is refused', async () => {
  const outbox = new MemoryOutbox();
  const sink = await startSink();
  sink.behaviour = () => 400;
  outbox.putRules('b', [{}]);
  outbox.putObject('b', 'a');
  const { client } = await start(outbox, makeDirectory(), webhookEnvironment(sink.url));
  await eventually(async () => (await client.call.GetTarget(target)).dead_letter_count === '1', 'the dead letter');
  await client.call.PauseTarget(target);
  await expect(client.call.ReplayDeadLetters({ ...target, all: true })).rejects.toMatchObject({
    code: 'failed-precondition',
  });
});

test('a target that is configured no more holds the log only while a rule names it', async () => {
  const outbox = new MemoryOutbox();
  const sink = await startSink();
  const directory = makeDirectory();
  outbox.putRules('b', [{}]);
  const first = await start(outbox, directory, webhookEnvironment(sink.url));
  outbox.putObject('b', 'a');
  await eventually(() => outbox.cursors.get('notify:1:webhook') === 3n, 'the cursor');
  await first.close();
  open.splice(open.indexOf(first), 1);

  const named = await start(outbox, directory, webhookEnvironment(sink.url, {}, '2'));
  outbox.putObject('b', 'waits');
  await eventually(() => outbox.cursors.get('notify:2:webhook') === 4n, 'the other cursor');
  expect(outbox.cursors.get('notify:1:webhook')).toBe(3n);
  expect(await named.client.call.GetTarget(target)).toMatchObject({ state: 'error', reason: 'not_configured' });
  outbox.putRules('b', undefined);
  await eventually(() => outbox.cursors.get('notify') === 5n, 'the rule change');
  await named.close();
  open.splice(open.indexOf(named), 1);

  await start(outbox, directory, webhookEnvironment(sink.url, {}, '2'));
  outbox.putObject('b', 'unwanted');
  await eventually(() => outbox.cursors.get('notify:1:webhook') === 6n, 'the cursor goes along');
});

test('one process a directory', async () => {
  const outbox = new MemoryOutbox();
  const directory = makeDirectory();
  await start(outbox, directory, {});
  await expect(startService(outbox, directory, {})).rejects.toMatchObject({ code: 'unavailable' });
});

test('a lost history of rules is made again from what buckets have', async () => {
  const outbox = new MemoryOutbox();
  const sink = await startSink();
  outbox.putRules('b', [{}]);
  const environment = webhookEnvironment(sink.url);
  const first = await start(outbox, makeDirectory(), environment);
  await eventually(() => outbox.cursors.get('notify') === 2n, 'the rules');
  await first.close();
  open.splice(open.indexOf(first), 1);
  await start(outbox, makeDirectory(), environment);
  outbox.putObject('b', 'a');
  await eventually(() => sink.accepted.length === 1, 'the event');
});

test('health and metrics answer over HTTP', async () => {
  const outbox = new MemoryOutbox();
  const sink = await startSink();
  outbox.putRules('b', [{}]);
  outbox.putObject('b', 'a');
  const { service } = await start(outbox, makeDirectory(), webhookEnvironment(sink.url));
  await eventually(() => sink.accepted.length === 1, 'the event');
  const get = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${service.httpPort}${path}`);
    return { status: answer.status, body: await answer.text() };
  };
  expect((await get('/readyz')).status).toBe(200);
  expect((await get('/nothing')).status).toBe(404);
  await eventually(
    async () =>
      /needlestack_notify_events_sent_total\{[^}]*target="1:webhook"[^}]*\} 1/.test((await get('/metrics')).body),
    'the counter',
  );
  expect((await get('/metrics')).body).toMatch(/needlestack_notify_event_lost_total\{[^}]*\} 0/);
});

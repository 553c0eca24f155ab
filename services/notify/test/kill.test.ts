/** The process dies between each step (stored, delivered, cursor saved); nothing that was committed is missing at the sink. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findServer } from '@needlestack/test-servers';
import { eventually } from './support/eventually.ts';
import { commitEvents } from './support/file-outbox.ts';
import { webhookEnvironment } from './support/start-service.ts';
import { temporaryDirectories } from './support/temporary-directory.ts';
import { WebhookSink } from './support/webhook-sink.ts';

const CHILD = fileURLToPath(new URL('support/notify-child.ts', import.meta.url));
const EVENTS_PER_COMMIT = 20;
const KEYS = 40;
/** Several processes start one after the other, on a machine that may be busy. */
const TIMEOUT_MS = 120_000;
/** Deaths happen among about this many; a bound, so that a test that went wrong ends. */
const EVENTS_MAX = 4_000;
const makeDirectory = temporaryDirectories();
const children = new Set<ChildProcess>();

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
});

function runChild(order: object): ChildProcess {
  const child = spawn(process.execPath, [CHILD, JSON.stringify(order)], { stdio: ['ignore', 'ignore', 'inherit'] });
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

/** Deaths at each step, early and late; the last process lives. */
const DEATHS = [
  { step: 'entriesStored', times: 1 },
  { step: 'entryDelivered', times: 1 },
  { step: 'cursorSaved', times: 3 },
  { step: 'entryDelivered', times: 37 },
  { step: 'entriesStored', times: 2 },
  { step: 'entryDelivered', times: 120 },
] as const;

/** The next process waits for the lease of the dead one, so there are fewer deaths. */
const DEATHS_WITH_LEASE = 3;

async function dieAndRecover(environment: Record<string, string>, deaths: number = DEATHS.length): Promise<void> {
  const directory = makeDirectory();
  const sink = await WebhookSink.start();
  const order = { directory, environment: { ...webhookEnvironment(sink.url), ...environment } };
  let committed = 0;
  const distinct = () => new Set(sink.accepted.map(({ eventId }) => eventId)).size;
  const commitSome = (): void => {
    if (committed >= EVENTS_MAX) throw new Error(`nobody died within ${EVENTS_MAX} events`);
    commitEvents(
      directory,
      Array.from({ length: EVENTS_PER_COMMIT }, (_, index) => `key-${(committed + index) % KEYS}`),
    );
    committed += EVENTS_PER_COMMIT;
  };
  for (const dieAt of DEATHS.slice(0, deaths)) {
    commitSome();
    const child = runChild({ ...order, dieAt });
    const death = once(child, 'exit');
    await eventually(
      () => {
        const isDead = child.signalCode !== null || child.exitCode !== null;
        if (!isDead && committed - distinct() < 5 * EVENTS_PER_COMMIT) commitSome();
        return isDead;
      },
      `death at ${dieAt.step}`,
      TIMEOUT_MS,
    );
    await death;
    expect(child.signalCode).toBe('SIGKILL');
  }
  commitSome();
  const last = runChild(order);
  await eventually(() => distinct() === committed, 'every committed event at the sink', TIMEOUT_MS);
  last.kill('SIGKILL');
  await once(last, 'exit');
  await sink.close();

  const seen = new Set<string>();
  const firsts = sink.accepted.filter(({ eventId }) => !seen.has(eventId) && seen.add(eventId));
  for (const ofKey of Map.groupBy(firsts, ({ key }) => key).values()) {
    const sequencers = ofKey.map(({ sequencer }) => sequencer);
    expect(sequencers).toEqual(sequencers.toSorted());
  }
  expect(firsts).toHaveLength(committed);
}

const LEASE = { NEEDLESTACK_NOTIFY_QUEUE_LEASE: '500ms' };

test.each<[string, Record<string, string>]>([
  ['with the outbox as the queue', {}],
  ['with a file queue', { NEEDLESTACK_NOTIFY_WEBHOOK_QUEUE_DIR_1: join(makeDirectory(), 'queues') }],
])('%s', (_, environment) => dieAndRecover(environment), TIMEOUT_MS);

const redisServer = findServer('redis');

redisServer.describe('with Redis', () => {
  let server: Awaited<ReturnType<typeof redisServer.start>>;
  beforeAll(async () => {
    server = await redisServer.start();
  });
  afterAll(() => server.stop());

  test(
    'as the queue',
    () => dieAndRecover({ NEEDLESTACK_NOTIFY_QUEUE_REDIS_URL: server.url, ...LEASE }, DEATHS_WITH_LEASE),
    TIMEOUT_MS,
  );
});

/** Redis dies with everything it held, and comes back empty; the outbox has what was not delivered. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '@needlestack/test-servers';
import { connectRedis, disconnectRedis } from '../src/storage/redis/redis-connection.ts';
import { eventually } from './support/eventually.ts';
import { MemoryOutbox } from './support/memory-outbox.ts';
import { startService, webhookEnvironment } from './support/start-service.ts';
import { temporaryDirectories } from './support/temporary-directory.ts';
import { WebhookSink } from './support/webhook-sink.ts';

const makeDirectory = temporaryDirectories();
const hasRedis = spawnSync('redis-server', ['--version']).status === 0;
const title = `a Redis that forgets${hasRedis ? '' : ' [skipped: redis-server is not here]'}`;

async function startRedis(port: number): Promise<ChildProcess> {
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const server = spawn('redis-server', args, { stdio: 'ignore', cwd: makeDirectory() });
  const answers = async (): Promise<boolean> => {
    try {
      disconnectRedis(await connectRedis(`redis://127.0.0.1:${port}`, () => undefined));
      return true;
    } catch {
      return false;
    }
  };
  await eventually(answers, 'Redis');
  return server;
}

(hasRedis ? test : test.skip)(title, async () => {
  const port = await freePort();
  const outbox = new MemoryOutbox();
  const sink = await WebhookSink.start();
  const commit = (): void => {
    for (let index = 0; index < 100; index += 1) outbox.putObject('b', `key-${index % 30}`);
  };
  let redis = await startRedis(port);
  outbox.putRules('b', [{}]);
  commit();
  const held = sink.holdAnswers();
  const started = await startService(outbox, makeDirectory(), {
    ...webhookEnvironment(sink.url),
    NEEDLESTACK_NOTIFY_QUEUE_REDIS_URL: `redis://127.0.0.1:${port}`,
    NEEDLESTACK_NOTIFY_QUEUE_LEASE: '900ms',
  });
  await eventually(() => sink.attempts.length >= 10, 'attempts under way');
  redis.kill('SIGKILL');
  await once(redis, 'exit');
  commit();
  held.release();
  const state = async () => (await started.client.call.GetTarget({ target_id: '1:webhook' })).state;
  await eventually(async () => (await state()) !== 'online', 'the trouble is seen');
  redis = await startRedis(port);
  const seen = () => new Set(sink.accepted.map(({ eventId }) => eventId));
  await eventually(() => seen().size === 200, 'every event');
  await started.close();
  await sink.close();
  redis.kill('SIGKILL');

  const ids = new Set<string>();
  const firsts = sink.accepted.filter(({ eventId }) => !ids.has(eventId) && ids.add(eventId));
  for (const ofKey of Map.groupBy(firsts, ({ key }) => key).values()) {
    const sequencers = ofKey.map(({ sequencer }) => sequencer);
    expect(sequencers).toEqual(sequencers.toSorted());
  }
});

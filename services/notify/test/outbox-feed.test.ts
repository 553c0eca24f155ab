import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RuleTimeline } from '@needlestack/event-model';
import { LIVE_RING_ROWS } from '../src/core/limits.ts';
import { loadRules } from '../src/core/load-rules.ts';
import { OutboxFeed } from '../src/core/outbox-feed.ts';
import { createFileRuleLog } from '../src/storage/file-rule-log.ts';
import { systemClock } from '../src/system-clock.ts';
import { eventually } from './support/eventually.ts';
import { MemoryOutbox } from './support/memory-outbox.ts';
import { MemoryRuleLog } from './support/memory-rule-log.ts';
import { quietEvents } from './support/quiet-events.ts';
import { temporaryDirectories } from './support/temporary-directory.ts';

const makeDirectory = temporaryDirectories();
const never = new AbortController().signal;

function startFeed(outbox: MemoryOutbox, startSeq = 0n) {
  const timeline = new RuleTimeline();
  const ruleLog = new MemoryRuleLog();
  const failures: string[] = [];
  const events = quietEvents({ stepFailed: (_, step) => failures.push(step) });
  const parts = { outbox, timeline, ruleLog, clock: systemClock, events, lowestCursor: () => 0n, followers: [] };
  const feed = new OutboxFeed(parts, startSeq);
  const stop = new AbortController();
  const running = feed.run(stop.signal);
  return {
    feed,
    timeline,
    ruleLog,
    failures,
    stop: async () => {
      stop.abort();
      await running;
    },
  };
}

const seqsOf = (rows: readonly { readonly seq: bigint }[]) => rows.map(({ seq }) => Number(seq));

test('readers get what the head has passed, and wait for more', async () => {
  const outbox = new MemoryOutbox();
  for (let index = 0; index < 5; index += 1) outbox.putObject('b', `k${index}`);
  const { feed, stop } = startFeed(outbox);
  await eventually(() => feed.head === 6n, 'the head');
  expect(seqsOf((await feed.read(0n, 0, never)).rows)).toEqual([1, 2, 3, 4, 5]);
  expect(await feed.read(4n, 0, never)).toMatchObject({ nextSeq: 6n });
  expect(await feed.read(6n, 1, never)).toEqual({ rows: [], nextSeq: 6n });
  const waiting = feed.read(6n, 10_000, never);
  outbox.putObject('b', 'late');
  expect(seqsOf((await waiting).rows)).toEqual([6]);
  await stop();
  expect(outbox.cursors.get('notify')).toBe(7n);
});

test('a reader far behind is served from the catalog, without passing the head; every row once, in order', async () => {
  const outbox = new MemoryOutbox();
  const total = LIVE_RING_ROWS * 2 + 17;
  for (let index = 0; index < total; index += 1) outbox.putObject('b', 'k');
  const { feed, stop } = startFeed(outbox);
  await eventually(() => feed.head === BigInt(total + 1), 'the head');
  const seen: number[] = [];
  for (let position = 0n; position < feed.head; ) {
    const page = await feed.read(position, 0, never);
    seen.push(...seqsOf(page.rows));
    position = page.nextSeq;
  }
  expect(seen).toEqual(Array.from({ length: total }, (_, index) => index + 1));
  await stop();
});

test('readers that are up to date cost the catalog nothing', async () => {
  const outbox = new MemoryOutbox();
  const { feed, stop } = startFeed(outbox);
  outbox.putObject('b', 'k');
  await eventually(() => feed.head === 2n, 'the head');
  const before = outbox.reads;
  for (let reader = 0; reader < 20; reader += 1) await feed.read(1n, 0, never);
  expect(outbox.reads - before).toBeLessThanOrEqual(1);
  await stop();
});

test('recent rows, and the gap below them', async () => {
  const outbox = new MemoryOutbox();
  const total = LIVE_RING_ROWS + 100;
  for (let index = 0; index < total; index += 1) outbox.putObject('b', 'k');
  const { feed, stop } = startFeed(outbox);
  await eventually(() => feed.head === BigInt(total + 1), 'the head');
  const oldest = BigInt(total - LIVE_RING_ROWS + 1);
  expect(feed.recentSince(oldest - 1n, 10)).toMatchObject({
    hasGap: false,
    isTruncated: true,
    nextSequence: oldest + 9n,
  });
  expect(feed.recentSince(oldest - 2n, 10)).toMatchObject({ hasGap: true });
  expect(feed.recentSince(BigInt(total), 10)).toEqual({
    rows: [],
    nextSequence: BigInt(total),
    isTruncated: false,
    hasGap: false,
  });
  await stop();
});

test('listeners hear new rows until they leave', async () => {
  const outbox = new MemoryOutbox();
  const { feed, stop } = startFeed(outbox);
  const heard: bigint[] = [];
  const leave = feed.subscribe(({ seq }) => heard.push(seq));
  expect(feed.hasListeners()).toBe(true);
  outbox.putObject('b', 'k');
  await eventually(() => heard.length === 1, 'the row');
  leave();
  expect(feed.hasListeners()).toBe(false);
  outbox.putObject('b', 'k');
  await eventually(() => feed.head === 3n, 'the head');
  expect(heard).toEqual([1n]);
  await stop();
});

test('rules are logged before the head passes them; unreadable ones leave those before in force', async () => {
  const outbox = new MemoryOutbox();
  outbox.putRules('b', [{ id: 'good' }]);
  outbox.append('b', { kind: 'rules', configuration: Buffer.from('{"v":9}') });
  const { feed, timeline, ruleLog, failures, stop } = startFeed(outbox);
  await eventually(() => feed.head === 3n, 'the head');
  expect(seqsOf(ruleLog.rows)).toEqual([1, 2]);
  expect(timeline.match(3n, 'b', 'ObjectCreated:Put', 'k')).toMatchObject([{ configurationId: 'good' }]);
  expect(failures).toEqual(['read the rules of b']);
  await stop();
});

test('a catalog that fails is asked again; nothing is skipped', async () => {
  const outbox = new MemoryOutbox();
  const advance = outbox.advanceOutboxCursor.bind(outbox);
  let failing = 2;
  outbox.advanceOutboxCursor = (consumer, seq) => {
    failing -= 1;
    return failing >= 0 ? Promise.reject(new Error('catalog away')) : advance(consumer, seq);
  };
  outbox.putObject('b', 'k');
  const { feed, failures, stop } = startFeed(outbox);
  await eventually(() => failures.length > 0, 'a failure');
  outbox.putObject('b', 'k');
  await eventually(() => outbox.cursors.get('notify') === 3n, 'the cursor');
  expect(feed.head).toBe(3n);
  await stop();
});

describe('the history of rules', () => {
  const idAt = (timeline: RuleTimeline, seq: bigint) =>
    timeline.match(seq, 'b', 'ObjectCreated:Put', 'k').map(({ configurationId }) => configurationId);

  test('comes back from its file; a torn last line is dropped; what nobody needs is left out', async () => {
    const directory = makeDirectory();
    const outbox = new MemoryOutbox();
    const log = createFileRuleLog(directory);
    expect(await log.load()).toEqual({ rows: [], isNew: true });
    for (const id of ['one', 'two', 'three']) {
      const seq = outbox.putRules('b', [{ id }]);
      await log.append({ seq, bucket: 'b', configuration: outbox.configs.get('b') });
    }
    await log.append({ seq: 1n, bucket: 'gone', configuration: undefined });
    await log.close();
    const path = join(directory, 'rules.log');
    appendFileSync(path, '{"seq":"9","buck');

    const timeline = await loadRules(createFileRuleLog(directory), outbox, 3n);
    expect([2n, 3n, 4n].map((seq) => idAt(timeline, seq))).toEqual([[], ['two'], ['three']]);
    expect(readFileSync(path, 'utf8').split('\n').filter(Boolean)).toHaveLength(2);
    const again = await loadRules(createFileRuleLog(directory), outbox, 3n);
    expect(idAt(again, 4n)).toEqual(['three']);
  });

  test('a log that was lost is made from the buckets; a first start is not', async () => {
    const outbox = new MemoryOutbox();
    outbox.putRules('b', [{ id: 'present' }]);
    expect(idAt(await loadRules(new MemoryRuleLog(), outbox, 5n), 5n)).toEqual(['present']);
    expect(idAt(await loadRules(new MemoryRuleLog(), outbox, undefined), 5n)).toEqual([]);
  });
});

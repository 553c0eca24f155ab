/** The lanes of one target against a receiver that does what the test says. */
import { randomBytes } from 'node:crypto';
import { RuleTimeline } from '@needlestack/event-model';
import type { DeliveryOutcome } from '../src/core/delivery-outcome.ts';
import { DEAD_LETTERS_MAX } from '../src/core/limits.ts';
import { OutboxFeed } from '../src/core/outbox-feed.ts';
import type { DeadLetterStore, DeliveryQueue, Target } from '../src/core/ports.ts';
import type { QueueEntry } from '../src/core/queue-entry.ts';
import { SendPermits } from '../src/core/send-permits.ts';
import { TargetDelivery } from '../src/core/target-delivery.ts';
import { TargetGate } from '../src/core/target-gate.ts';
import { TargetPump } from '../src/core/target-pump.ts';
import { openFileDeadLetters } from '../src/storage/file-dead-letters.ts';
import { createMemoryQueue } from '../src/storage/memory-queue.ts';
import { systemClock } from '../src/system-clock.ts';
import { eventually } from './support/eventually.ts';
import { makeEntry } from './support/make-entry.ts';
import { MemoryOutbox } from './support/memory-outbox.ts';
import { MemoryRuleLog } from './support/memory-rule-log.ts';
import { quietEvents } from './support/quiet-events.ts';
import { temporaryDirectories } from './support/temporary-directory.ts';

const makeDirectory = temporaryDirectories();

async function startDelivery(
  answer: (entry: QueueEntry) => DeliveryOutcome | Promise<DeliveryOutcome>,
  more: { baseMs?: number; random?: () => number; deadLetters?: DeadLetterStore } = {},
) {
  const queue = createMemoryQueue(100, systemClock);
  const deadLetters =
    more.deadLetters ??
    (await openFileDeadLetters({ path: makeDirectory(), isCompressing: false, clock: systemClock, randomBytes }));
  const gate = new TargetGate();
  const sent: bigint[] = [];
  const target: Target = {
    send: async (entry) => {
      sent.push(entry.seq);
      return answer(entry);
    },
    probe: () => Promise.resolve(undefined),
    close: () => Promise.resolve(),
  };
  const delivery = new TargetDelivery({
    targetId: '1:webhook',
    target,
    queue,
    deadLetters,
    gate,
    permits: new SendPermits({ sendsMax: 64, targetsMax: 20 }),
    clock: systemClock,
    random: more.random ?? (() => 0),
    events: quietEvents(),
    retry: { baseMs: more.baseMs ?? 1, retriesMax: 0 },
  });
  const stop = new AbortController();
  const running = delivery.run({ stop: stop.signal, cut: stop.signal });
  return {
    queue,
    deadLetters,
    gate,
    sent,
    delivery,
    stop: async () => {
      stop.abort();
      await running;
    },
  };
}

const delivered: DeliveryOutcome = { kind: 'delivered' };
const unreachable: DeliveryOutcome = { kind: 'retry', reason: 'connection_refused', detail: '' };

test('one success wakes the lanes that wait because the target was out of reach', async () => {
  let isUp = false;
  // A backoff of hours: only being woken lets the first lane try again in time.
  const { queue, gate, stop } = await startDelivery(() => (isUp ? delivered : unreachable), {
    baseMs: 3_600_000,
    random: () => 0.99,
  });
  await queue.append([makeEntry(1, 'waits')]);
  await eventually(() => gate.condition.state === 'offline', 'out of reach');
  isUp = true;
  await queue.append([makeEntry(2, 'another/key')]);
  await eventually(() => queue.depth() === 0, 'both delivered');
  expect(gate.condition.state).toBe('online');
  await stop();
});

test('an attempt that ends with an unexpected error is made again', async () => {
  let attempts = 0;
  const { queue, stop } = await startDelivery(() => {
    attempts += 1;
    if (attempts === 1) throw new Error('a defect');
    return delivered;
  });
  await queue.append([makeEntry(1)]);
  await eventually(() => queue.depth() === 0, 'delivered');
  expect(attempts).toBe(2);
  await stop();
});

test('a pause stops the lanes that wait for a permit, and a resume lets all go on', async () => {
  let isRefusing = true;
  const { queue, gate, sent, stop } = await startDelivery(() =>
    isRefusing ? { kind: 'pause', reason: 'authentication_failed', detail: 'HTTP status 401' } : delivered,
  );
  await queue.append(Array.from({ length: 60 }, (_, seq) => makeEntry(seq, `key-${seq}`)));
  await eventually(() => !gate.isOpen, 'the pause');
  const before = sent.length;
  expect(before).toBeLessThanOrEqual(16);
  isRefusing = false;
  gate.resume();
  await eventually(() => queue.depth() === 0, 'all delivered');
  await stop();
});

test('with the dead letters full the target pauses; nothing is dropped', async () => {
  const store = await openFileDeadLetters({
    path: makeDirectory(),
    isCompressing: false,
    clock: systemClock,
    randomBytes,
  });
  let isFull = true;
  const deadLetters = { ...store, count: () => (isFull ? DEAD_LETTERS_MAX : store.count()) };
  const { queue, gate, stop } = await startDelivery(() => ({ kind: 'park', reason: 'rejected', detail: '' }), {
    deadLetters,
  });
  await queue.append([makeEntry(1)]);
  await eventually(() => gate.condition.reason === 'dead_letters_full', 'the pause');
  expect(queue.depth()).toBe(1);
  isFull = false;
  gate.resume();
  await eventually(() => queue.depth() === 0 && store.count() === 1, 'the letter');
  await stop();
});

test('a dead letter that cannot be stored is tried again before the entry goes', async () => {
  const store = await openFileDeadLetters({
    path: makeDirectory(),
    isCompressing: false,
    clock: systemClock,
    randomBytes,
  });
  let failures = 1;
  const deadLetters: DeadLetterStore = {
    ...store,
    add: (letter) => {
      failures -= 1;
      return failures >= 0 ? Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })) : store.add(letter);
    },
  };
  const { queue, stop } = await startDelivery(() => ({ kind: 'park', reason: 'rejected', detail: '' }), {
    deadLetters,
  });
  await queue.append([makeEntry(1)]);
  await eventually(() => store.count() === 1 && queue.depth() === 0, 'the letter');
  await stop();
});

test('a disk that is full stops the pump, not the log; when there is room again nothing is missing', async () => {
  const outbox = new MemoryOutbox();
  const stop = new AbortController();
  const timeline = new RuleTimeline();
  const events = quietEvents();
  const clock = systemClock;
  const feed = new OutboxFeed(
    { outbox, timeline, ruleLog: new MemoryRuleLog(), clock, events, lowestCursor: () => 0n, followers: [] },
    0n,
  );
  const memory = createMemoryQueue(100, clock);
  let isFull = true;
  const stored: bigint[] = [];
  const queue: DeliveryQueue = {
    ...memory,
    isDurable: true,
    append: (entries) => {
      if (isFull) return Promise.reject(Object.assign(new Error('no space left on device'), { code: 'ENOSPC' }));
      stored.push(...entries.map(({ seq }) => seq));
      return Promise.resolve(entries.length);
    },
  };
  const form = { payload: 'log' as const, origin: { region: '', eventSource: '', hostId: '' } };
  const parts = { targetId: '1:webhook', feed, timeline, outbox, queue, form, sendsTestEvent: false, clock, events };
  const pump = new TargetPump(parts, 0n);
  const running = Promise.all([feed.run(stop.signal), pump.run(stop.signal)]);
  outbox.putRules('b', [{}]);
  outbox.putObject('b', 'a');
  await eventually(() => pump.blockedBy === 'queue_disk_full', 'the full disk is seen');
  outbox.putObject('b', 'c');
  await eventually(() => feed.head === 4n, 'the head goes on');
  expect(outbox.cursors.get('notify:1:webhook') ?? 0n).toBeLessThanOrEqual(2n);
  isFull = false;
  await eventually(() => outbox.cursors.get('notify:1:webhook') === 4n, 'the cursor');
  expect(stored).toEqual([2n, 3n]);
  expect(pump.blockedBy).toBeUndefined();
  stop.abort();
  await running;
});

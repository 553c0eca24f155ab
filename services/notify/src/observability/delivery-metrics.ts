/** Counts and logs what the core tells. The event's key and body never reach the log. */
import type { Logger, MetricsRegistry } from '@needlestack/service-kit';
import type { DeliveryEvents } from '../core/ports.ts';
import type { TargetRegistry } from '../core/target-registry.ts';

export function createDeliveryMetrics(metrics: MetricsRegistry, logger: Logger): DeliveryEvents {
  const labelNames = ['target'] as const;
  const counter = (name: string, help: string) => metrics.counter({ name, help, labelNames });
  const queued = counter('notify_events_queued_total', 'Events stored for a target.');
  const sent = counter('notify_events_sent_total', 'Events that a target acknowledged.');
  const skipped = counter('notify_events_skipped_total', 'Outbox rows that no rule sends to the target.');
  const retried = counter('notify_events_retried_total', 'Attempts that failed and will be made again.');
  const parked = counter('notify_events_parked_total', 'Events that became dead letters.');
  const failed = counter('notify_steps_failed_total', 'Steps of the service itself that failed and are tried again.');
  // By construction 0: an event leaves only as delivered or as a dead letter. It is shown so that an alert can stand on it.
  const lost = counter('notify_event_lost_total', 'Events that were dropped.');
  return {
    entriesStored: (targetId, entries) => {
      queued(targetId).value += entries.length;
      lost(targetId).value += 0;
    },
    cursorSaved: () => undefined,
    rowsSkipped: (targetId, count) => {
      skipped(targetId).value += count;
    },
    entryDelivered: (targetId) => {
      sent(targetId).value += 1;
    },
    entryRetried: (targetId, entry, failure) => {
      retried(targetId).value += 1;
      logger.debug({ targetId, eventId: entry.eventId, ...failure }, 'delivery failed, will be tried again');
    },
    entryParked: (targetId, letter) => {
      parked(targetId).value += 1;
      const { reason, detail, entry } = letter;
      logger.warn({ targetId, eventId: entry.eventId, reason, detail }, 'event became a dead letter');
    },
    targetPaused: (targetId, failure) => logger.warn({ targetId, ...failure }, 'target paused'),
    targetResumed: (targetId) => logger.info({ targetId }, 'target resumed'),
    stepFailed: (targetId, step, error) => {
      failed(targetId).value += 1;
      logger.error({ targetId, step, err: error }, 'step failed, will be tried again');
    },
  };
}

/** Numbers that are looked up when somebody scrapes. */
export function addTargetGauges(metrics: MetricsRegistry, registry: TargetRegistry, parts: GaugeParts): void {
  const labelNames = ['target'];
  const perTarget = (read: (status: ReturnType<TargetRegistry['list']>[number]) => number) => () =>
    registry.list().map((status) => [[status.targetId], read(status)] as const);
  const gauge = (name: string, help: string, read: (status: ReturnType<TargetRegistry['list']>[number]) => number) =>
    metrics.gauge({ name, help, labelNames }, perTarget(read));
  gauge('notify_queue_entries', 'Events stored and not yet delivered.', ({ queueDepth }) => queueDepth);
  gauge('notify_dead_letters', 'Dead letters kept.', ({ deadLetterCount }) => deadLetterCount);
  gauge('notify_target_online', '1 while the target is online.', ({ state }) => (state === 'online' ? 1 : 0));
  gauge('notify_oldest_unsent_seconds', 'Age of the oldest event that waits.', ({ oldestQueuedAtMs }) =>
    oldestQueuedAtMs === undefined ? 0 : Math.max(0, (parts.nowMs() - oldestQueuedAtMs) / 1_000),
  );
  gauge('notify_outbox_rows_behind', 'Rows between the cursor of the target and the head.', ({ cursor }) =>
    cursor === undefined ? 0 : Number(parts.head() - cursor),
  );
  metrics.gauge({ name: 'notify_sends_in_flight', help: 'Sends under way.' }, parts.sendsInFlight);
}

export interface GaugeParts {
  readonly nowMs: () => number;
  /** Head of the change log. */
  readonly head: () => bigint;
  readonly sendsInFlight: () => number;
}

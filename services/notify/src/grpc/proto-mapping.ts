/** Between the core's types and the messages of notify.proto. */
import type { CursorInit, DeadLetterInit, EventInit, TargetInit } from '@needlestack/rpc/wire/needlestack-notify';
import { NotifyError } from '../core/notify-error.ts';
import type { DeadLetter } from '../core/ports.ts';
import type { LiveEvent } from '../core/subscribe-events.ts';
import type { TargetStatus } from '../core/target-registry.ts';

export function toTargetMessage(status: TargetStatus): TargetInit {
  return {
    target_id: status.targetId,
    arn: status.arn,
    state: status.state,
    reason: status.reason ?? '',
    detail: status.detail,
    queue_depth: status.queueDepth,
    oldest_queued_at_ms: status.oldestQueuedAtMs ?? 0,
    dead_letter_count: status.deadLetterCount,
    cursor: status.cursor ?? 0n,
  };
}

export function toDeadLetterMessage({ entry, reason, detail, retryCount, failedAtMs }: DeadLetter): DeadLetterInit {
  return {
    event_id: entry.eventId,
    seq: entry.seq,
    event_name: entry.eventName,
    bucket: entry.bucket,
    key: entry.key,
    reason,
    detail,
    retry_count: retryCount,
    failed_at_ms: failedAtMs,
    content_type: entry.contentType,
    body: entry.body,
  };
}

export function toEventMessage({ event, eventId, record, hasGap }: LiveEvent): EventInit {
  return {
    seq: event.seq,
    event_id: eventId,
    event_name: event.eventName,
    bucket: event.bucket,
    key: event.key,
    record: Buffer.from(JSON.stringify(record)),
    gap: hasGap,
  };
}

export function toCursorMessage(targetId: string, seq: bigint, head: bigint): CursorInit {
  return { target_id: targetId, seq, head };
}

/** A 64-bit number as the wire gives it. Throws NotifyError `invalid-argument`. */
export function parseSeq(text: string): bigint {
  if (!/^\d{1,20}$/.test(text)) throw new NotifyError('invalid-argument', `${text} is no place in the log`);
  return BigInt(text);
}

/**
 * The stored form of a configuration: what the catalog keeps under `notification` and repeats in a `rules` row of the outbox.
 * JSON `{ "v": 1, "rules": [...] }` in UTF-8. A reader refuses a version that it does not know.
 */
import { expandEventPattern } from './event-names.ts';
import type { NotificationConfiguration, NotificationRule } from './notification-configuration.ts';

const VERSION = 1;

/** Bytes that are no configuration of a known version. */
export class NotificationCodecError extends Error {
  override readonly name = 'NotificationCodecError';
}

export function encodeNotificationConfiguration(configuration: NotificationConfiguration): Uint8Array {
  return Buffer.from(JSON.stringify({ v: VERSION, rules: configuration.rules }));
}

/** Throws NotificationCodecError. Rules are taken as they were validated when they were stored. */
export function decodeNotificationConfiguration(bytes: Uint8Array): NotificationConfiguration {
  const stored = parseJson(bytes);
  if (!isObject(stored) || stored.v !== VERSION || !Array.isArray(stored.rules)) {
    throw new NotificationCodecError(`stored notification configuration is not of version ${VERSION}`);
  }
  return { rules: stored.rules.map(decodeRule) };
}

function decodeRule(rule: unknown, index: number): NotificationRule {
  if (!isObject(rule)) throw new NotificationCodecError(`stored rule ${index} is not an object`);
  const { id, arn, targetId, events, prefix, suffix } = rule;
  if (typeof id !== 'string' || typeof arn !== 'string' || typeof targetId !== 'string') {
    throw new NotificationCodecError(`stored rule ${index} lacks id, arn or targetId`);
  }
  if (!Array.isArray(events) || !events.every(isEventPattern)) {
    throw new NotificationCodecError(`stored rule ${index} has an unknown event`);
  }
  return {
    id,
    arn,
    targetId,
    events,
    ...(typeof prefix === 'string' && { prefix }),
    ...(typeof suffix === 'string' && { suffix }),
  };
}

function isEventPattern(event: unknown): event is string {
  return typeof event === 'string' && expandEventPattern(event) !== undefined;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new NotificationCodecError('stored notification configuration is not JSON', { cause });
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

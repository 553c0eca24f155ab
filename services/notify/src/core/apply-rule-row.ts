import {
  decodeNotificationConfiguration,
  NotificationCodecError,
  type NotificationConfiguration,
  type RuleTimeline,
} from '@needlestack/event-model';
import type { RuleRow } from './ports.ts';

/**
 * Puts one rule change into the timeline. Rules that cannot be read (written by a later version) leave those before them in force
 * rather than stop the whole log; what was wrong with them is returned.
 */
export function applyRuleRow(timeline: RuleTimeline, row: RuleRow): NotificationCodecError | undefined {
  let configuration: NotificationConfiguration | undefined;
  try {
    configuration = row.configuration === undefined ? undefined : decodeNotificationConfiguration(row.configuration);
  } catch (error) {
    if (error instanceof NotificationCodecError) return error;
    throw error;
  }
  timeline.apply(row.seq, row.bucket, configuration);
  return undefined;
}

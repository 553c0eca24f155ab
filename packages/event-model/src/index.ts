export { type CompiledRules, compileRules, matchRules, type RuleMatch } from './compile-rules.ts';
export { buildEventEnvelope, type EnvelopeRoute, type EventEnvelope, routeEvent } from './event-envelope.ts';
export { type EventIdParts, makeEventId } from './event-id.ts';
export {
  EVENT_NAME_PREFIX,
  EVENT_NAMES,
  EVENT_WILDCARDS,
  type EventName,
  eventVersionOf,
  expandEventPattern,
  isEventName,
  isRemovalEvent,
  METRICS_ONLY_EVENT_NAMES,
} from './event-names.ts';
export {
  buildPayload,
  type EntityPayload,
  isPayloadFormat,
  type LogPayload,
  objectPath,
  PAYLOAD_FORMATS,
  type PayloadFormat,
  type S3Payload,
} from './event-payload.ts';
export { buildEventRecord, type EventRecord, type RecordedObject, type RecordOrigin } from './event-record.ts';
export { checkFilterValue, type KeyFilter } from './key-filter.ts';
export {
  decodeNotificationConfiguration,
  encodeNotificationConfiguration,
  NotificationCodecError,
} from './notification-codec.ts';
export type { NotificationConfiguration, NotificationRule } from './notification-configuration.ts';
export type { DocumentNode, NotificationDocument } from './notification-document.ts';
export { NOTIFICATION_ERROR_CODES, NotificationError, type NotificationErrorCode } from './notification-error.ts';
export type { EventDetails, ObjectEvent } from './object-event.ts';
export { decodeObjectKey, encodeObjectKey } from './object-key-encoding.ts';
export { type NotificationContext, parseNotificationDocument } from './parse-notification-document.ts';
export { renderNotificationDocument } from './render-notification-document.ts';
export { RuleTimeline } from './rule-timeline.ts';
export { formatSequencer, parseSequencer } from './sequencer.ts';
export { formatTargetArn, parseTargetArn, type TargetArn, targetIdOf } from './target-arn.ts';
export { buildTestEvent, type TestEvent } from './test-event.ts';

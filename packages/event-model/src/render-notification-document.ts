/** GetBucketNotificationConfiguration: what was stored, as the document that the XML is written from. */
import type { NotificationConfiguration, NotificationRule } from './notification-configuration.ts';
import type { NotificationDocument } from './notification-document.ts';

/** Content of `NotificationConfiguration`, element order as S3 writes it; empty without rules. */
export function renderNotificationDocument(configuration: NotificationConfiguration): NotificationDocument {
  if (configuration.rules.length === 0) return {};
  return { QueueConfiguration: configuration.rules.map(renderRule) };
}

function renderRule(rule: NotificationRule): NotificationDocument {
  const filters = [
    ...(rule.prefix === undefined ? [] : [{ Name: 'prefix', Value: rule.prefix }]),
    ...(rule.suffix === undefined ? [] : [{ Name: 'suffix', Value: rule.suffix }]),
  ];
  return {
    Id: rule.id,
    Queue: rule.arn,
    Event: rule.events,
    ...(filters.length > 0 && { Filter: { S3Key: { FilterRule: filters } } }),
  };
}

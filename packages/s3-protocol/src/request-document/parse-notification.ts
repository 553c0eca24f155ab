import { S3Error } from '../error/s3-error.ts';
import { parseXml, type XmlElement } from '../xml/parse-xml.ts';
import { childOf, childrenOf, requireRoot, requireText, textOf } from '../xml/xml-reader.ts';

export interface NotificationFilterRule {
  readonly name: 'prefix' | 'suffix';
  readonly value: string;
}

/** One TopicConfiguration, QueueConfiguration or CloudFunctionConfiguration. */
export interface NotificationRule {
  readonly kind: 'topic' | 'queue' | 'function';
  readonly id: string | undefined;
  readonly arn: string;
  /** As written, with `s3:`. */
  readonly events: readonly string[];
  readonly filters: readonly NotificationFilterRule[];
}

export interface NotificationDocument {
  readonly rules: readonly NotificationRule[];
  readonly isEventBridgeEnabled: boolean;
}

/** Element, its kind, and the child that names the target; older spellings included. */
const KINDS = [
  ['TopicConfiguration', 'topic', 'Topic'],
  ['QueueConfiguration', 'queue', 'Queue'],
  ['CloudFunctionConfiguration', 'function', 'CloudFunction'],
  ['LambdaFunctionConfiguration', 'function', 'LambdaFunctionArn'],
] as const;

/** @throws S3Error `MalformedXML`; what events and targets are allowed is the caller's rule */
export const parseNotification = (body: Uint8Array): NotificationDocument => {
  const root = requireRoot(parseXml(body), 'NotificationConfiguration');
  const rules: NotificationRule[] = [];
  for (const child of root.children) {
    const kind = KINDS.find(([element]) => element === child.name);
    if (kind !== undefined) rules.push(readRule(child, kind[1], kind[2]));
    else if (child.name !== 'EventBridgeConfiguration') throw new S3Error('MalformedXML');
  }
  return { rules, isEventBridgeEnabled: childOf(root, 'EventBridgeConfiguration') !== undefined };
};

const readRule = (element: XmlElement, kind: NotificationRule['kind'], target: string): NotificationRule => {
  const events = childrenOf(element, 'Event').map((event) => event.text.trim());
  if (events.length === 0) throw new S3Error('MalformedXML');
  const key = childOf(childOf(element, 'Filter') ?? element, 'S3Key');
  const filters = key === undefined ? [] : childrenOf(key, 'FilterRule').map(readFilterRule);
  const id = textOf(element, 'Id')?.trim();
  return { kind, id: id === '' ? undefined : id, arn: requireText(element, target).trim(), events, filters };
};

const readFilterRule = (element: XmlElement): NotificationFilterRule => {
  const name = requireText(element, 'Name').trim().toLowerCase();
  if (name !== 'prefix' && name !== 'suffix') {
    throw new S3Error('InvalidArgument', {
      message: 'filter rule name must be either prefix or suffix',
      details: { ArgumentName: 'FilterRule.Name', ArgumentValue: name },
    });
  }
  return { name, value: textOf(element, 'Value') ?? '' };
};

/** PutBucketNotificationConfiguration: the document becomes a configuration, or is refused as a whole. */
import { expandEventPattern } from './event-names.ts';
import { type KeyFilter, parseKeyFilter } from './key-filter.ts';
import { RULE_ID_CHARS_MAX, RULES_PER_BUCKET_MAX } from './limits.ts';
import type { NotificationConfiguration, NotificationRule } from './notification-configuration.ts';
import { childrenOf, type DocumentNode, elementNamesOf, type NotificationDocument } from './notification-document.ts';
import { NotificationError } from './notification-error.ts';
import { parseTargetArn, targetIdOf } from './target-arn.ts';

export interface NotificationContext {
  /** Region of this store; an ARN may name it or leave it empty. */
  readonly region: string;
  /** `1:webhook` → whether such a target is configured. */
  readonly hasTarget: (targetId: string) => boolean;
  /** Makes the Id of a rule that has none. */
  readonly makeRuleId: () => string;
}

const UNSUPPORTED_ELEMENTS = ['TopicConfiguration', 'CloudFunctionConfiguration', 'EventBridgeConfiguration'];
const RULE_ELEMENTS: ReadonlySet<string> = new Set(['Id', 'Queue', 'Event', 'Filter']);

/**
 * @param document content of `NotificationConfiguration`; an empty one means that all rules go.
 * Throws NotificationError and then nothing may be stored.
 */
export function parseNotificationDocument(
  document: NotificationDocument,
  context: NotificationContext,
): NotificationConfiguration {
  refuseForeignElements(document);
  const nodes = childrenOf(document, 'QueueConfiguration');
  if (nodes.length > RULES_PER_BUCKET_MAX) {
    throw new NotificationError(
      'InvalidArgument',
      `The configuration has ${nodes.length} rules; at most ${RULES_PER_BUCKET_MAX} are allowed.`,
      'QueueConfiguration',
    );
  }
  const rules = nodes.map((node) => parseRule(node, context));
  refuseRepeatedRules(rules);
  return { rules };
}

function refuseForeignElements(document: NotificationDocument): void {
  for (const element of elementNamesOf(document)) {
    if (element === 'QueueConfiguration') continue;
    if (UNSUPPORTED_ELEMENTS.includes(element)) {
      throw new NotificationError(
        'UnsupportedConfiguration',
        `${element} is not supported; name the target in a QueueConfiguration.`,
        element,
      );
    }
    throw malformed(`NotificationConfiguration holds the unknown element ${element}.`);
  }
}

function parseRule(node: DocumentNode, context: NotificationContext): NotificationRule {
  if (typeof node === 'string') throw malformed('A QueueConfiguration is empty.');
  for (const element of elementNamesOf(node)) {
    if (!RULE_ELEMENTS.has(element)) throw malformed(`QueueConfiguration holds the unknown element ${element}.`);
  }
  const events = parseEvents(node);
  const arn = readText(node, 'Queue');
  if (arn === undefined) throw malformed('A QueueConfiguration has no Queue.');
  return {
    id: readRuleId(node) ?? context.makeRuleId(),
    arn,
    targetId: resolveTarget(arn, context),
    events,
    ...parseFilter(node),
  };
}

function readRuleId(node: NotificationDocument): string | undefined {
  const id = readText(node, 'Id');
  if (id === undefined || id === '') return undefined;
  if (id.length > RULE_ID_CHARS_MAX) {
    throw new NotificationError('InvalidArgument', `An Id is longer than ${RULE_ID_CHARS_MAX} characters.`, 'Id', id);
  }
  return id;
}

function parseEvents(node: NotificationDocument): readonly string[] {
  const events = childrenOf(node, 'Event').map((event) => {
    if (typeof event !== 'string') throw malformed('An Event holds elements.');
    return event;
  });
  if (events.length === 0) throw malformed('A QueueConfiguration has no Event.');
  const seen = new Set<string>();
  for (const event of events) {
    const names = expandEventPattern(event);
    if (names === undefined) {
      throw new NotificationError('InvalidArgument', `The event ${event} cannot be used in a rule.`, 'Event', event);
    }
    // An alias and the name it stands for are one event.
    const identity = names.join(' ');
    if (seen.has(identity)) {
      throw new NotificationError('InvalidArgument', `The event ${event} is named twice.`, 'Event', event);
    }
    seen.add(identity);
  }
  return events;
}

function resolveTarget(text: string, context: NotificationContext): string {
  const arn = parseTargetArn(text);
  if (arn === undefined) {
    throw new NotificationError('InvalidArgument', 'The ARN does not name a notification target.', 'Queue', text);
  }
  if (arn.region !== '' && arn.region !== context.region) {
    throw new NotificationError(
      'InvalidArgument',
      `The ARN names the region ${arn.region}; this store is in ${context.region}.`,
      'Queue',
      text,
    );
  }
  const targetId = targetIdOf(arn);
  if (!context.hasTarget(targetId)) {
    throw new NotificationError('InvalidArgument', `The target ${targetId} is not configured.`, 'Queue', text);
  }
  return targetId;
}

function parseFilter(node: NotificationDocument): KeyFilter {
  const filters = childrenOf(node, 'Filter');
  if (filters.length > 1) throw malformed('A QueueConfiguration has two Filter elements.');
  const filter = filters[0];
  return filter === undefined ? {} : parseKeyFilter(filter);
}

function refuseRepeatedRules(rules: readonly NotificationRule[]): void {
  const ids = new Set<string>();
  const contents = new Map<string, string>();
  for (const rule of rules) {
    if (ids.has(rule.id)) {
      throw new NotificationError('InvalidArgument', `Two rules have the Id ${rule.id}.`, 'Id', rule.id);
    }
    ids.add(rule.id);
    const content = describeRule(rule);
    const twin = contents.get(content);
    if (twin !== undefined) {
      throw new NotificationError(
        'InvalidArgument',
        `The rules ${twin} and ${rule.id} have the same target, events and filter.`,
        'Id',
        rule.id,
      );
    }
    contents.set(content, rule.id);
  }
}

/** Equal for rules that do the same, whatever the order of their events and the spelling of their ARN. */
function describeRule(rule: NotificationRule): string {
  const names = rule.events.flatMap((event) => expandEventPattern(event) ?? []).sort();
  return JSON.stringify([rule.targetId, names, rule.prefix ?? '', rule.suffix ?? '']);
}

function readText(node: NotificationDocument, element: string): string | undefined {
  const children = childrenOf(node, element);
  if (children.length > 1) throw malformed(`${element} is there twice.`);
  const child = children[0];
  if (child === undefined) return undefined;
  if (typeof child === 'string') return child;
  if (elementNamesOf(child).length > 0) throw malformed(`${element} holds elements.`);
  return '';
}

function malformed(message: string): NotificationError {
  return new NotificationError('MalformedXML', message);
}

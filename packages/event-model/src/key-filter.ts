/** `Filter/S3Key/FilterRule`: which keys a rule is about. */
import { FILTER_VALUE_CHARS_MAX } from './limits.ts';
import { childrenOf, type DocumentNode, elementNamesOf, type NotificationDocument } from './notification-document.ts';
import { NotificationError } from './notification-error.ts';

export interface KeyFilter {
  readonly prefix?: string;
  readonly suffix?: string;
}

/** Reads `Filter`. A `FilterRuleList` around the rules is accepted. Throws NotificationError. */
export function parseKeyFilter(filter: DocumentNode): KeyFilter {
  const found: { prefix?: string; suffix?: string } = {};
  for (const rule of filterRules(filter)) {
    const name = readText(rule, 'Name').toLowerCase();
    if (name !== 'prefix' && name !== 'suffix') {
      throw new NotificationError('InvalidArgument', 'A filter rule is named neither prefix nor suffix.', 'Name', name);
    }
    if (found[name] !== undefined) {
      throw new NotificationError('InvalidArgument', `A filter has two rules named ${name}.`, 'Name', name);
    }
    const value = readText(rule, 'Value');
    checkFilterValue(value);
    found[name] = value;
  }
  return found;
}

/** Throws NotificationError when the value cannot be part of a key that S3 clients agree on. */
export function checkFilterValue(value: string): void {
  // The UTF-16 length is an upper bound of the character count; only a long value is counted.
  if (value.length > FILTER_VALUE_CHARS_MAX && [...value].length > FILTER_VALUE_CHARS_MAX) {
    throw invalidValue(`A filter value is longer than ${FILTER_VALUE_CHARS_MAX} characters.`, value);
  }
  if (value.includes('\\')) throw invalidValue('A filter value holds a backslash.', value);
  if (value.split('/').some((segment) => segment === '.' || segment === '..')) {
    throw invalidValue('A filter value holds a dot segment.', value);
  }
}

function filterRules(filter: DocumentNode): readonly NotificationDocument[] {
  return childElements(filter, 'S3Key').flatMap((s3Key) => {
    const lists = childElements(s3Key, 'FilterRuleList', 'FilterRule');
    return [s3Key, ...lists].flatMap((holder) => childElements(holder, 'FilterRule', 'FilterRuleList'));
  });
}

/** Children of one name; any other element than `name` and `sibling` is refused. An empty element has none. */
function childElements(parent: DocumentNode, name: string, sibling?: string): readonly NotificationDocument[] {
  if (typeof parent === 'string') {
    if (parent.trim() === '') return [];
    throw malformed(`Text stands where ${name} is expected.`);
  }
  for (const element of elementNamesOf(parent)) {
    if (element !== name && element !== sibling) throw malformed(`${element} stands where ${name} is expected.`);
  }
  return childrenOf(parent, name).map((child) => {
    if (typeof child !== 'string') return child;
    if (child.trim() !== '') throw malformed(`${name} holds text.`);
    return {};
  });
}

function readText(rule: NotificationDocument, element: 'Name' | 'Value'): string {
  const [child, ...more] = childrenOf(rule, element);
  if (child === undefined || more.length > 0) throw malformed(`A FilterRule needs one ${element}.`);
  if (typeof child === 'string') return child;
  if (elementNamesOf(child).length > 0) throw malformed(`${element} of a FilterRule holds elements.`);
  return '';
}

function invalidValue(message: string, value: string): NotificationError {
  return new NotificationError('InvalidArgument', message, 'Value', value);
}

function malformed(message: string): NotificationError {
  return new NotificationError('MalformedXML', message);
}

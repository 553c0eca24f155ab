/** Parameters of a call of a query API: a form, with lists as `Name.member.1`. */
import { LISTED_PARAMETERS_MAX } from '../../core/limits.ts';
import { QueryError } from './query-error.ts';

export interface TextRule {
  readonly minLength?: number;
  readonly maxLength: number;
  readonly pattern?: RegExp;
}

/** Names of users, groups, roles and policies. */
export const NAME_RULE = { minLength: 1, maxLength: 128, pattern: /^[\w+=,.@-]+$/ } as const;
export const PATH_RULE = { minLength: 1, maxLength: 512, pattern: /^(?:\/|\/[!-~]+\/)$/ } as const;
/** A document as it is sent; what of it counts is bounded where it is kept. */
export const DOCUMENT_RULE = { minLength: 1, maxLength: 131_072 } as const;
export const ARN_RULE = { minLength: 20, maxLength: 2048 } as const;
export const DESCRIPTION_RULE = { maxLength: 1000 } as const;

const TAG_KEY_LENGTH_MAX = 128;
const TAG_VALUE_LENGTH_MAX = 256;

export class FormParameters {
  readonly #values: URLSearchParams;
  readonly #readText: (text: string) => string;

  /** @param readText what a value means, where that is not what it says */
  constructor(form: string, readText: (text: string) => string = (text) => text) {
    this.#values = new URLSearchParams(form);
    this.#readText = readText;
  }

  optional(name: string, rule?: TextRule): string | undefined {
    const text = this.#values.get(name);
    if (text === null) return undefined;
    const value = this.#readText(text);
    if (rule !== undefined) checkText(name, value, rule);
    return value;
  }

  /** @throws QueryError `ValidationError` when it is missing or breaks the rule */
  required(name: string, rule?: TextRule): string {
    const value = this.optional(name, rule);
    if (value === undefined) throw invalid(name, 'null', 'Member must not be null');
    return value;
  }

  integer(name: string, bounds: { readonly min: number; readonly max: number }): number | undefined {
    const text = this.optional(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (!/^-?\d+$/.test(text) || value < bounds.min || value > bounds.max)
      throw invalid(name, text, `Member must be a number from ${bounds.min} to ${bounds.max}`);
    return value;
  }

  boolean(name: string): boolean | undefined {
    const text = this.optional(name)?.toLowerCase();
    if (text === undefined || text === 'true') return text === undefined ? undefined : true;
    if (text === 'false') return false;
    throw invalid(name, text, 'Member must be true or false');
  }

  /** `Name.member.1`, `Name.member.2`, ... */
  list(name: string, rule?: TextRule): readonly string[] {
    const items: string[] = [];
    for (;;) {
      const item = this.optional(`${name}.member.${items.length + 1}`, rule);
      if (item === undefined) return items;
      items.push(item);
      if (items.length > LISTED_PARAMETERS_MAX) throw invalid(name, 'list', `at most ${LISTED_PARAMETERS_MAX} members`);
    }
  }

  /** Members of a list of structures: `Name.member.1.Field`. */
  structures(name: string, firstField: string): readonly ((field: string) => string | undefined)[] {
    const items: ((field: string) => string | undefined)[] = [];
    for (;;) {
      const at = `${name}.member.${items.length + 1}`;
      if (this.optional(`${at}.${firstField}`) === undefined) return items;
      items.push((field) => this.optional(`${at}.${field}`));
      if (items.length > LISTED_PARAMETERS_MAX) throw invalid(name, 'list', `at most ${LISTED_PARAMETERS_MAX} members`);
    }
  }

  /** @throws QueryError `InvalidInput` for a key that comes twice, without regard to case */
  tags(name = 'Tags'): Readonly<Record<string, string>> {
    const tags: [string, string][] = [];
    const seen = new Set<string>();
    for (const read of this.structures(name, 'Key')) {
      const key = read('Key') ?? '';
      const value = read('Value') ?? '';
      checkText('Key', key, { minLength: 1, maxLength: TAG_KEY_LENGTH_MAX });
      checkText('Value', value, { maxLength: TAG_VALUE_LENGTH_MAX });
      if (seen.has(key.toLowerCase()))
        throw new QueryError(
          'InvalidInput',
          'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
        );
      seen.add(key.toLowerCase());
      tags.push([key, value]);
    }
    return Object.fromEntries(tags);
  }
}

const checkText = (name: string, value: string, rule: TextRule): void => {
  if (value.length > rule.maxLength)
    throw invalid(name, value, `Member must have length less than or equal to ${rule.maxLength}`);
  if (value.length < (rule.minLength ?? 0))
    throw invalid(name, value, `Member must have length greater than or equal to ${rule.minLength}`);
  if (rule.pattern !== undefined && !rule.pattern.test(value))
    throw invalid(name, value, `Member must satisfy regular expression pattern: ${rule.pattern.source}`);
};

const SHOWN_VALUE_LENGTH = 100;

export const invalid = (name: string, value: string, constraint: string): QueryError => {
  const member = name.charAt(0).toLowerCase() + name.slice(1);
  const shown = value.slice(0, SHOWN_VALUE_LENGTH);
  return new QueryError(
    'ValidationError',
    `1 validation error detected: Value '${shown}' at '${member}' failed to satisfy constraint: ${constraint}`,
  );
};

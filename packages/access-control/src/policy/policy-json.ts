import { POLICY_DEPTH_MAX } from '../limits.ts';
import { PolicyError } from './policy-error.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

const NOT_JSON = "Policies must be valid JSON and the first byte must be '{'";

/** @throws PolicyError when the text is no JSON object, or nests deeper than any policy */
export const parsePolicyJson = (text: string): JsonObject => {
  if (!text.startsWith('{')) throw new PolicyError(NOT_JSON);
  checkDepth(text);
  let value: unknown;
  try {
    value = JSON.parse(text, refusePrototype);
  } catch {
    throw new PolicyError(NOT_JSON);
  }
  return asObject(value, 'the document');
};

/** Before anything is built from the text. Brackets in strings do not count. */
const checkDepth = (text: string): void => {
  let depth = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (isInString) {
      if (character === '\\') at += 1;
      else if (character === '"') isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === '{' || character === '[') {
      depth += 1;
      if (depth > POLICY_DEPTH_MAX) throw new PolicyError('Invalid policy syntax.', 'nesting');
    } else if (character === '}' || character === ']') depth -= 1;
  }
};

/** `__proto__` as a name must not become one. */
const refusePrototype = (name: string, value: unknown): unknown => {
  if (name === '__proto__') throw new PolicyError(NOT_JSON);
  return value;
};

export const asObject = (value: unknown, name: string): JsonObject => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new PolicyError('Invalid policy syntax.', name);
};

/** A text or a list of texts; numbers and booleans stand for their text. Never empty. */
export const readTexts = (value: unknown, message: string, max: number): readonly string[] => {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0 || list.length > max) throw new PolicyError(message);
  return list.map((item) => {
    if (typeof item === 'string') return item;
    if (typeof item === 'number' || typeof item === 'boolean') return String(item);
    throw new PolicyError(message, JSON.stringify(item));
  });
};

/** The policy of an upload from an HTML form: until when, and what its fields may say. */
import { S3Error } from '../error/s3-error.ts';
import { POST_POLICY_BYTES_MAX } from '../limits.ts';

/** Fields of a form, by name in lower case. */
export type FormFields = ReadonlyMap<string, string>;

type Condition =
  | { readonly kind: 'eq' | 'starts-with'; readonly field: string; readonly value: string }
  | { readonly kind: 'content-length-range'; readonly minBytes: number; readonly maxBytes: number };

export interface PostPolicy {
  readonly expiresAtMs: number;
  readonly conditions: readonly Condition[];
}

const invalidPolicy = (reason: string): S3Error =>
  new S3Error('InvalidPolicyDocument', { message: `Invalid Policy: ${reason}` });

/** @param text as the form has it: base64 of JSON. @throws S3Error `InvalidPolicyDocument` */
export const parsePostPolicy = (text: string): PostPolicy => {
  if (text.length > POST_POLICY_BYTES_MAX) throw invalidPolicy('it is too long.');
  const document = parseJson(Buffer.from(text, 'base64').toString());
  if (!isObject(document)) throw invalidPolicy('Invalid JSON.');
  const { expiration, conditions } = document;
  if (typeof expiration !== 'string') throw invalidPolicy('Policy missing expiration.');
  const expiresAtMs = ISO_TIME.test(expiration) ? Date.parse(expiration) : Number.NaN;
  if (Number.isNaN(expiresAtMs)) throw invalidPolicy(`Invalid 'expiration' value: '${expiration}'`);
  if (!Array.isArray(conditions)) throw invalidPolicy('Policy missing conditions.');
  return { expiresAtMs, conditions: conditions.flatMap(parseCondition) };
};

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidPolicy('Invalid JSON.');
  }
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const parseCondition = (condition: unknown): Condition[] => {
  if (Array.isArray(condition)) return [parseListed(condition)];
  if (!isObject(condition)) throw invalidPolicy('a condition is neither an object nor a list.');
  const entries = Object.entries(condition);
  if (entries.length === 0) throw invalidPolicy('a condition says nothing.');
  return entries.map(([field, value]) => {
    if (typeof value !== 'string') throw invalidPolicy(`the value of ${field} is no text.`);
    return { kind: 'eq', field: field.toLowerCase(), value };
  });
};

const parseListed = (condition: readonly unknown[]): Condition => {
  const [operator, first, second] = condition;
  if (typeof operator !== 'string' || condition.length !== 3) throw invalidPolicy('a condition has not three parts.');
  const kind = operator.toLowerCase();
  if (kind === 'content-length-range') {
    return { kind, minBytes: readLength(first), maxBytes: readLength(second) };
  }
  if (kind !== 'eq' && kind !== 'starts-with') throw invalidPolicy(`unknown condition ${operator}.`);
  if (typeof first !== 'string' || typeof second !== 'string' || !first.startsWith('$')) {
    throw invalidPolicy(`a condition ${operator} needs a field, which begins with $, and a text.`);
  }
  return { kind, field: first.slice(1).toLowerCase(), value: second };
};

const readLength = (value: unknown): number => {
  const length = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof length === 'number' && Number.isSafeInteger(length) && length >= 0) return length;
  throw invalidPolicy('a content-length-range needs two whole numbers.');
};

/** Fields that no condition needs to speak of: what proves the form, what is proven apart, and what is ignored. */
const isFree = (name: string): boolean => FREE_FIELDS.has(name) || /^x-(?:ignore-|amz-checksum-)/.test(name);
const FREE_FIELDS: ReadonlySet<string> = new Set(['file', 'policy', 'signature', 'awsaccesskeyid', 'x-amz-signature']);

/** How long the file may be. */
export interface FileBounds {
  readonly minBytes: number;
  readonly maxBytes: number;
}

/**
 * Whether the form keeps to its policy.
 *
 * @param fields with `bucket`, which the address says, and with the file's name already in the key
 * @throws S3Error `AccessDenied` that names the condition, or the field that none speaks of
 */
export const checkPostPolicy = (policy: PostPolicy, fields: FormFields, nowMs: number): FileBounds => {
  if (nowMs > policy.expiresAtMs) throw denied('Policy expired.');
  const covered = new Set<string>();
  let bounds: FileBounds = { minBytes: 0, maxBytes: Number.POSITIVE_INFINITY };
  for (const condition of policy.conditions) {
    if (condition.kind === 'content-length-range') {
      bounds = {
        minBytes: Math.max(bounds.minBytes, condition.minBytes),
        maxBytes: Math.min(bounds.maxBytes, condition.maxBytes),
      };
      continue;
    }
    covered.add(condition.field);
    if (!holds(condition, fields.get(condition.field) ?? '')) {
      const { kind, field, value } = condition;
      throw denied(`Policy Condition failed: ["${kind}", "$${field}", "${value}"]`);
    }
  }
  for (const name of fields.keys()) {
    if (!covered.has(name) && !isFree(name)) throw denied(`Extra input fields: ${name}`);
  }
  return bounds;
};

/** Of a Content-Type that lists several, each must begin as the policy says. */
const holds = (
  { kind, field, value }: { readonly kind: 'eq' | 'starts-with'; readonly field: string; readonly value: string },
  given: string,
): boolean => {
  if (kind === 'eq') return given === value;
  const all = field === 'content-type' ? given.split(',').map((one) => one.trim()) : [given];
  return all.every((one) => one.startsWith(value));
};

const denied = (reason: string): S3Error =>
  new S3Error('AccessDenied', { message: `Invalid according to Policy: ${reason}` });

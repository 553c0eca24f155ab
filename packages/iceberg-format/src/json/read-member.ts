import { IcebergFormatError } from '../iceberg-format-error.ts';
import { INT32_MAX, INT64_MAX, INT64_MIN } from '../limits.ts';
import { isJsonObject, type JsonObject, type JsonValue } from './json-value.ts';

/**
 * Typed reads of one member of a JSON object. `owner` says in messages whose member it is, such as `snapshot`.
 * All refuse with `bad-request`; the decoder of a stored document turns that into `bad-metadata`.
 */
function refuse(owner: string, name: string, expected: string, found: JsonValue | undefined): IcebergFormatError {
  return new IcebergFormatError(
    'bad-request',
    `Invalid ${owner}: ${name} must be ${expected}, found ${describe(found)}`,
  );
}

function describe(value: JsonValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  return typeof value === 'object' ? 'an object' : String(value);
}

/** The member itself, never one inherited from `Object.prototype`; null counts as absent. */
export function readMember(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? (object[name] ?? undefined) : undefined;
}

export function readString(object: JsonObject, name: string, owner: string): string {
  const value = readMember(object, name);
  if (typeof value !== 'string') throw refuse(owner, name, 'a string', value);
  return value;
}

export function readBoolean(object: JsonObject, name: string, owner: string): boolean {
  const value = readMember(object, name);
  if (typeof value !== 'boolean') throw refuse(owner, name, 'true or false', value);
  return value;
}

/** An integer of 32 bits, `-1` included. */
export function readInt32(object: JsonObject, name: string, owner: string): number {
  return checkInt32(readMember(object, name), name, owner);
}

function checkInt32(value: JsonValue | undefined, name: string, owner: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value > INT32_MAX || value < -INT32_MAX - 1) {
    throw refuse(owner, name, 'an integer of 32 bits', value);
  }
  return value;
}

/** An integer of 64 bits: always a bigint, so that equal ids are equal values. */
export function readInt64(object: JsonObject, name: string, owner: string): bigint {
  return checkInt64(readMember(object, name), name, owner);
}

function checkInt64(value: JsonValue | undefined, name: string, owner: string): bigint {
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  if (typeof value !== 'bigint' || value > INT64_MAX || value < INT64_MIN) {
    throw refuse(owner, name, 'an integer of 64 bits', value);
  }
  return value;
}

export function readObject(object: JsonObject, name: string, owner: string): JsonObject {
  const value = readMember(object, name);
  if (!isJsonObject(value)) throw refuse(owner, name, 'an object', value);
  return value;
}

export function readArray(object: JsonObject, name: string, owner: string): readonly JsonValue[] {
  const value = readMember(object, name);
  if (!isArray(value)) throw refuse(owner, name, 'an array', value);
  return value;
}

export function readObjects(object: JsonObject, name: string, owner: string): readonly JsonObject[] {
  return readArray(object, name, owner).map((element) => {
    if (!isJsonObject(element)) throw refuse(owner, name, 'an array of objects', element);
    return element;
  });
}

export function readStrings(object: JsonObject, name: string, owner: string): readonly string[] {
  return readArray(object, name, owner).map((element) => {
    if (typeof element !== 'string') throw refuse(owner, name, 'an array of strings', element);
    return element;
  });
}

export function readInt32s(object: JsonObject, name: string, owner: string): readonly number[] {
  return readArray(object, name, owner).map((element) => checkInt32(element, name, owner));
}

export function readInt64s(object: JsonObject, name: string, owner: string): readonly bigint[] {
  return readArray(object, name, owner).map((element) => checkInt64(element, name, owner));
}

/** A map of strings to strings, such as `properties`. */
export function readStringMap(object: JsonObject, name: string, owner: string): Readonly<Record<string, string>> {
  const members = readObject(object, name, owner);
  const entries = Object.entries(members).map(([key, value]): [string, string] => {
    if (typeof value !== 'string') throw refuse(owner, `${name}.${key}`, 'a string', value);
    return [key, value];
  });
  return Object.fromEntries(entries);
}

/** Reads a member that may be absent or null. */
export function readOptional<T>(
  read: (object: JsonObject, name: string, owner: string) => T,
  object: JsonObject,
  name: string,
  owner: string,
): T | undefined {
  return readMember(object, name) === undefined ? undefined : read(object, name, owner);
}

function isArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

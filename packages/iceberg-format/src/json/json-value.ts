/**
 * A number whose text a double would change: `1.0`, `-0`, `1e400`, `0.1000000000000000055`.
 * Kept as written, so that reading and writing a document changes nothing that we do not understand.
 */
export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/**
 * JSON without loss. Integers within ±(2^53 - 1) are `number`, larger ones `bigint`; other numbers are `number` where the
 * shortest double prints the same text, else `JsonNumber`.
 */
export type JsonValue = null | boolean | string | number | bigint | JsonNumber | readonly JsonValue[] | JsonObject;

/** Members in the order of the text. A member that is `undefined` is not written. */
export type JsonObject = { readonly [name: string]: JsonValue | undefined };

/** True for `{…}`; arrays and null are no objects here. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber);
}

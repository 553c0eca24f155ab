/** Questions, answers and changes of IAM as they travel: JSON, nothing as no bytes. */

const NOTHING = new Uint8Array(0);

export function encodeIamDocument(value: object | undefined): Uint8Array {
  return value === undefined ? NOTHING : Buffer.from(JSON.stringify(value));
}

/** What the other side of a trusted connection wrote. @throws SyntaxError for what is no JSON */
export function decodeIamDocument<T>(json: Uint8Array): T {
  if (json.length === 0) return undefined as T;
  return JSON.parse(Buffer.from(json.buffer, json.byteOffset, json.byteLength).toString('utf8')) as T;
}

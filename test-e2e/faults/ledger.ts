import { bytesOf, type Content } from './content.ts';

/** What a key may hold: pieces of content one after the other, or nothing. */
export type Value = readonly Content[] | 'absent';

/** An upload whose parts were acknowledged and which was not completed for certain. */
export interface OpenUpload {
  readonly key: string;
  readonly uploadId: string;
  readonly parts: { readonly content: Content; readonly etag: string }[];
}

/**
 * What was asked of the store and what it acknowledged. A key has one certain value, or, after an operation whose answer never came, a
 * choice of two.
 */
export class Ledger {
  readonly #values = new Map<string, readonly Value[]>();
  readonly #uploads = new Set<OpenUpload>();
  acknowledged = 0;

  valuesOf(key: string): readonly Value[] {
    return this.#values.get(key) ?? ['absent'];
  }

  keys(): IterableIterator<string> {
    return this.#values.keys();
  }

  openUploads(): readonly OpenUpload[] {
    return [...this.#uploads];
  }

  /** Before a request goes out: from now on the key may hold the old value or the new one. */
  begin(key: string, value: Value): void {
    this.#values.set(key, [...this.valuesOf(key), value]);
  }

  /** The store said yes. */
  acknowledge(key: string, value: Value): void {
    this.settle(key, value);
    this.acknowledged += 1;
  }

  /** The key was read and this is what it holds. */
  settle(key: string, value: Value): void {
    this.#values.set(key, [value]);
  }

  openUpload(key: string, uploadId: string): OpenUpload {
    const upload: OpenUpload = { key, uploadId, parts: [] };
    this.#uploads.add(upload);
    return upload;
  }

  acknowledgePart(upload: OpenUpload, content: Content, etag: string): void {
    upload.parts.push({ content, etag });
    this.acknowledged += 1;
  }

  closeUpload(upload: OpenUpload): void {
    this.#uploads.delete(upload);
  }
}

export function isValue(value: Value, bytes: Buffer | undefined): boolean {
  if (value === 'absent' || bytes === undefined) return value === 'absent' && bytes === undefined;
  let at = 0;
  for (const content of value) {
    const expected = bytesOf(content);
    if (!bytes.subarray(at, at + expected.length).equals(expected)) return false;
    at += expected.length;
  }
  return at === bytes.length;
}

export function describeValue(value: Value): string {
  return value === 'absent' ? 'nothing' : value.map(({ id, sizeBytes }) => `#${id} of ${sizeBytes} bytes`).join(' + ');
}

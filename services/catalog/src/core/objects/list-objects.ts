/**
 * Pages of a bucket in key order. Without a delimiter one scan fills a page. With one, a scan that meets a common prefix is
 * cut short and the next begins after everything under it: cost is by page, never by what the prefixes hold.
 */
import { ENOUGH, endOfPrefix, type KvProgram, type KvReader, keyAfter } from '@needlestack/ordered-kv';
import type { ListedObject, ListObjectsPage, ListObjectsRequest } from '@needlestack/service-contracts';
import { decodeListedObject } from '../codec/object-record.ts';
import { OBJECT_KEY_AT, objectsRange } from '../keys.ts';
import { LIST_ROWS_AFTER_PREFIX, LIST_ROWS_FIRST, PAGE_ENTRIES_MAX } from '../limits.ts';

const EMPTY_PAGE: ListObjectsPage = { objects: [], commonPrefixes: [], isTruncated: false };

type ListedBucketPage = Omit<ListObjectsRequest, 'bucket'>;

/** Takes rows in key order and parts them into objects and common prefixes, until one more came than was asked for. */
class PageCollector {
  readonly objects: ListedObject[] = [];
  readonly commonPrefixes: string[] = [];
  isOverfull = false;
  /** Where the rows end that lie under the last common prefix. */
  #afterPrefix: Buffer | undefined;
  lastName = '';
  lastIsPrefix = false;
  #lastKey = '';
  readonly #prefixEndsAt: number;
  /** A single byte is found faster as a number. */
  readonly #delimiter: Buffer | number;
  readonly #delimiterBytes: number;
  readonly #maxKeys: number;
  readonly #withDetails: boolean;

  constructor(prefixBytes: number, maxKeys: number, request: Pick<ListedBucketPage, 'delimiter' | 'withDetails'>) {
    this.#prefixEndsAt = OBJECT_KEY_AT + prefixBytes;
    const delimiter = Buffer.from(request.delimiter, 'utf8');
    this.#delimiter = (delimiter.length === 1 ? delimiter[0] : undefined) ?? delimiter;
    this.#delimiterBytes = delimiter.length;
    this.#maxKeys = maxKeys;
    this.#withDetails = request.withDetails === true;
  }

  get isFull(): boolean {
    return this.objects.length + this.commonPrefixes.length >= this.#maxKeys;
  }

  get isUnderPrefix(): boolean {
    return this.#afterPrefix !== undefined;
  }

  /** No more rows are asked for when the next ones lie under a common prefix: one new scan passes all of them. */
  readonly takeRow = (rowKey: Buffer, record: Buffer): typeof ENOUGH | undefined => {
    if (this.isOverfull || this.#isUnderOpenPrefix(rowKey)) return undefined;
    if (this.isFull) {
      this.isOverfull = true;
      return ENOUGH;
    }
    const at = this.#delimiterBytes === 0 ? -1 : rowKey.indexOf(this.#delimiter, this.#prefixEndsAt);
    if (at === -1) {
      this.#takeObject(rowKey.toString('utf8', OBJECT_KEY_AT), record);
      return undefined;
    }
    this.#takePrefix(rowKey, at + this.#delimiterBytes);
    return ENOUGH;
  };

  /** Where the next scan begins, after the rows that were taken. */
  nextStart(bucketId: number): Buffer | undefined {
    if (this.#afterPrefix !== undefined) return this.#afterPrefix;
    if (this.#lastKey === '') return undefined;
    return keyAfter(objectsRange(bucketId, Buffer.from(this.#lastKey, 'utf8')).start);
  }

  #isUnderOpenPrefix(rowKey: Buffer): boolean {
    if (this.#afterPrefix === undefined) return false;
    if (Buffer.compare(rowKey, this.#afterPrefix) < 0) return true;
    this.#afterPrefix = undefined;
    return false;
  }

  #takeObject(key: string, record: Buffer): void {
    this.objects.push(decodeListedObject(key, record, this.#withDetails));
    this.#lastKey = key;
    this.lastName = key;
    this.lastIsPrefix = false;
  }

  #takePrefix(rowKey: Buffer, endsAt: number): void {
    this.#afterPrefix = endOfPrefix(rowKey.subarray(0, endsAt));
    this.lastName = rowKey.toString('utf8', OBJECT_KEY_AT, endsAt);
    this.lastIsPrefix = true;
    this.commonPrefixes.push(this.lastName);
  }
}

function firstRow(bucketId: number, request: ListedBucketPage, rangeStart: Buffer): Buffer {
  if (request.startAfter === '') return rangeStart;
  const named = objectsRange(bucketId, Buffer.from(request.startAfter, 'utf8'));
  const after = request.resumeAfterPrefix ? named.end : keyAfter(named.start);
  return Buffer.compare(after, rangeStart) > 0 ? after : rangeStart;
}

/** One page. Delete markers lie elsewhere. */
export function* listObjects(tx: KvReader, bucketId: number, request: ListedBucketPage): KvProgram<ListObjectsPage> {
  const maxKeys = Math.min(request.maxKeys, PAGE_ENTRIES_MAX);
  if (maxKeys < 1) return EMPTY_PAGE;
  const prefix = Buffer.from(request.prefix, 'utf8');
  const range = objectsRange(bucketId, prefix);
  const page = new PageCollector(prefix.length, maxKeys, request);
  const rowsFirst = request.delimiter === '' ? maxKeys + 1 : Math.min(maxKeys + 1, LIST_ROWS_FIRST);
  let start: Buffer | undefined = firstRow(bucketId, request, range.start);
  let limit = rowsFirst;
  while (start !== undefined && Buffer.compare(start, range.end) < 0) {
    const scanned = yield* tx.scanDecoded({ start, end: range.end, limit }, page.takeRow);
    if (page.isOverfull || !scanned.hasMore) break;
    start = page.nextStart(bucketId);
    limit = page.isUnderPrefix ? LIST_ROWS_AFTER_PREFIX : Math.min(limit * 2, maxKeys + 1);
  }
  const { objects, commonPrefixes } = page;
  if (!page.isOverfull) return { objects, commonPrefixes, isTruncated: false };
  return {
    objects,
    commonPrefixes,
    isTruncated: true,
    nextStartAfter: page.lastName,
    nextIsPrefix: page.lastIsPrefix,
  };
}

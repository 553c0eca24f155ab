/**
 * Pages of a bucket in key order: one walk fills a page. From the first row under a common prefix it goes on after everything under it: cost is
 * by page, never by what the prefixes hold.
 */
import { endOfPrefix, type KvProgram, type KvReader, keyAfter, type WalkStep } from '@needlestack/ordered-kv';
import type { ListedObject, ListObjectsPage, ListObjectsRequest } from '@needlestack/service-contracts';
import { decodeListedObject } from '../codec/object-record.ts';
import { OBJECT_KEY_AT, objectsRange } from '../keys.ts';
import { LIST_ROWS_FIRST, PAGE_ENTRIES_MAX } from '../limits.ts';

const EMPTY_PAGE: ListObjectsPage = { objects: [], commonPrefixes: [], isTruncated: false };

type ListedBucketPage = Omit<ListObjectsRequest, 'bucket'>;

/** Takes rows in key order and parts them into objects and common prefixes, until one more came than was asked for. */
class PageCollector {
  readonly objects: ListedObject[] = [];
  readonly commonPrefixes: string[] = [];
  isOverfull = false;
  lastName = '';
  lastIsPrefix = false;
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

  readonly takeRow = (rowKey: Buffer, record: Buffer): WalkStep => {
    if (this.objects.length + this.commonPrefixes.length >= this.#maxKeys) {
      this.isOverfull = true;
      return false;
    }
    const at = this.#delimiterBytes === 0 ? -1 : rowKey.indexOf(this.#delimiter, this.#prefixEndsAt);
    if (at !== -1) return this.#takePrefix(rowKey, at + this.#delimiterBytes);
    this.lastName = rowKey.toString('utf8', OBJECT_KEY_AT);
    this.lastIsPrefix = false;
    this.objects.push(decodeListedObject(this.lastName, record, this.#withDetails));
    return true;
  };

  /** Answers with where the rows end that lie under the prefix. */
  #takePrefix(rowKey: Buffer, endsAt: number): Buffer {
    this.lastName = rowKey.toString('utf8', OBJECT_KEY_AT, endsAt);
    this.lastIsPrefix = true;
    this.commonPrefixes.push(this.lastName);
    return endOfPrefix(rowKey.subarray(0, endsAt));
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
  yield* tx.walk({ start: firstRow(bucketId, request, range.start), end: range.end, rowsFirst }, page.takeRow);
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

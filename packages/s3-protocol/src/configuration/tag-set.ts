/** Tags of buckets and objects: their document, and what a tag may be (s3.md rule 51). */
import { wrapDocument } from '../answer-document/s3-namespace.ts';
import { S3Error } from '../error/s3-error.ts';
import { MAX_TAG_KEY_CHARS, MAX_TAG_VALUE_CHARS } from '../limits.ts';
import { parseXml } from '../xml/parse-xml.ts';
import { requireRoot } from '../xml/xml-reader.ts';
import { listOf, record, required, text } from '../xml/xml-shape.ts';

/** Values by key, in the order of the document. Without a prototype: every text may be a key. */
export type Tags = Readonly<Record<string, string>>;

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** A tag within another document; filters have them too. */
export const TAG_SHAPE = record({ key: required('Key', text()), value: required('Value', text()) });

const TAGGING_SHAPE = record({ tags: required('TagSet', listOf('Tag', TAG_SHAPE)) });

/**
 * @param maxTags 50 for buckets, 10 for objects
 * @throws S3Error `MalformedXML`; `InvalidTag` for too many, two of one key, a key or value that S3 does not take
 */
export const parseTagging = (body: Uint8Array, maxTags: number): Tags =>
  collectTags(TAGGING_SHAPE.read(requireRoot(parseXml(body), 'Tagging')).tags, maxTags);

/** Tags by key: an object's order of entries is another one when keys look like numbers. */
export const writeTagging = (tags: Tags): string => {
  const list = Object.entries(tags).map(([key, value]) => ({ key, value }));
  list.sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
  return wrapDocument('Tagging', TAGGING_SHAPE.write({ tags: list }));
};

/** @throws S3Error `InvalidTag` */
export const collectTags = (list: readonly Tag[], maxTags: number): Tags => {
  if (list.length > maxTags) {
    throw new S3Error('InvalidTag', { message: `There are ${list.length} tags; at most ${maxTags} are allowed.` });
  }
  const tags: Record<string, string> = Object.create(null);
  for (const tag of list) {
    checkTag(tag);
    if (tag.key in tags) throw invalidTag('Cannot provide multiple Tags with the same key', tag);
    tags[tag.key] = tag.value;
  }
  return tags;
};

/** Letters, spaces and digits of any script, and these signs. */
const TAG_TEXT = /^[\p{L}\p{M}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** @throws S3Error `InvalidTag` */
export const checkTag = (tag: Tag): void => {
  const { key, value } = tag;
  if (key === '' || charsOf(key) > MAX_TAG_KEY_CHARS || !TAG_TEXT.test(key)) {
    throw invalidTag('The TagKey you have provided is invalid', tag);
  }
  if (charsOf(value) > MAX_TAG_VALUE_CHARS || !TAG_TEXT.test(value)) {
    throw invalidTag('The TagValue you have provided is invalid', tag);
  }
  if (key.toLowerCase().startsWith('aws:')) {
    throw invalidTag('System tags cannot be added/updated by requester', tag);
  }
};

const charsOf = (value: string): number => (value.length <= MAX_TAG_KEY_CHARS ? value.length : [...value].length);

const invalidTag = (message: string, { key, value }: Tag): S3Error =>
  new S3Error('InvalidTag', { message, details: { TagKey: key, TagValue: value } });

/** Which objects a rule is about: prefix, tags and sizes, alone or joined by And. Shared by every configuration that has rules. */
import { S3Error } from '../error/s3-error.ts';
import { integer, optional, record, repeated } from '../xml/xml-shape.ts';
import { keyPrefix } from './key-prefix.ts';
import { collectTags, TAG_SHAPE, type Tag, type Tags } from './tag-set.ts';

const AND_SHAPE = record({
  prefix: optional('Prefix', keyPrefix()),
  tags: repeated('Tag', TAG_SHAPE),
  sizeGreaterThan: optional('ObjectSizeGreaterThan', integer()),
  sizeLessThan: optional('ObjectSizeLessThan', integer()),
});

/** `Filter` of lifecycle rules. */
export const SIZED_FILTER_SHAPE = record({
  prefix: optional('Prefix', keyPrefix()),
  tag: optional('Tag', TAG_SHAPE),
  sizeGreaterThan: optional('ObjectSizeGreaterThan', integer()),
  sizeLessThan: optional('ObjectSizeLessThan', integer()),
  and: optional('And', AND_SHAPE),
});

/** `Filter` of the other configurations. */
export const FILTER_SHAPE = record({
  prefix: optional('Prefix', keyPrefix()),
  tag: optional('Tag', TAG_SHAPE),
  and: optional('And', record({ prefix: optional('Prefix', keyPrefix()), tags: repeated('Tag', TAG_SHAPE) })),
});

interface FilterConditions {
  readonly prefix?: string | undefined;
  readonly sizeGreaterThan?: number | undefined;
  readonly sizeLessThan?: number | undefined;
}

/** Any configuration's filter. */
interface Filter extends FilterConditions {
  readonly tag?: Tag | undefined;
  readonly and?: (FilterConditions & { readonly tags?: readonly Tag[] | undefined }) | undefined;
}

/** A filter as it is asked: everything that is set must hold. */
export interface ObjectFilter {
  readonly prefix: string;
  readonly tags: Tags;
  /** Bytes, exclusive. */
  readonly sizeGreaterThan: number | undefined;
  /** Bytes, exclusive. */
  readonly sizeLessThan: number | undefined;
}

const FILTER_TAGS_MAX = 10;
const NO_TAGS: Tags = Object.freeze(Object.create(null));

/** The filter of a rule that has none, or only a prefix. */
export const prefixFilter = (prefix: string): ObjectFilter => ({
  prefix,
  tags: NO_TAGS,
  sizeGreaterThan: undefined,
  sizeLessThan: undefined,
});

/** S3 wants several conditions to stand in And. @throws S3Error `MalformedXML` when they do not, or when And joins nothing */
export const requireSeparateConditions = ({ prefix, tag, and, sizeGreaterThan, sizeLessThan }: Filter): void => {
  const conditions = [prefix, tag, and, sizeGreaterThan, sizeLessThan].filter((one) => one !== undefined);
  if (conditions.length > 1) throw new S3Error('MalformedXML');
};

/**
 * All that a filter says, wherever in it.
 *
 * @throws S3Error `MalformedXML` for an And that joins nothing; `InvalidTag`; `InvalidRequest` for sizes that no object can have
 */
export const compileFilter = (filter: Filter): ObjectFilter => {
  const { tag } = filter;
  const and: NonNullable<Filter['and']> = filter.and ?? {};
  if (filter.and !== undefined && Object.values(and).every((value) => value === undefined || isEmptyList(value))) {
    throw new S3Error('MalformedXML');
  }
  const tags = [...(tag === undefined ? [] : [tag]), ...(and.tags ?? [])];
  const compiled = {
    prefix: longerOf(filter.prefix ?? '', and.prefix ?? ''),
    tags: tags.length === 0 ? NO_TAGS : collectTags(tags, FILTER_TAGS_MAX),
    sizeGreaterThan: filter.sizeGreaterThan ?? and.sizeGreaterThan,
    sizeLessThan: filter.sizeLessThan ?? and.sizeLessThan,
  };
  return checkSizes(compiled);
};

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

const longerOf = (one: string, other: string): string => (one.length > other.length ? one : other);

const checkSizes = (filter: ObjectFilter): ObjectFilter => {
  const { sizeGreaterThan, sizeLessThan } = filter;
  if (sizeGreaterThan !== undefined && sizeGreaterThan < 0) {
    throw invalid("'ObjectSizeGreaterThan' must be a non-negative integer");
  }
  if (sizeLessThan !== undefined && sizeLessThan < 1) throw invalid("'ObjectSizeLessThan' must be a positive integer");
  if (sizeGreaterThan !== undefined && sizeLessThan !== undefined && sizeLessThan <= sizeGreaterThan + 1) {
    throw invalid("'ObjectSizeLessThan' must leave room above 'ObjectSizeGreaterThan'");
  }
  return filter;
};

const invalid = (message: string): S3Error => new S3Error('InvalidRequest', { message });

/** What a filter looks at. */
export interface FilteredObject {
  readonly key: string;
  readonly sizeBytes: number;
  readonly tags?: Tags | undefined;
}

export const matchesFilter = (filter: ObjectFilter, object: FilteredObject): boolean => {
  if (!object.key.startsWith(filter.prefix)) return false;
  if (filter.sizeGreaterThan !== undefined && object.sizeBytes <= filter.sizeGreaterThan) return false;
  if (filter.sizeLessThan !== undefined && object.sizeBytes >= filter.sizeLessThan) return false;
  for (const key in filter.tags) {
    const { tags } = object;
    if (tags === undefined || !Object.hasOwn(tags, key) || tags[key] !== filter.tags[key]) return false;
  }
  return true;
};

/** Whether a filter can speak of something that has neither tags nor a size: a delete marker, a pending upload. */
export const isPrefixOnly = (filter: ObjectFilter): boolean =>
  filter.sizeGreaterThan === undefined && filter.sizeLessThan === undefined && Object.keys(filter.tags).length === 0;

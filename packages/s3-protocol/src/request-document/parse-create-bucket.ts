import { collectTags, TAG_SHAPE, type Tags } from '../configuration/tag-set.ts';
import { S3Error } from '../error/s3-error.ts';
import { MAX_BUCKET_TAGS } from '../limits.ts';
import { parseXml } from '../xml/parse-xml.ts';
import { requireRoot } from '../xml/xml-reader.ts';
import { anything, listOf, optional, record, text } from '../xml/xml-shape.ts';

/** CreateBucketConfiguration. */
export interface CreateBucketConfiguration {
  /** Undefined: no body, or none of the element. */
  readonly locationConstraint: string | undefined;
  readonly tags: Tags;
}

const SHAPE = record({
  locationConstraint: optional('LocationConstraint', text()),
  location: optional('Location', anything()),
  bucket: optional('Bucket', anything()),
  tags: optional('Tags', listOf('Tag', TAG_SHAPE)),
});

/** @throws S3Error `NotImplemented` for a directory bucket, `InvalidTag`, and as parseXml */
export const parseCreateBucketConfiguration = (body: Uint8Array): CreateBucketConfiguration => {
  if (body.length === 0) return { locationConstraint: undefined, tags: {} };
  const { locationConstraint, location, bucket, tags } = SHAPE.read(
    requireRoot(parseXml(body), 'CreateBucketConfiguration'),
  );
  if (location === true || bucket === true) {
    throw new S3Error('NotImplemented', {
      message: 'There are no directory buckets.',
      details: { Header: bucket === true ? 'Bucket' : 'Location' },
    });
  }
  const constraint = locationConstraint?.trim();
  return {
    locationConstraint: constraint === '' ? undefined : constraint,
    tags: collectTags(tags ?? [], MAX_BUCKET_TAGS),
  };
};

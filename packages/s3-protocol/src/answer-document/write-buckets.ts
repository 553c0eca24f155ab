import { escapeXml, XML_DECLARATION } from '../xml/xml-escape.ts';
import { formatXmlTime, S3_NAMESPACE, wrapDocument } from './s3-namespace.ts';
import { type OwnerNames, writeOwner } from './write-list-objects.ts';

export interface BucketEntry {
  readonly name: string;
  readonly createdAtMs: number;
  readonly region: string;
}

export interface ListBuckets {
  readonly ownerId: string;
  readonly buckets: readonly BucketEntry[];
  readonly prefix: string | undefined;
  readonly continuationToken: string | undefined;
}

/** ListAllMyBucketsResult. */
export const writeListBuckets = (page: ListBuckets, ownerNames: OwnerNames): string => {
  let buckets = '';
  for (const bucket of page.buckets) {
    buckets +=
      `<Bucket><Name>${escapeXml(bucket.name)}</Name><CreationDate>${formatXmlTime(bucket.createdAtMs)}</CreationDate>` +
      `<BucketRegion>${escapeXml(bucket.region)}</BucketRegion></Bucket>`;
  }
  let body = `${writeOwner('Owner', page.ownerId, ownerNames)}<Buckets>${buckets}</Buckets>`;
  if (page.prefix !== undefined) body += `<Prefix>${escapeXml(page.prefix)}</Prefix>`;
  if (page.continuationToken !== undefined) {
    body += `<ContinuationToken>${escapeXml(page.continuationToken)}</ContinuationToken>`;
  }
  return wrapDocument('ListAllMyBucketsResult', body);
};

/** LocationConstraint: empty for us-east-1 (s3.md rule 51). */
export const writeLocation = (region: string): string =>
  region === 'us-east-1'
    ? `${XML_DECLARATION}<LocationConstraint xmlns="${S3_NAMESPACE}"/>`
    : wrapDocument('LocationConstraint', escapeXml(region));

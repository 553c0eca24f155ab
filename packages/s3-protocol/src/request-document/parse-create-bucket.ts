import { parseXml } from '../xml/parse-xml.ts';
import { requireRoot, textOf } from '../xml/xml-reader.ts';

/** CreateBucketConfiguration. Undefined: no body, or none of the element. */
export interface CreateBucketConfiguration {
  readonly locationConstraint: string | undefined;
}

/** @throws S3Error as parseXml */
export const parseCreateBucketConfiguration = (body: Uint8Array): CreateBucketConfiguration => {
  if (body.length === 0) return { locationConstraint: undefined };
  const root = requireRoot(parseXml(body), 'CreateBucketConfiguration');
  const location = textOf(root, 'LocationConstraint')?.trim();
  return { locationConstraint: location === '' ? undefined : location };
};

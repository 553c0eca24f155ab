/** Who owns the objects of a bucket, and so whether ACLs count in it. */
import { S3Error } from '../error/s3-error.ts';
import { oneOf, record, repeated, required, type Shaped } from '../xml/xml-shape.ts';
import { configurationDocument } from './configuration-document.ts';

const RULE = record({
  objectOwnership: required('ObjectOwnership', oneOf('BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter')),
});
const SHAPE = record({ rules: repeated('Rule', RULE) });

export type OwnershipControls = Shaped<typeof SHAPE>;

export const OWNERSHIP_CONTROLS = configurationDocument('OwnershipControls', SHAPE, ({ rules }) => {
  if (rules.length !== 1) throw new S3Error('MalformedXML');
});

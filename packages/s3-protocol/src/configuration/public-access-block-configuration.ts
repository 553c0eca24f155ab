/** The four switches of PublicAccessBlock, of a bucket or of an account. One that is left out is off. */
import { boolean, type Field, optional, record } from '../xml/xml-shape.ts';
import { configurationDocument } from './configuration-document.ts';

const offUnlessSet = (element: string): Field<boolean> => {
  const field = optional(element, boolean());
  return { element, readFrom: (parent) => field.readFrom(parent) ?? false, writeOut: field.writeOut };
};

const SHAPE = record({
  blockPublicAcls: offUnlessSet('BlockPublicAcls'),
  ignorePublicAcls: offUnlessSet('IgnorePublicAcls'),
  blockPublicPolicy: offUnlessSet('BlockPublicPolicy'),
  restrictPublicBuckets: offUnlessSet('RestrictPublicBuckets'),
});

export const PUBLIC_ACCESS_BLOCK_CONFIGURATION = configurationDocument(
  'PublicAccessBlockConfiguration',
  SHAPE,
  () => undefined,
);

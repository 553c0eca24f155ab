/** PutBucketAccelerateConfiguration: kept and read back. There are no edge locations that could make it more. */

import { S3Error } from '../error/s3-error.ts';
import { oneOf, optional, record, type Shaped } from '../xml/xml-shape.ts';
import { configurationDocument } from './configuration-document.ts';

const SHAPE = record({ status: optional('Status', oneOf('Enabled', 'Suspended')) });

export type AccelerateConfiguration = Shaped<typeof SHAPE>;

export const ACCELERATE_CONFIGURATION = configurationDocument('AccelerateConfiguration', SHAPE, ({ status }) => {
  if (status === undefined) throw new S3Error('MalformedXML');
});

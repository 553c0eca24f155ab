/** PutBucketVersioning. MFA delete is read so that it can be refused. */
import { S3Error } from '../error/s3-error.ts';
import { oneOf, optional, record, type Shaped } from '../xml/xml-shape.ts';
import { configurationDocument } from './configuration-document.ts';

const SHAPE = record({
  status: optional('Status', oneOf('Enabled', 'Suspended')),
  mfaDelete: optional('MfaDelete', oneOf('Enabled', 'Disabled')),
});

export type VersioningConfiguration = Shaped<typeof SHAPE>;

export const VERSIONING_CONFIGURATION = configurationDocument('VersioningConfiguration', SHAPE, ({ status }) => {
  if (status === undefined) throw new S3Error('IllegalVersioningConfigurationException');
});

/** PutObjectRetention. An empty document takes the retention off. */
import { configurationDocument } from '../configuration/configuration-document.ts';
import { S3Error } from '../error/s3-error.ts';
import { isoTime, oneOf, optional, record, type Shaped } from '../xml/xml-shape.ts';

const SHAPE = record({
  mode: optional('Mode', oneOf('GOVERNANCE', 'COMPLIANCE')),
  retainUntilMs: optional('RetainUntilDate', isoTime()),
});

export type RetentionSettings = Shaped<typeof SHAPE>;

export const RETENTION_DOCUMENT = configurationDocument('Retention', SHAPE, ({ mode, retainUntilMs }) => {
  if ((mode === undefined) !== (retainUntilMs === undefined)) throw new S3Error('MalformedXML');
});

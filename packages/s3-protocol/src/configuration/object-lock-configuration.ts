/** PutObjectLockConfiguration: the retention that versions get whose writers name none. */
import { S3Error } from '../error/s3-error.ts';
import { MAX_RETENTION_DAYS, MAX_RETENTION_YEARS } from '../limits.ts';
import { integer, oneOf, optional, record, required, type Shaped } from '../xml/xml-shape.ts';
import { configurationDocument } from './configuration-document.ts';

const RETENTION_SHAPE = record({
  mode: required('Mode', oneOf('GOVERNANCE', 'COMPLIANCE')),
  days: optional('Days', integer()),
  years: optional('Years', integer()),
});

const SHAPE = record({
  state: optional('ObjectLockEnabled', oneOf('Enabled')),
  rule: optional('Rule', record({ defaultRetention: required('DefaultRetention', RETENTION_SHAPE) })),
});

export type ObjectLockConfiguration = Shaped<typeof SHAPE>;

const checkConfiguration = ({ state, rule }: ObjectLockConfiguration): void => {
  if (state === undefined) throw new S3Error('MalformedXML');
  if (rule === undefined) return;
  const { days, years } = rule.defaultRetention;
  const length = days ?? years;
  if (length === undefined || (days !== undefined && years !== undefined)) throw new S3Error('MalformedXML');
  if (length < 1) {
    throw new S3Error('InvalidRetentionPeriod', {
      message: 'Default retention period must be a positive integer value.',
    });
  }
  if (length > (days === undefined ? MAX_RETENTION_YEARS : MAX_RETENTION_DAYS)) {
    throw new S3Error('InvalidRetentionPeriod', {
      message: `Default retention period must be at most ${MAX_RETENTION_DAYS} days or ${MAX_RETENTION_YEARS} years.`,
    });
  }
};

export const OBJECT_LOCK_CONFIGURATION = configurationDocument('ObjectLockConfiguration', SHAPE, checkConfiguration);

/** PutBucketMetricsConfiguration: which requests are counted apart. */
import { S3Error } from '../error/s3-error.ts';
import { optional, record, repeated, required, type Shaped, text } from '../xml/xml-shape.ts';
import { keyPrefix } from './key-prefix.ts';
import { namedConfigurationDocument } from './named-configuration.ts';
import { compileFilter, requireSeparateConditions } from './object-filter.ts';
import { TAG_SHAPE } from './tag-set.ts';

const FILTER_SHAPE = record({
  prefix: optional('Prefix', keyPrefix()),
  tag: optional('Tag', TAG_SHAPE),
  accessPointArn: optional('AccessPointArn', text()),
  and: optional(
    'And',
    record({
      prefix: optional('Prefix', keyPrefix()),
      tags: repeated('Tag', TAG_SHAPE),
      accessPointArn: optional('AccessPointArn', text()),
    }),
  ),
});

const SHAPE = record({ id: required('Id', text()), filter: optional('Filter', FILTER_SHAPE) });

export type MetricsConfiguration = Shaped<typeof SHAPE>;

export const METRICS_CONFIGURATION = namedConfigurationDocument(
  'MetricsConfiguration',
  'ListMetricsConfigurationsResult',
  SHAPE,
  ({ filter }) => {
    if (filter === undefined) return;
    if (filter.accessPointArn !== undefined || filter.and?.accessPointArn !== undefined) {
      throw new S3Error('NotImplemented', {
        message: 'There are no access points.',
        details: { Header: 'AccessPointArn' },
      });
    }
    requireSeparateConditions(filter);
    compileFilter(filter);
  },
);

/** PutBucketIntelligentTieringConfiguration: after how many days without a read objects of a filter are archived. */
import { invalidArgument, S3Error } from '../error/s3-error.ts';
import { integer, oneOf, optional, record, repeated, required, type Shaped, text } from '../xml/xml-shape.ts';
import { namedConfigurationDocument } from './named-configuration.ts';
import { compileFilter, FILTER_SHAPE, requireSeparateConditions } from './object-filter.ts';

const TIERING_SHAPE = record({
  accessTier: required('AccessTier', oneOf('ARCHIVE_ACCESS', 'DEEP_ARCHIVE_ACCESS')),
  days: required('Days', integer()),
});

const SHAPE = record({
  id: required('Id', text()),
  filter: optional('Filter', FILTER_SHAPE),
  status: required('Status', oneOf('Enabled', 'Disabled')),
  tierings: repeated('Tiering', TIERING_SHAPE),
});

export type IntelligentTieringConfiguration = Shaped<typeof SHAPE>;

const MIN_DAYS = { ARCHIVE_ACCESS: 90, DEEP_ARCHIVE_ACCESS: 180 } as const;
const MAX_DAYS = 730;

export const INTELLIGENT_TIERING_CONFIGURATION = namedConfigurationDocument(
  'IntelligentTieringConfiguration',
  'ListBucketIntelligentTieringConfigurationsResult',
  SHAPE,
  ({ filter, tierings }) => {
    if (filter !== undefined) {
      requireSeparateConditions(filter);
      compileFilter(filter);
    }
    if (tierings.length === 0 || new Set(tierings.map(({ accessTier }) => accessTier)).size < tierings.length) {
      throw new S3Error('MalformedXML');
    }
    for (const { accessTier, days } of tierings) {
      if (days >= MIN_DAYS[accessTier] && days <= MAX_DAYS) continue;
      throw invalidArgument(
        `Days for ${accessTier} must be between ${MIN_DAYS[accessTier]} and ${MAX_DAYS}.`,
        'Days',
        String(days),
      );
    }
  },
);

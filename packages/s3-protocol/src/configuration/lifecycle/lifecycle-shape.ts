/** A lifecycle configuration as a document, in the form of today (Filter) and the old one (Prefix in the rule). */
import {
  boolean,
  integer,
  isoTime,
  oneOf,
  optional,
  record,
  repeated,
  required,
  type Shaped,
  text,
} from '../../xml/xml-shape.ts';
import { keyPrefix } from '../key-prefix.ts';
import { SIZED_FILTER_SHAPE } from '../object-filter.ts';

const STORAGE_CLASS = oneOf(
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER_IR',
  'GLACIER',
  'DEEP_ARCHIVE',
);

const DUE_FIELDS = { days: optional('Days', integer()), dateMs: optional('Date', isoTime()) } as const;

const NONCURRENT_FIELDS = {
  noncurrentDays: optional('NoncurrentDays', integer()),
  newerNoncurrentVersions: optional('NewerNoncurrentVersions', integer()),
} as const;

const RULE_SHAPE = record({
  id: optional('ID', text()),
  prefix: optional('Prefix', keyPrefix()),
  filter: optional('Filter', SIZED_FILTER_SHAPE),
  status: required('Status', oneOf('Enabled', 'Disabled')),
  expiration: optional(
    'Expiration',
    record({
      ...DUE_FIELDS,
      isExpiredMarkerRemoved: optional('ExpiredObjectDeleteMarker', boolean()),
    }),
  ),
  transitions: repeated(
    'Transition',
    record({
      ...DUE_FIELDS,
      storageClass: required('StorageClass', STORAGE_CLASS),
    }),
  ),
  noncurrentExpiration: optional('NoncurrentVersionExpiration', record(NONCURRENT_FIELDS)),
  noncurrentTransitions: repeated(
    'NoncurrentVersionTransition',
    record({
      ...NONCURRENT_FIELDS,
      storageClass: required('StorageClass', STORAGE_CLASS),
    }),
  ),
  abortUploads: optional(
    'AbortIncompleteMultipartUpload',
    record({ daysAfterInitiation: required('DaysAfterInitiation', integer()) }),
  ),
});

export const LIFECYCLE_SHAPE = record({ rules: repeated('Rule', RULE_SHAPE) });

export type LifecycleRule = Shaped<typeof RULE_SHAPE>;
export type LifecycleConfiguration = Shaped<typeof LIFECYCLE_SHAPE>;

/** PutBucketReplication: what of a bucket goes to which other ones. */
import { invalidArgument, S3Error } from '../error/s3-error.ts';
import { MAX_REPLICATION_RULES, MAX_RULE_ID_CHARS } from '../limits.ts';
import { integer, oneOf, optional, record, repeated, required, type Shaped, text } from '../xml/xml-shape.ts';
import { bucketOfArn } from './bucket-arn.ts';
import { configurationDocument } from './configuration-document.ts';
import { keyPrefix } from './key-prefix.ts';
import { compileFilter, FILTER_SHAPE, requireSeparateConditions } from './object-filter.ts';

const STATUS = oneOf('Enabled', 'Disabled');
const SWITCH = record({ status: required('Status', STATUS) });
const MINUTES = record({ minutes: required('Minutes', integer()) });

const DESTINATION_SHAPE = record({
  bucket: required('Bucket', text()),
  account: optional('Account', text()),
  storageClass: optional(
    'StorageClass',
    oneOf(
      'STANDARD',
      'REDUCED_REDUNDANCY',
      'STANDARD_IA',
      'ONEZONE_IA',
      'INTELLIGENT_TIERING',
      'GLACIER',
      'DEEP_ARCHIVE',
      'GLACIER_IR',
    ),
  ),
  owner: optional('AccessControlTranslation', record({ owner: required('Owner', oneOf('Destination')) })),
  encryption: optional('EncryptionConfiguration', record({ kmsKeyId: optional('ReplicaKmsKeyID', text()) })),
  replicationTime: optional(
    'ReplicationTime',
    record({ status: required('Status', STATUS), time: required('Time', MINUTES) }),
  ),
  metrics: optional(
    'Metrics',
    record({ status: required('Status', STATUS), threshold: optional('EventThreshold', MINUTES) }),
  ),
});

const RULE_SHAPE = record({
  id: optional('ID', text()),
  priority: optional('Priority', integer()),
  prefix: optional('Prefix', keyPrefix()),
  filter: optional('Filter', FILTER_SHAPE),
  status: required('Status', STATUS),
  sourceSelection: optional(
    'SourceSelectionCriteria',
    record({
      kmsEncryptedObjects: optional('SseKmsEncryptedObjects', SWITCH),
      replicaModifications: optional('ReplicaModifications', SWITCH),
    }),
  ),
  existingObjects: optional('ExistingObjectReplication', SWITCH),
  destination: required('Destination', DESTINATION_SHAPE),
  deleteMarkers: optional('DeleteMarkerReplication', record({ status: optional('Status', STATUS) })),
});

const SHAPE = record({ role: required('Role', text()), rules: repeated('Rule', RULE_SHAPE) });

export type ReplicationRule = Shaped<typeof RULE_SHAPE>;
export type ReplicationConfiguration = Shaped<typeof SHAPE>;

const checkConfiguration = ({ rules }: ReplicationConfiguration): void => {
  if (rules.length === 0) throw new S3Error('MalformedXML');
  if (rules.length > MAX_REPLICATION_RULES) {
    throw invalid(
      `The number of replication rules must not exceed the allowed limit of ${MAX_REPLICATION_RULES} rules.`,
    );
  }
  const ids = new Set<string>();
  const priorities = new Set<number>();
  for (const rule of rules) {
    checkRule(rule);
    if (rule.id !== undefined && rule.id !== '') {
      if (ids.has(rule.id)) {
        throw invalidArgument('Rule ID must be unique. Found same ID for more than one rule', 'ID', rule.id);
      }
      ids.add(rule.id);
    }
    if (rule.priority === undefined) continue;
    if (priorities.has(rule.priority)) {
      throw invalid(`Found duplicate priority ${rule.priority}. Priority must be unique.`);
    }
    priorities.add(rule.priority);
  }
};

const checkRule = ({ id, priority, prefix, filter, destination, deleteMarkers }: ReplicationRule): void => {
  if (id !== undefined && id.length > MAX_RULE_ID_CHARS) {
    throw invalidArgument(`ID length should not exceed allowed limit of ${MAX_RULE_ID_CHARS}`, 'ID', id);
  }
  // The old form has a prefix in the rule, the new one a filter; they want different companions.
  if (prefix !== undefined && filter !== undefined) throw new S3Error('MalformedXML');
  if (filter === undefined) {
    if (deleteMarkers !== undefined || priority !== undefined) {
      throw invalid('Priority and DeleteMarkerReplication can only be specified with a Filter.');
    }
    if (prefix === undefined) throw new S3Error('MalformedXML');
  } else {
    requireSeparateConditions(filter);
    const { tags } = compileFilter(filter);
    if (priority === undefined)
      throw invalid('Priority must be specified for this version of Cross Region Replication configuration schema.');
    if (deleteMarkers?.status === undefined) {
      throw invalid(
        'DeleteMarkerReplication must be specified for this version of Cross Region Replication configuration schema.',
      );
    }
    if (Object.keys(tags).length > 0 && deleteMarkers.status === 'Enabled') {
      throw invalid('Delete marker replication is not supported if any Tag filter is specified.');
    }
  }
  checkDestination(destination);
};

const checkDestination = (destination: ReplicationRule['destination']): void => {
  const { bucket, account, owner, replicationTime, metrics } = destination;
  if (bucketOfArn(bucket) === undefined) {
    throw invalidArgument('Invalid bucket ARN.', 'Bucket', bucket);
  }
  if (owner !== undefined && account === undefined) {
    throw invalid('Account must be specified when AccessControlTranslation is specified.');
  }
  if (account !== undefined && !/^\d{12}$/.test(account)) {
    throw invalidArgument('Invalid account id.', 'Account', account);
  }
  const minutes = [replicationTime?.time.minutes, metrics?.threshold?.minutes].filter((one) => one !== undefined);
  if (minutes.some((one) => one !== 15)) throw invalid('Minutes must be 15.');
};

const invalid = (message: string): S3Error => new S3Error('InvalidRequest', { message });

export const REPLICATION_CONFIGURATION = configurationDocument('ReplicationConfiguration', SHAPE, checkConfiguration);

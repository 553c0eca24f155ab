/** PutBucketLogging: whose objects the access log becomes, and under which keys. */
import { S3Error } from '../error/s3-error.ts';
import { oneOf, optional, record, required, type Shape, type Shaped, text } from '../xml/xml-shape.ts';
import { configurationDocument } from './configuration-document.ts';

const XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';

const GRANTEE_SHAPE = record({
  id: optional('ID', text()),
  displayName: optional('DisplayName', text()),
  emailAddress: optional('EmailAddress', text()),
  uri: optional('URI', text()),
});

const GRANT_SHAPE = record({
  grantee: required('Grantee', GRANTEE_SHAPE),
  permission: required('Permission', oneOf('FULL_CONTROL', 'READ', 'WRITE')),
});

export type LogGrant = Shaped<typeof GRANT_SHAPE>;

const typeOf = ({ uri, emailAddress }: LogGrant['grantee']): string => {
  if (uri !== undefined) return 'Group';
  return emailAddress === undefined ? 'CanonicalUser' : 'AmazonCustomerByEmail';
};

/** A grant whose grantee says of which type it is: readers of the document want that attribute. */
const writeGrant = ({ grantee, permission }: LogGrant): string =>
  `<Grant><Grantee ${XSI} xsi:type="${typeOf(grantee)}">${GRANTEE_SHAPE.write(grantee)}</Grantee>` +
  `<Permission>${permission}</Permission></Grant>`;

const GRANTS_SHAPE: Shape<readonly LogGrant[]> = {
  read: ({ children }) =>
    children.map((child) => {
      if (child.name !== 'Grant') throw new S3Error('MalformedXML');
      return GRANT_SHAPE.read(child);
    }),
  write: (grants) => grants.map(writeGrant).join(''),
};

const KEY_FORMAT_SHAPE = record({
  simple: optional('SimplePrefix', record({})),
  partitioned: optional(
    'PartitionedPrefix',
    record({ dateSource: required('PartitionDateSource', oneOf('EventTime', 'DeliveryTime')) }),
  ),
});

const ENABLED_SHAPE = record({
  targetBucket: required('TargetBucket', text()),
  targetGrants: optional('TargetGrants', GRANTS_SHAPE),
  targetPrefix: required('TargetPrefix', text()),
  keyFormat: optional('TargetObjectKeyFormat', KEY_FORMAT_SHAPE),
});

const SHAPE = record({ enabled: optional('LoggingEnabled', ENABLED_SHAPE) });

export type LoggingTarget = Shaped<typeof ENABLED_SHAPE>;
export type LoggingConfiguration = Shaped<typeof SHAPE>;

const MAX_TARGET_PREFIX_CHARS = 800;

const checkConfiguration = ({ enabled }: LoggingConfiguration): void => {
  if (enabled === undefined) return;
  const { keyFormat, targetPrefix, targetGrants } = enabled;
  if (enabled.targetBucket === '' || targetPrefix.length > MAX_TARGET_PREFIX_CHARS) throw new S3Error('MalformedXML');
  for (const { grantee } of targetGrants ?? []) {
    if (grantee.id === undefined && grantee.emailAddress === undefined && grantee.uri === undefined) {
      throw new S3Error('MalformedXML');
    }
  }
  if (keyFormat !== undefined && (keyFormat.simple === undefined) === (keyFormat.partitioned === undefined)) {
    throw new S3Error('MalformedXML');
  }
};

/** Without `LoggingEnabled` the bucket is not logged. */
export const LOGGING_CONFIGURATION = configurationDocument('BucketLoggingStatus', SHAPE, checkConfiguration);

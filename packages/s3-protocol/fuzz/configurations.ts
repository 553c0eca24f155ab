// `node packages/s3-protocol/fuzz/configurations.ts --minutes 5`: every configuration document, damaged. What is accepted must be written
// in a form that is accepted again and says the same.
import { isDeepStrictEqual } from 'node:util';
import { type FuzzTarget, fuzz } from '@needlestack/fuzz';
import {
  ANALYTICS_CONFIGURATION,
  CORS_CONFIGURATION,
  type ConfigurationDocument,
  ENCRYPTION_CONFIGURATION,
  INTELLIGENT_TIERING_CONFIGURATION,
  INVENTORY_CONFIGURATION,
  LIFECYCLE_CONFIGURATION,
  LOGGING_CONFIGURATION,
  METRICS_CONFIGURATION,
  parseTagging,
  REPLICATION_CONFIGURATION,
  S3Error,
  WEBSITE_CONFIGURATION,
  writeTagging,
} from '../src/index.ts';

const isRefusal = (error: unknown): boolean => error instanceof S3Error;

const target = <T>(document: ConfigurationDocument<T>, ...insides: readonly string[]): FuzzTarget => ({
  name: document.root,
  seeds: insides.map((inside) => Buffer.from(`<${document.root}>${inside}</${document.root}>`)),
  decode: (input) => {
    const configuration = document.parse(input);
    const again = document.parse(Buffer.from(document.write(configuration)));
    if (!isDeepStrictEqual(again, configuration)) throw new Error('written in a form that says something else');
    return configuration;
  },
  isRefusal,
});

const TAG = '<Tag><Key>k</Key><Value>v</Value></Tag>';
const S3_TARGET = '<S3BucketDestination><Bucket>arn:aws:s3:::target</Bucket><Format>CSV</Format></S3BucketDestination>';

const tags: FuzzTarget = {
  name: 'Tagging',
  seeds: [Buffer.from(`<Tagging><TagSet>${TAG}</TagSet></Tagging>`)],
  decode: (input) => parseTagging(Buffer.from(writeTagging(parseTagging(input, 50))), 50),
  isRefusal,
};

await fuzz([
  tags,
  target(
    CORS_CONFIGURATION,
    '<CORSRule><ID>i</ID><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod><AllowedHeader>x-*</AllowedHeader><MaxAgeSeconds>5</MaxAgeSeconds></CORSRule>',
  ),
  target(
    ENCRYPTION_CONFIGURATION,
    '<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>k</KMSMasterKeyID></ApplyServerSideEncryptionByDefault></Rule>',
  ),
  target(
    LIFECYCLE_CONFIGURATION,
    `<Rule><ID>i</ID><Filter><And><Prefix>a</Prefix>${TAG}<ObjectSizeLessThan>9</ObjectSizeLessThan></And></Filter><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule>`,
    '<Rule><Prefix/><Status>Disabled</Status><Expiration><Date>2026-01-01T00:00:00Z</Date></Expiration><AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation></AbortIncompleteMultipartUpload></Rule>',
  ),
  target(
    WEBSITE_CONFIGURATION,
    '<IndexDocument><Suffix>i</Suffix></IndexDocument><RoutingRules><RoutingRule><Condition><KeyPrefixEquals>a</KeyPrefixEquals></Condition><Redirect><ReplaceKeyPrefixWith>b</ReplaceKeyPrefixWith></Redirect></RoutingRule></RoutingRules>',
  ),
  target(
    LOGGING_CONFIGURATION,
    '<LoggingEnabled><TargetBucket>t</TargetBucket><TargetGrants><Grant><Grantee><ID>i</ID></Grantee><Permission>READ</Permission></Grant></TargetGrants><TargetPrefix>p</TargetPrefix></LoggingEnabled>',
  ),
  target(
    REPLICATION_CONFIGURATION,
    '<Role>r</Role><Rule><Prefix/><Status>Enabled</Status><Destination><Bucket>arn:aws:s3:::target</Bucket></Destination></Rule>',
  ),
  target(
    INVENTORY_CONFIGURATION,
    `<Id>i</Id><IsEnabled>true</IsEnabled><Destination>${S3_TARGET}</Destination><Schedule><Frequency>Daily</Frequency></Schedule><IncludedObjectVersions>All</IncludedObjectVersions><OptionalFields><Field>Size</Field></OptionalFields>`,
  ),
  target(ANALYTICS_CONFIGURATION, '<Id>a</Id><StorageClassAnalysis></StorageClassAnalysis>'),
  target(METRICS_CONFIGURATION, `<Id>m</Id><Filter>${TAG}</Filter>`),
  target(
    INTELLIGENT_TIERING_CONFIGURATION,
    '<Id>t</Id><Status>Enabled</Status><Tiering><AccessTier>ARCHIVE_ACCESS</AccessTier><Days>90</Days></Tiering>',
  ),
]);

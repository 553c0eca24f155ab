/** What every configuration's document must be, and how each refuses. */
import {
  ACCELERATE_CONFIGURATION,
  ANALYTICS_CONFIGURATION,
  CORS_CONFIGURATION,
  ENCRYPTION_CONFIGURATION,
  INTELLIGENT_TIERING_CONFIGURATION,
  INVENTORY_CONFIGURATION,
  LIFECYCLE_CONFIGURATION,
  LOGGING_CONFIGURATION,
  METRICS_CONFIGURATION,
  parseTagging,
  REPLICATION_CONFIGURATION,
  refuseJoinedFilters,
  S3Error,
  WEBSITE_CONFIGURATION,
} from '../index.ts';

interface Document {
  readonly root: string;
  parse(body: Uint8Array): unknown;
}

const DOCUMENTS: Readonly<Record<string, Document>> = {
  accelerate: ACCELERATE_CONFIGURATION,
  analytics: ANALYTICS_CONFIGURATION,
  cors: CORS_CONFIGURATION,
  encryption: ENCRYPTION_CONFIGURATION,
  'intelligent-tiering': INTELLIGENT_TIERING_CONFIGURATION,
  inventory: INVENTORY_CONFIGURATION,
  lifecycle: LIFECYCLE_CONFIGURATION,
  logging: LOGGING_CONFIGURATION,
  metrics: METRICS_CONFIGURATION,
  replication: REPLICATION_CONFIGURATION,
  website: WEBSITE_CONFIGURATION,
};

const documentOf = (name: string): Document => {
  const document = DOCUMENTS[name];
  if (document === undefined) throw new Error(`no document ${name}`);
  return document;
};

const inside = (document: Document, text: string): Buffer =>
  Buffer.from(`<${document.root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${text}</${document.root}>`);

const refusalOf = (run: () => unknown): [code: string, message: string] => {
  try {
    run();
  } catch (error) {
    if (error instanceof S3Error) return [error.code, error.message];
    throw error;
  }
  return ['accepted', ''];
};

const days = (count: number): string => `<Expiration><Days>${count}</Days></Expiration>`;
const rule = (text: string, filter = '<Filter><Prefix>a</Prefix></Filter>'): string =>
  `<Rule>${filter}<Status>Enabled</Status>${text}</Rule>`;
const TAG = '<Tag><Key>k</Key><Value>v</Value></Tag>';
const CORS_RULE = '<AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod>';
const S3_TARGET = '<S3BucketDestination><Bucket>arn:aws:s3:::target</Bucket><Format>CSV</Format></S3BucketDestination>';
const inventory = (target = S3_TARGET): string =>
  `<Id>daily</Id><IsEnabled>true</IsEnabled><Destination>${target}</Destination><Schedule><Frequency>Daily</Frequency></Schedule>` +
  '<IncludedObjectVersions>All</IncludedObjectVersions>';
const MARKERS = '<DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>';
const replication = (text: string, destination = '<Bucket>arn:aws:s3:::target</Bucket>', after = MARKERS): string =>
  `<Role>arn:aws:iam::1:role/r</Role><Rule>${text}<Status>Enabled</Status><Destination>${destination}</Destination>${after}</Rule>`;
const NEW_RULE = `<Priority>1</Priority><Filter><Prefix>a</Prefix></Filter>`;
const routing = (text: string): string =>
  `<IndexDocument><Suffix>i</Suffix></IndexDocument><RoutingRules><RoutingRule>${text}</RoutingRule></RoutingRules>`;
const logging = (text: string): string =>
  `<LoggingEnabled><TargetBucket>to</TargetBucket><TargetPrefix>log/</TargetPrefix>${text}</LoggingEnabled>`;

describe('accepted, and written as it was read', () => {
  test.each([
    ['accelerate', '<Status>Enabled</Status>'],
    [
      'cors',
      `<CORSRule><ID>one</ID>${CORS_RULE}<AllowedHeader>x-*</AllowedHeader><MaxAgeSeconds>5</MaxAgeSeconds><ExposeHeader>ETag</ExposeHeader></CORSRule>`,
    ],
    [
      'encryption',
      '<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>k</KMSMasterKeyID></ApplyServerSideEncryptionByDefault><BucketKeyEnabled>true</BucketKeyEnabled></Rule>',
    ],
    ['lifecycle', rule(days(1))],
    [
      'lifecycle',
      rule('<Expiration><Days>1</Days><ExpiredObjectDeleteMarker>false</ExpiredObjectDeleteMarker></Expiration>'),
    ],
    ['lifecycle', rule('<Expiration><Date>2026-01-01T00:00:00.000Z</Date></Expiration>', '<Prefix>old</Prefix>')],
    [
      'lifecycle',
      rule(
        '<NoncurrentVersionExpiration><NoncurrentDays>3</NoncurrentDays><NewerNoncurrentVersions>2</NewerNoncurrentVersions></NoncurrentVersionExpiration>',
        `<Filter><And><Prefix>a</Prefix>${TAG}<ObjectSizeGreaterThan>5</ObjectSizeGreaterThan><ObjectSizeLessThan>500</ObjectSizeLessThan></And></Filter>`,
      ),
    ],
    [
      'lifecycle',
      rule(
        '<AbortIncompleteMultipartUpload><DaysAfterInitiation>2</DaysAfterInitiation></AbortIncompleteMultipartUpload>',
        '<Filter></Filter>',
      ),
    ],
    [
      'website',
      '<IndexDocument><Suffix>index.html</Suffix></IndexDocument><ErrorDocument><Key>error.html</Key></ErrorDocument><RoutingRules><RoutingRule><Condition><KeyPrefixEquals>docs/</KeyPrefixEquals></Condition><Redirect><ReplaceKeyPrefixWith>documents/</ReplaceKeyPrefixWith></Redirect></RoutingRule></RoutingRules>',
    ],
    [
      'website',
      '<RedirectAllRequestsTo><HostName>example.com</HostName><Protocol>https</Protocol></RedirectAllRequestsTo>',
    ],
    ['logging', ''],
    [
      'logging',
      logging(
        '<TargetObjectKeyFormat><PartitionedPrefix><PartitionDateSource>EventTime</PartitionDateSource></PartitionedPrefix></TargetObjectKeyFormat>',
      ),
    ],
    ['replication', replication(NEW_RULE)],
    ['replication', replication('<Prefix></Prefix>', undefined, '')],
    ['inventory', inventory()],
    ['analytics', '<Id>a</Id><StorageClassAnalysis></StorageClassAnalysis>'],
    ['metrics', `<Id>EntireBucket</Id><Filter><And><Prefix>a</Prefix>${TAG}</And></Filter>`],
    [
      'intelligent-tiering',
      '<Id>t</Id><Status>Enabled</Status><Tiering><AccessTier>ARCHIVE_ACCESS</AccessTier><Days>90</Days></Tiering>',
    ],
  ])('%s %s', (name, text) => {
    const document = documentOf(name) as {
      parse(body: Uint8Array): unknown;
      write(value: unknown): string;
      root: string;
    };
    const written = document.write(document.parse(inside(document, text)));
    expect(written).toContain(
      `<${document.root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${text}</${document.root}>`,
    );
  });

  test('grants of a log keep their grantees, whose type is written', () => {
    const grant =
      '<TargetGrants><Grant><Grantee><URI>http://acs.amazonaws.com/groups/global/AllUsers</URI></Grantee><Permission>READ</Permission></Grant></TargetGrants>';
    const [before = '', after = ''] = grant.split('<Grantee>');
    const written = LOGGING_CONFIGURATION.write(
      LOGGING_CONFIGURATION.parse(inside(LOGGING_CONFIGURATION, logging(grant))),
    );
    expect(written).toContain(
      `${before}<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Group">${after}`,
    );
  });
});

describe('refused', () => {
  test.each(Object.keys(DOCUMENTS))(
    '%s: another root, an unknown element, no body, a document type, too many bytes',
    (name) => {
      const document = documentOf(name);
      expect(refusalOf(() => document.parse(Buffer.from('<Other/>')))[0]).toBe('MalformedXML');
      expect(refusalOf(() => document.parse(inside(document, '<Unknown/>')))[0]).toBe('MalformedXML');
      expect(refusalOf(() => document.parse(Buffer.from(`<${document.root}>`)))[0]).toBe('MalformedXML');
      expect(refusalOf(() => document.parse(Buffer.alloc(0)))[0]).toBe('MissingRequestBodyError');
      expect(refusalOf(() => document.parse(Buffer.from(`<!DOCTYPE a [<!ENTITY x "y">]><${document.root}/>`)))[0]).toBe(
        'MalformedXML',
      );
      expect(refusalOf(() => document.parse(Buffer.alloc(1024 * 1024 + 1)))[0]).toBe('MaxMessageLengthExceeded');
      const deep = '<a>'.repeat(20) + '</a>'.repeat(20);
      expect(refusalOf(() => document.parse(inside(document, deep)))[0]).toBe('MalformedXML');
    },
  );

  test.each([
    ['accelerate', '', 'MalformedXML', ''],
    ['accelerate', '<Status>On</Status>', 'MalformedXML', ''],
    ['cors', '', 'MalformedXML', ''],
    ['cors', '<CORSRule><AllowedMethod>GET</AllowedMethod></CORSRule>', 'MalformedXML', ''],
    ['cors', '<CORSRule><AllowedOrigin>*</AllowedOrigin></CORSRule>', 'MalformedXML', ''],
    [
      'cors',
      '<CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>PATCH</AllowedMethod></CORSRule>',
      'InvalidRequest',
      'Unsupported method is PATCH',
    ],
    [
      'cors',
      '<CORSRule><AllowedOrigin>*.a.*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule>',
      'InvalidRequest',
      'more than one wildcard',
    ],
    [
      'cors',
      `<CORSRule>${CORS_RULE}<AllowedHeader>**</AllowedHeader></CORSRule>`,
      'InvalidRequest',
      'more than one wildcard',
    ],
    [
      'cors',
      `<CORSRule>${CORS_RULE}<ExposeHeader>x-*</ExposeHeader></CORSRule>`,
      'InvalidRequest',
      'wildcard for ExposeHeader',
    ],
    ['cors', `<CORSRule>${CORS_RULE}<MaxAgeSeconds>soon</MaxAgeSeconds></CORSRule>`, 'MalformedXML', ''],
    ['cors', `<CORSRule><ID>${'i'.repeat(256)}</ID>${CORS_RULE}</CORSRule>`, 'InvalidRequest', 'ID length'],
    ['cors', `<CORSRule>${CORS_RULE}</CORSRule>`.repeat(101), 'InvalidRequest', '100 rules'],
    ['encryption', '', 'MalformedXML', ''],
    ['encryption', '<Rule/><Rule/>', 'MalformedXML', ''],
    [
      'encryption',
      '<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>DES</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule>',
      'MalformedXML',
      '',
    ],
    [
      'encryption',
      '<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm><KMSMasterKeyID>k</KMSMasterKeyID></ApplyServerSideEncryptionByDefault></Rule>',
      'InvalidArgument',
      'KMSMasterKeyID is not applicable',
    ],
    ['lifecycle', '', 'MalformedXML', ''],
    ['lifecycle', rule(days(1)).repeat(1001), 'InvalidRequest', '1000 rules'],
    [
      'lifecycle',
      `<Rule><ID>${'i'.repeat(256)}</ID><Prefix/><Status>Enabled</Status>${days(1)}</Rule>`,
      'InvalidArgument',
      'ID length',
    ],
    [
      'lifecycle',
      `<Rule><ID>one</ID><Prefix/><Status>Enabled</Status>${days(1)}</Rule>`.repeat(2),
      'InvalidArgument',
      'must be unique',
    ],
    ['lifecycle', rule(days(1)).replace('Enabled', 'enabled'), 'MalformedXML', ''],
    ['lifecycle', rule(''), 'InvalidRequest', 'At least one action'],
    ['lifecycle', rule(days(1), ''), 'MalformedXML', ''],
    ['lifecycle', rule(days(1), '<Prefix/><Filter/>'), 'MalformedXML', ''],
    ['lifecycle', rule(days(1)) + rule(days(1), '<Prefix/>'), 'InvalidRequest', 'Base level prefix'],
    ['lifecycle', rule(days(1), '<Filter><And></And></Filter>'), 'MalformedXML', ''],
    ['lifecycle', rule(days(1), `<Filter><And>${TAG}${TAG}</And></Filter>`), 'InvalidTag', 'same key'],
    [
      'lifecycle',
      rule(days(1), '<Filter><ObjectSizeLessThan>0</ObjectSizeLessThan></Filter>'),
      'InvalidRequest',
      'ObjectSizeLessThan',
    ],
    [
      'lifecycle',
      rule(
        days(1),
        '<Filter><And><ObjectSizeGreaterThan>9</ObjectSizeGreaterThan><ObjectSizeLessThan>10</ObjectSizeLessThan></And></Filter>',
      ),
      'InvalidRequest',
      'leave room',
    ],
    ['lifecycle', rule(days(0)), 'InvalidArgument', "'Days' for Expiration action must be a positive integer"],
    ['lifecycle', rule(days(-1)), 'InvalidArgument', 'positive'],
    ['lifecycle', rule('<Expiration/>'), 'MalformedXML', ''],
    ['lifecycle', rule('<Expiration><Days>1</Days><Date>2026-01-01</Date></Expiration>'), 'MalformedXML', ''],
    ['lifecycle', rule('<Expiration><Date>20200101</Date></Expiration>'), 'MalformedXML', ''],
    ['lifecycle', rule('<Expiration><Date>2026-01-01T10:00:00Z</Date></Expiration>'), 'InvalidArgument', 'midnight'],
    [
      'lifecycle',
      rule(
        '<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>',
        `<Filter>${TAG}</Filter>`,
      ),
      'InvalidRequest',
      'with Tags',
    ],
    ['lifecycle', rule('<NoncurrentVersionExpiration/>'), 'MalformedXML', ''],
    [
      'lifecycle',
      rule('<NoncurrentVersionExpiration><NoncurrentDays>0</NoncurrentDays></NoncurrentVersionExpiration>'),
      'InvalidArgument',
      'positive',
    ],
    [
      'lifecycle',
      rule(
        '<NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays><NewerNoncurrentVersions>101</NewerNoncurrentVersions></NoncurrentVersionExpiration>',
      ),
      'InvalidArgument',
      'between 1 and 100',
    ],
    [
      'lifecycle',
      rule(
        '<AbortIncompleteMultipartUpload><DaysAfterInitiation>0</DaysAfterInitiation></AbortIncompleteMultipartUpload>',
      ),
      'InvalidArgument',
      'positive',
    ],
    [
      'lifecycle',
      rule(
        '<AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation></AbortIncompleteMultipartUpload>',
        `<Filter>${TAG}</Filter>`,
      ),
      'InvalidRequest',
      'with Tags',
    ],
    ['lifecycle', rule('<Transition><StorageClass>GLACIER</StorageClass></Transition>'), 'MalformedXML', ''],
    [
      'lifecycle',
      rule('<Transition><Days>-1</Days><StorageClass>GLACIER</StorageClass></Transition>'),
      'InvalidArgument',
      'nonnegative',
    ],
    [
      'lifecycle',
      rule(`${days(3)}<Transition><Days>3</Days><StorageClass>GLACIER</StorageClass></Transition>`),
      'InvalidArgument',
      'must be greater',
    ],
    [
      'lifecycle',
      rule(`${days(3)}<Transition><Date>2026-01-01</Date><StorageClass>GLACIER</StorageClass></Transition>`),
      'InvalidRequest',
      'mixed',
    ],
    ['website', '', 'InvalidArgument', 'IndexDocument Suffix must be provided'],
    ['website', '<IndexDocument><Suffix>a/b</Suffix></IndexDocument>', 'InvalidArgument', 'not well formed'],
    [
      'website',
      '<IndexDocument><Suffix>i</Suffix></IndexDocument><ErrorDocument/>',
      'InvalidArgument',
      'ErrorDocument Key',
    ],
    [
      'website',
      '<RedirectAllRequestsTo><HostName>h</HostName></RedirectAllRequestsTo><IndexDocument><Suffix>i</Suffix></IndexDocument>',
      'InvalidRequest',
      'in conjunction',
    ],
    [
      'website',
      '<RedirectAllRequestsTo><HostName>h</HostName><Protocol>ftp</Protocol></RedirectAllRequestsTo>',
      'InvalidRequest',
      'Invalid protocol',
    ],
    ['website', routing('<Redirect/>'), 'MalformedXML', ''],
    [
      'website',
      routing('<Condition/><Redirect><HostName>h</HostName></Redirect>'),
      'InvalidRequest',
      'Condition cannot be empty',
    ],
    [
      'website',
      routing(
        '<Condition><HttpErrorCodeReturnedEquals>200</HttpErrorCodeReturnedEquals></Condition><Redirect><HostName>h</HostName></Redirect>',
      ),
      'InvalidRequest',
      '4XX or 5XX',
    ],
    [
      'website',
      routing('<Redirect><HttpRedirectCode>300</HttpRedirectCode></Redirect>'),
      'InvalidRequest',
      '3XX except 300',
    ],
    [
      'website',
      routing('<Redirect><ReplaceKeyWith>a</ReplaceKeyWith><ReplaceKeyPrefixWith>b</ReplaceKeyPrefixWith></Redirect>'),
      'InvalidRequest',
      'not both',
    ],
    [
      'website',
      `<IndexDocument><Suffix>i</Suffix></IndexDocument><RoutingRules>${'<RoutingRule><Redirect><HostName>h</HostName></Redirect></RoutingRule>'.repeat(51)}</RoutingRules>`,
      'InvalidRequest',
      'limited to 50',
    ],
    ['logging', '<LoggingEnabled><TargetBucket>to</TargetBucket></LoggingEnabled>', 'MalformedXML', ''],
    ['logging', logging('<TargetObjectKeyFormat/>'), 'MalformedXML', ''],
    [
      'logging',
      logging(
        '<TargetObjectKeyFormat><PartitionedPrefix><PartitionDateSource>Never</PartitionDateSource></PartitionedPrefix></TargetObjectKeyFormat>',
      ),
      'MalformedXML',
      '',
    ],
    [
      'logging',
      logging('<TargetGrants><Grant><Grantee/><Permission>READ</Permission></Grant></TargetGrants>'),
      'MalformedXML',
      '',
    ],
    ['replication', '<Role>r</Role>', 'MalformedXML', ''],
    ['replication', replication('', undefined, ''), 'MalformedXML', ''],
    ['replication', replication('<Prefix/><Priority>1</Priority>'), 'InvalidRequest', 'Priority'],
    ['replication', replication('<Filter/>', undefined, ''), 'InvalidRequest', 'Priority must be specified'],
    ['replication', replication(NEW_RULE, '<Bucket>target</Bucket>'), 'InvalidArgument', 'Invalid bucket ARN'],
    [
      'replication',
      replication(NEW_RULE, '<Bucket>arn:aws:s3:::target</Bucket><Account>1</Account>'),
      'InvalidArgument',
      'Invalid account id',
    ],
    ['inventory', inventory().replace('daily', 'two words'), 'InvalidArgument', 'id is not valid'],
    ['inventory', inventory(S3_TARGET.replace('arn:aws:s3:::target', 'target')), 'InvalidS3DestinationBucket', 'ARN'],
    ['inventory', inventory(S3_TARGET.replace('CSV', 'ORC')), 'NotImplemented', 'ORC'],
    ['inventory', inventory().replace('Daily', 'Hourly'), 'MalformedXML', ''],
    ['analytics', '<Id>a</Id>', 'MalformedXML', ''],
    ['metrics', `<Id>m</Id><Filter><Prefix>a</Prefix>${TAG}</Filter>`, 'MalformedXML', ''],
    ['metrics', '<Id>m</Id><Filter><AccessPointArn>arn</AccessPointArn></Filter>', 'NotImplemented', 'access points'],
    ['intelligent-tiering', '<Id>t</Id><Status>Enabled</Status>', 'MalformedXML', ''],
    [
      'intelligent-tiering',
      '<Id>t</Id><Status>Enabled</Status><Tiering><AccessTier>ARCHIVE_ACCESS</AccessTier><Days>89</Days></Tiering>',
      'InvalidArgument',
      'between 90 and 730',
    ],
  ])('%s %s', (name, text, code, message) => {
    const document = documentOf(name);
    const [foundCode, foundMessage] = refusalOf(() => document.parse(inside(document, text)));
    expect(foundCode).toBe(code);
    expect(foundMessage).toContain(message);
  });

  test('a lifecycle filter with several conditions, unless RGW clients are to be served', () => {
    const text = rule(days(1), `<Filter><Prefix>a</Prefix>${TAG}</Filter>`);
    const configuration = LIFECYCLE_CONFIGURATION.parse(inside(LIFECYCLE_CONFIGURATION, text));
    expect(refusalOf(() => refuseJoinedFilters(configuration))[0]).toBe('MalformedXML');
  });

  test.each([
    [
      '<TagSet><Tag><Key>a</Key><Value>1</Value></Tag><Tag><Key>a</Key><Value>2</Value></Tag></TagSet>',
      'InvalidTag',
      'same key',
    ],
    [`<TagSet><Tag><Key>${'k'.repeat(129)}</Key><Value/></Tag></TagSet>`, 'InvalidTag', 'TagKey'],
    ['<TagSet><Tag><Key></Key><Value/></Tag></TagSet>', 'InvalidTag', 'TagKey'],
    [`<TagSet><Tag><Key>k</Key><Value>${'v'.repeat(257)}</Value></Tag></TagSet>`, 'InvalidTag', 'TagValue'],
    ['<TagSet><Tag><Key>k</Key><Value>&lt;</Value></Tag></TagSet>', 'InvalidTag', 'TagValue'],
    ['<TagSet><Tag><Key>aws:k</Key><Value/></Tag></TagSet>', 'InvalidTag', 'System tags'],
    [
      `<TagSet>${[1, 2, 3].map((at) => `<Tag><Key>${at}</Key><Value/></Tag>`).join('')}</TagSet>`,
      'InvalidTag',
      'at most 2',
    ],
    ['<TagSet><Tag><Key>k</Key></Tag></TagSet>', 'MalformedXML', ''],
    ['', 'MalformedXML', ''],
  ])('tags %s', (text, code, message) => {
    const [foundCode, foundMessage] = refusalOf(() => parseTagging(Buffer.from(`<Tagging>${text}</Tagging>`), 2));
    expect(foundCode).toBe(code);
    expect(foundMessage).toContain(message);
  });

  test('a key that is a word of the language is a key', () => {
    const tags = parseTagging(
      Buffer.from('<Tagging><TagSet><Tag><Key>__proto__</Key><Value>x</Value></Tag></TagSet></Tagging>'),
      1,
    );
    expect(Object.entries(tags)).toEqual([['__proto__', 'x']]);
  });
});

/** Configurations of buckets (s3.md rules 42 and 48, section 1). */
import { type Asking, call, configure, ofRule, type Refusal } from './refusal.ts';

const lifecycle = (...rules: readonly string[]): Asking =>
  configure(
    '/bucket',
    'lifecycle',
    `<LifecycleConfiguration>${rules.map((rule) => `<Rule>${rule}</Rule>`).join('')}</LifecycleConfiguration>`,
  );
const EXPIRES = '<Filter/><Status>Enabled</Status><Expiration><Days>1</Days></Expiration>';
const transition = (inside: string, more = ''): Asking =>
  lifecycle(`<Filter/><Status>Enabled</Status>${more}<Transition>${inside}</Transition>`);
const withId = (id: string): string => `<ID>${id}</ID>${EXPIRES}`;
const logging = (inside: string, source = 'bucket'): Asking =>
  configure(
    `/${source}`,
    'logging',
    `<BucketLoggingStatus><LoggingEnabled>${inside}</LoggingEnabled></BucketLoggingStatus>`,
  );
const target = (bucket: string): string => `<TargetBucket>${bucket}</TargetBucket><TargetPrefix>log/</TargetPrefix>`;
const cors = (rule: string): Asking =>
  configure('/bucket', 'cors', `<CORSConfiguration><CORSRule>${rule}</CORSRule></CORSConfiguration>`);
const encryption = (rule: string): Asking =>
  configure('/bucket', 'encryption', `<ServerSideEncryptionConfiguration>${rule}</ServerSideEncryptionConfiguration>`);
const byDefault = (inside: string): string =>
  `<Rule><ApplyServerSideEncryptionByDefault>${inside}</ApplyServerSideEncryptionByDefault></Rule>`;
const website = (inside: string): Asking =>
  configure('/bucket', 'website', `<WebsiteConfiguration>${inside}</WebsiteConfiguration>`);

const NEVER_SET: readonly (readonly [string, string])[] = [
  ['policy', 'NoSuchBucketPolicy'],
  ['tagging', 'NoSuchTagSet'],
  ['cors', 'NoSuchCORSConfiguration'],
  ['lifecycle', 'NoSuchLifecycleConfiguration'],
  ['website', 'NoSuchWebsiteConfiguration'],
  ['replication', 'ReplicationConfigurationNotFoundError'],
  ['inventory&id=x', 'NoSuchConfiguration'],
  ['analytics&id=x', 'NoSuchConfiguration'],
  ['metrics&id=x', 'NoSuchConfiguration'],
  ['intelligent-tiering&id=x', 'NoSuchConfiguration'],
];
const DOCUMENTS =
  'accelerate cors encryption lifecycle logging notification ownershipControls publicAccessBlock replication requestPayment tagging versioning website abac'.split(
    ' ',
  );

export const CONFIGURATION_REFUSALS: readonly Refusal[] = [
  ...ofRule(
    1,
    NEVER_SET.map(([query, code]) => [`?${query} was never set`, 404, code, call('GET', '/other', { query })] as const),
  ),
  ...ofRule(
    1,
    DOCUMENTS.flatMap((query) => [
      [`half a document of ?${query}`, 400, 'MalformedXML', configure('/bucket', query, '<Half><')] as const,
      [`another document of ?${query}`, 400, 'MalformedXML', configure('/bucket', query, '<Other/>')] as const,
      [
        `entities in ?${query}`,
        400,
        'MalformedXML',
        configure('/bucket', query, '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
      ] as const,
      [`?${query} of no bucket`, 404, 'NoSuchBucket', configure('/nowhere', query, '<Other/>')] as const,
    ]),
  ),
  ...ofRule(42, [
    ['no rule', 400, 'MalformedXML', lifecycle()],
    ['1,001 rules', 400, 'InvalidRequest', lifecycle(...Array.from({ length: 1_001 }, () => EXPIRES))],
    ['two rules of one id', 400, 'InvalidArgument', lifecycle(withId('one'), withId('one'))],
    ['an id of 256 characters', 400, 'InvalidArgument', lifecycle(withId('i'.repeat(256)))],
    [
      'a prefix that no key has',
      400,
      'InvalidRequest',
      lifecycle(
        `<Filter><Prefix>${'k'.repeat(1_025)}</Prefix></Filter><Status>Enabled</Status><Expiration><Days>1</Days></Expiration>`,
      ),
    ],
    ['a rule without action', 400, 'InvalidRequest', lifecycle('<Filter/><Status>Enabled</Status>')],
    ['a rule without status', 400, 'MalformedXML', lifecycle('<Filter/><Expiration><Days>1</Days></Expiration>')],
    [
      'a status that is none',
      400,
      'MalformedXML',
      lifecycle('<Filter/><Status>enabled</Status><Expiration><Days>1</Days></Expiration>'),
    ],
    [
      '0 days',
      400,
      'InvalidArgument',
      lifecycle('<Filter/><Status>Enabled</Status><Expiration><Days>0</Days></Expiration>'),
    ],
    [
      'a date that is no midnight',
      400,
      'InvalidArgument',
      lifecycle('<Filter/><Status>Enabled</Status><Expiration><Date>2030-01-01T01:00:00Z</Date></Expiration>'),
    ],
    [
      'a date that is none',
      400,
      'MalformedXML',
      lifecycle('<Filter/><Status>Enabled</Status><Expiration><Date>soon</Date></Expiration>'),
    ],
    ['a transition to nowhere', 400, 'MalformedXML', transition('<Days>1</Days><StorageClass>ATTIC</StorageClass>')],
    ['a transition at no time', 400, 'MalformedXML', transition('<StorageClass>GLACIER</StorageClass>')],
    [
      'a transition before it was written',
      400,
      'InvalidArgument',
      transition('<Days>-1</Days><StorageClass>GLACIER</StorageClass>'),
    ],
    [
      'a transition when it has expired',
      400,
      'InvalidArgument',
      transition('<Days>1</Days><StorageClass>GLACIER</StorageClass>', '<Expiration><Days>1</Days></Expiration>'),
    ],
    [
      'a smallest size for each class',
      501,
      'NotImplemented',
      configure('/bucket', 'lifecycle', `<LifecycleConfiguration><Rule>${EXPIRES}</Rule></LifecycleConfiguration>`, {
        'x-amz-transition-default-minimum-object-size': 'varies_by_storage_class',
      }),
    ],
    [
      'days and a date',
      400,
      'MalformedXML',
      lifecycle(
        '<Filter/><Status>Enabled</Status><Expiration><Days>1</Days><Date>2030-01-01T00:00:00Z</Date></Expiration>',
      ),
    ],
  ]),
  ...ofRule(48, [
    ['a target that is not there', 400, 'InvalidTargetBucketForLogging', logging(target('nowhere'))],
    ['a target that does not let the service in', 403, 'AccessDenied', logging(target('other'))],
    ['no target', 400, 'MalformedXML', logging('<TargetPrefix>x</TargetPrefix>')],
    [
      'a date source that is none',
      400,
      'MalformedXML',
      logging(
        `${target('other')}<TargetObjectKeyFormat><PartitionedPrefix><PartitionDateSource>Now</PartitionDateSource></PartitionedPrefix></TargetObjectKeyFormat>`,
      ),
    ],
  ]),
  ...ofRule('1', [
    ['CORS without method', 400, 'MalformedXML', cors('<AllowedOrigin>*</AllowedOrigin>')],
    [
      'CORS of an unknown method',
      400,
      'InvalidRequest',
      cors('<AllowedOrigin>*</AllowedOrigin><AllowedMethod>PATCH</AllowedMethod>'),
    ],
    [
      'CORS of two wildcards',
      400,
      'InvalidRequest',
      cors('<AllowedOrigin>http://*.*</AllowedOrigin><AllowedMethod>GET</AllowedMethod>'),
    ],
    ...['Allowed', 'Expose'].map(
      (kind) =>
        [
          `CORS of what is no header: ${kind}`,
          400,
          'InvalidRequest',
          cors(
            `<AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod><${kind}Header>x (a)</${kind}Header>`,
          ),
        ] as const,
    ),
    ['encryption without rule', 400, 'MalformedXML', encryption('')],
    [
      'encryption by an unknown algorithm',
      400,
      'MalformedXML',
      encryption(byDefault('<SSEAlgorithm>rot13</SSEAlgorithm>')),
    ],
    [
      'a key of AES256',
      400,
      'InvalidArgument',
      encryption(byDefault('<SSEAlgorithm>AES256</SSEAlgorithm><KMSMasterKeyID>first</KMSMasterKeyID>')),
    ],
    ['a website without index', 400, 'InvalidArgument', website('')],
    [
      'a website that redirects all and has an index',
      400,
      'InvalidRequest',
      website(
        '<RedirectAllRequestsTo><HostName>a</HostName></RedirectAllRequestsTo><IndexDocument><Suffix>i</Suffix></IndexDocument>',
      ),
    ],
    ['an index with a slash', 400, 'InvalidArgument', website('<IndexDocument><Suffix>a/b</Suffix></IndexDocument>')],
    [
      'a notification to nowhere',
      400,
      'InvalidArgument',
      configure(
        '/bucket',
        'notification',
        '<NotificationConfiguration><QueueConfiguration><Queue>nowhere</Queue><Event>s3:ObjectCreated:*</Event></QueueConfiguration></NotificationConfiguration>',
      ),
    ],
    [
      'an unknown payer',
      400,
      'MalformedXML',
      configure(
        '/bucket',
        'requestPayment',
        '<RequestPaymentConfiguration><Payer>Nobody</Payer></RequestPaymentConfiguration>',
      ),
    ],
    [
      'an unknown acceleration',
      400,
      'MalformedXML',
      configure('/bucket', 'accelerate', '<AccelerateConfiguration><Status>Fast</Status></AccelerateConfiguration>'),
    ],
    [
      'a document past its bound',
      400,
      'MaxMessageLengthExceeded',
      configure('/bucket', 'cors', `<CORSConfiguration>${' '.repeat(3_000_000)}</CORSConfiguration>`),
    ],
  ]),
];

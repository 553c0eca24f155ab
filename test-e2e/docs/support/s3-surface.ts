/**
 * The whole API surface of S3, operation by operation: how each is asked for, and the test that proves what we make of it. Whether it is
 * served is not said here: the gateway's own table says it.
 */
export interface SurfaceRow {
  readonly operation: string;
  /** Method, `bucket` or `bucket/key`, sub-resource. */
  readonly request: string;
  /** File of a test, ` › `, words of its title. */
  readonly proof: string;
  /** Kept, checked and answered, while nothing acts on it. */
  readonly isStoredOnly: boolean;
}

export interface SurfaceArea {
  readonly title: string;
  readonly rows: readonly SurfaceRow[];
}

type RowText = readonly [operation: string, request: string, proof?: string];

const GATEWAY = 'services/gateway/test';
const ACLS = `${GATEWAY}/access/access-control-lists.test.ts`;
const BUCKETS = `${GATEWAY}/buckets.test.ts`;
const CONFIGURATIONS = `${GATEWAY}/bucket-configurations.test.ts`;
const LOCK = `${GATEWAY}/object-lock.test.ts`;
const TAGGING = `${GATEWAY}/object-tagging.test.ts`;
const MULTIPART = `${GATEWAY}/multipart-and-copy.test.ts`;
const POLICIES = `${GATEWAY}/access/bucket-policies.test.ts`;
const RULES = `${GATEWAY}/access/bucket-rules.test.ts`;
const VERSIONING = `${GATEWAY}/versioning.test.ts`;
const OTHER = `${GATEWAY}/other-services.test.ts`;
const OBJECTS = `${GATEWAY}/objects.test.ts`;
/** What is not served is asked for by the test of this page. */
export const UNSERVED_PROOF = 'test-e2e/docs/reference.test.ts › what is not served is 501';
const area = (title: string, proof: string, rows: readonly RowText[], isStoredOnly = false): SurfaceArea => ({
  title,
  rows: rows.map(([operation, request, own]) => ({ operation, request, proof: own ?? proof, isStoredOnly })),
});

/** The same rows, proven by another test than the rest of their area. */
const proven = (rows: readonly RowText[], proof: string): readonly RowText[] =>
  rows.map(([operation, request]) => [operation, request, proof]);

/** Get, Put, Delete of a configuration of which a bucket has one. */
const single = (name: string, subResource: string): readonly RowText[] => [
  [`GetBucket${name}`, `GET bucket?${subResource}`],
  [`PutBucket${name}`, `PUT bucket?${subResource}`],
  [`DeleteBucket${name}`, `DELETE bucket?${subResource}`],
];

/** The four operations of a configuration of which a bucket has many. */
const named = (name: string, subResource: string): readonly RowText[] => [
  [`GetBucket${name}Configuration`, `GET bucket?${subResource}&id=1`],
  [`ListBucket${name}Configurations`, `GET bucket?${subResource}`],
  [`PutBucket${name}Configuration`, `PUT bucket?${subResource}&id=1`],
  [`DeleteBucket${name}Configuration`, `DELETE bucket?${subResource}&id=1`],
];

export const S3_SURFACE: readonly SurfaceArea[] = [
  area('Service and buckets', `${BUCKETS} › live from creation to deletion`, [
    ['ListBuckets', 'GET /', `${BUCKETS} › page by page`],
    ['CreateBucket', 'PUT bucket'],
    ['HeadBucket', 'HEAD bucket'],
    ['DeleteBucket', 'DELETE bucket'],
    ['GetBucketLocation', 'GET bucket?location'],
    ['ListDirectoryBuckets', 'GET /?x-id=ListDirectoryBuckets', UNSERVED_PROOF],
    ['CreateSession', 'GET bucket?session', UNSERVED_PROOF],
  ]),
  area('Objects', `${OBJECTS} › a small object comes back with its headers`, [
    ['PutObject', 'PUT bucket/key'],
    ['GetObject', 'GET bucket/key'],
    ['HeadObject', 'HEAD bucket/key'],
    ['CopyObject', 'PUT bucket/key', `${MULTIPART} › keeps or replaces metadata, and owns its bytes`],
    ['DeleteObject', 'DELETE bucket/key', `${GATEWAY}/conditions.test.ts › deleting`],
    ['DeleteObjects', 'POST bucket?delete', `${BUCKETS} › many keys at once`],
    ['PostObject', 'POST bucket', 'services/gateway/test/post-forms.test.ts › a signed form stores its file'],
    [
      'Preflight',
      'OPTIONS bucket/key',
      `${GATEWAY}/cors.test.ts › is answered by the first rule that allows all of it`,
    ],
    [
      'GetObjectAttributes',
      'GET bucket/key?attributes',
      `${GATEWAY}/object-attributes.test.ts › only what was asked for is answered`,
    ],
    [
      'RenameObject',
      'PUT bucket/key?renameObject',
      `${GATEWAY}/rename-and-restore.test.ts › moves everything that the object is`,
    ],
    ['RestoreObject', 'POST bucket/key?restore', `${GATEWAY}/rename-and-restore.test.ts › cannot be restored`],
    [
      'UpdateObjectEncryption',
      'PUT bucket/key?encryption',
      `${GATEWAY}/update-object-encryption.test.ts › the object opens with the new key, and is otherwise what it was`,
    ],
    ['SelectObjectContent', 'POST bucket/key?select', `${OTHER} › relays frames`],
    ['GetObjectTorrent', 'GET bucket/key?torrent', `${GATEWAY}/rename-and-restore.test.ts › has no torrent either`],
    ['WriteGetObjectResponse', 'POST WriteGetObjectResponse?x-id=WriteGetObjectResponse', UNSERVED_PROOF],
    ['GetObjectAnnotation', 'GET bucket/key?annotation', UNSERVED_PROOF],
    ['ListObjectAnnotations', 'GET bucket/key?annotation&x-id=ListObjectAnnotations', UNSERVED_PROOF],
    ['PutObjectAnnotation', 'PUT bucket/key?annotation', UNSERVED_PROOF],
    ['DeleteObjectAnnotation', 'DELETE bucket/key?annotation', UNSERVED_PROOF],
  ]),
  area('Uploads in parts', `${MULTIPART} › from creation to completion, twice`, [
    ['CreateMultipartUpload', 'POST bucket/key?uploads'],
    ['UploadPart', 'PUT bucket/key?uploadId'],
    ['UploadPartCopy', 'PUT bucket/key?uploadId', `${MULTIPART} › a part, from a range that begins inside a chunk`],
    ['CompleteMultipartUpload', 'POST bucket/key?uploadId'],
    [
      'AbortMultipartUpload',
      'DELETE bucket/key?uploadId',
      `${GATEWAY}/copy-by-reference.test.ts › an aborted upload gives back only what nobody else names`,
    ],
    ['ListParts', 'GET bucket/key?uploadId'],
    ['ListMultipartUploads', 'GET bucket?uploads'],
  ]),
  area('Listing', `${BUCKETS} › version 1, page by page`, [
    ['ListObjects', 'GET bucket'],
    ['ListObjectsV2', 'GET bucket?list-type=2', `${BUCKETS} › version 2, by tokens, without loss or repetition`],
    ['ListObjectVersions', 'GET bucket?versions', `${VERSIONING} › by key, each from new to old, markers among them`],
  ]),
  area('Access', `${RULES} › is on for a new bucket: no public policy, no public ACL`, [
    ['GetBucketAcl', 'GET bucket?acl', `${ACLS} › a document, for bucket and object`],
    ['PutBucketAcl', 'PUT bucket?acl', `${ACLS} › a document, for bucket and object`],
    ['GetObjectAcl', 'GET bucket/key?acl', `${ACLS} › a document, for bucket and object`],
    ['PutObjectAcl', 'PUT bucket/key?acl', `${ACLS} › a document, for bucket and object`],
    ...proven(single('Policy', 'policy'), `${POLICIES} › is put, read back byte for byte, and deleted`),
    ['GetBucketPolicyStatus', 'GET bucket?policyStatus', `${RULES} › policy status: 404 without a policy`],
    ...proven(single('OwnershipControls', 'ownershipControls'), `${RULES} › preferred: with bucket-owner-full-control`),
    ['GetPublicAccessBlock', 'GET bucket?publicAccessBlock'],
    ['PutPublicAccessBlock', 'PUT bucket?publicAccessBlock', `${RULES} › takes out what was public before`],
    [
      'DeletePublicAccessBlock',
      'DELETE bucket?publicAccessBlock',
      `${GATEWAY}/website.test.ts › without a policy nobody reads`,
    ],
    ...proven(
      [
        ['GetAccountPublicAccessBlock', 'GET v20180820/configuration/publicAccessBlock'],
        ['PutAccountPublicAccessBlock', 'PUT v20180820/configuration/publicAccessBlock'],
        ['DeleteAccountPublicAccessBlock', 'DELETE v20180820/configuration/publicAccessBlock'],
      ],
      `${RULES} › of the account, through S3 Control, counts for each of its buckets`,
    ),
    ['GetBucketAbac', 'GET bucket?abac', `${RULES} › tags of the bucket count in decisions once ABAC is enabled`],
    ['PutBucketAbac', 'PUT bucket?abac', `${RULES} › tags of the bucket count in decisions once ABAC is enabled`],
    ['GetBucketRequestPayment', 'GET bucket?requestPayment', `${RULES} › request payment`],
    ['PutBucketRequestPayment', 'PUT bucket?requestPayment', `${RULES} › request payment`],
  ]),
  area('Versioning and object lock', `${LOCK} › is kept, shown, and blocks the version but no marker`, [
    ['GetBucketVersioning', 'GET bucket?versioning', `${VERSIONING} › is empty, then enabled, then suspended`],
    ['PutBucketVersioning', 'PUT bucket?versioning', `${VERSIONING} › is empty, then enabled, then suspended`],
    ['GetObjectLockConfiguration', 'GET bucket?object-lock', `${LOCK} › without lock there is none to be read`],
    [
      'PutObjectLockConfiguration',
      'PUT bucket?object-lock',
      `${LOCK} › a versioned bucket can get it, and a default retention`,
    ],
    ['GetObjectRetention', 'GET bucket/key?retention'],
    ['PutObjectRetention', 'PUT bucket/key?retention'],
    ['GetObjectLegalHold', 'GET bucket/key?legal-hold', `${LOCK} › blocks the version until it is taken off`],
    ['PutObjectLegalHold', 'PUT bucket/key?legal-hold', `${LOCK} › blocks the version until it is taken off`],
  ]),
  area('Tags', `${TAGGING} › tags are set, counted, replaced and taken off; the object stays`, [
    ['GetBucketTagging', 'GET bucket?tagging', `${CONFIGURATIONS} › an empty tag set takes tags off`],
    ['PutBucketTagging', 'PUT bucket?tagging', `${CONFIGURATIONS} › an empty tag set takes tags off`],
    ['DeleteBucketTagging', 'DELETE bucket?tagging', `${CONFIGURATIONS} › one of its kind`],
    ['GetObjectTagging', 'GET bucket/key?tagging'],
    ['PutObjectTagging', 'PUT bucket/key?tagging'],
    ['DeleteObjectTagging', 'DELETE bucket/key?tagging'],
  ]),
  area('Configurations that act', `${CONFIGURATIONS} › one of its kind`, [
    ...single('Cors', 'cors'),
    ...proven(
      single('Encryption', 'encryption'),
      `${GATEWAY}/encryption.test.ts › default counts where the writer says nothing`,
    ),
    [
      'GetBucketLifecycleConfiguration',
      'GET bucket?lifecycle',
      `${GATEWAY}/expiration-header.test.ts › PUT, HEAD and GET say when and by which rule`,
    ],
    [
      'PutBucketLifecycleConfiguration',
      'PUT bucket?lifecycle',
      'services/catalog/test/lifecycle.test.ts › objects go when they are old enough, and only those of the rule',
    ],
    ['DeleteBucketLifecycle', 'DELETE bucket?lifecycle'],
    ['GetBucketWebsite', 'GET bucket?website'],
    [
      'PutBucketWebsite',
      'PUT bucket?website',
      `${GATEWAY}/website.test.ts › shows the error document of the site, with the status`,
    ],
    ['DeleteBucketWebsite', 'DELETE bucket?website'],
    ['GetBucketLogging', 'GET bucket?logging', `${GATEWAY}/access-log.test.ts › is read back until it is switched off`],
    [
      'PutBucketLogging',
      'PUT bucket?logging',
      `${GATEWAY}/access-log.test.ts › each request is a line of 26 fields, in one object`,
    ],
    ['GetBucketNotificationConfiguration', 'GET bucket?notification', `${OTHER} › are kept, shown, and write events`],
    ['PutBucketNotificationConfiguration', 'PUT bucket?notification', `${OTHER} › are kept, shown, and write events`],
  ]),
  area(
    'Configurations that are kept',
    `${CONFIGURATIONS} › by id, in order of ids`,
    [
      ['GetBucketReplication', 'GET bucket?replication', `${CONFIGURATIONS} › one of its kind`],
      ['PutBucketReplication', 'PUT bucket?replication', `${CONFIGURATIONS} › from %s to %s: %s`],
      ['DeleteBucketReplication', 'DELETE bucket?replication', `${CONFIGURATIONS} › one of its kind`],
      ...named('Inventory', 'inventory'),
      ...named('Analytics', 'analytics'),
      ...named('Metrics', 'metrics'),
      ...named('IntelligentTiering', 'intelligent-tiering'),
      [
        'GetBucketAccelerateConfiguration',
        'GET bucket?accelerate',
        `${CONFIGURATIONS} › acceleration is kept and read back`,
      ],
      [
        'PutBucketAccelerateConfiguration',
        'PUT bucket?accelerate',
        `${CONFIGURATIONS} › acceleration is kept and read back`,
      ],
    ],
    true,
  ),
  area('Metadata tables', UNSERVED_PROOF, [
    ['CreateBucketMetadataConfiguration', 'POST bucket?metadataConfiguration'],
    ['GetBucketMetadataConfiguration', 'GET bucket?metadataConfiguration'],
    ['DeleteBucketMetadataConfiguration', 'DELETE bucket?metadataConfiguration'],
    ['CreateBucketMetadataTableConfiguration', 'POST bucket?metadataTable'],
    ['GetBucketMetadataTableConfiguration', 'GET bucket?metadataTable'],
    ['DeleteBucketMetadataTableConfiguration', 'DELETE bucket?metadataTable'],
    ['UpdateBucketMetadataInventoryTableConfiguration', 'PUT bucket?metadataInventoryTable'],
    ['UpdateBucketMetadataJournalTableConfiguration', 'PUT bucket?metadataJournalTable'],
    ['UpdateBucketMetadataAnnotationTableConfiguration', 'PUT bucket?metadataAnnotationTable'],
  ]),
];

/** Operations that are not in the model of the SDK: HTML forms, preflights, and those of S3 Control. */
export const BEYOND_THE_MODEL: readonly string[] = [
  'PostObject',
  'Preflight',
  'GetAccountPublicAccessBlock',
  'PutAccountPublicAccessBlock',
  'DeleteAccountPublicAccessBlock',
];

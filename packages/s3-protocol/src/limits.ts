/** Every bound of the S3 wire that this package enforces. Sizes in bytes. */
export const MAX_KEY_BYTES = 1024;
export const MAX_METADATA_BYTES = 2048;
export const MAX_HEADER_SECTION_BYTES = 8192;

export const MAX_CLOCK_SKEW_MS = 15 * 60 * 1000;
export const MAX_PRESIGN_EXPIRES_SECONDS = 604_800;
/** Derived signing keys held; one per (access key, date, region, service). */
export const MAX_CACHED_SIGNING_KEYS = 4096;

/** A signed or unsigned aws-chunk below this may only be the last. */
export const MIN_AWS_CHUNK_BYTES = 8192;
/** Length of a chunk header line: 16 hex digits, the signature extension, and room to spare. */
export const MAX_CHUNK_LINE_BYTES = 256;
export const MAX_TRAILER_BYTES = 4096;

/** A configuration document: the largest legitimate one is CompleteMultipartUpload with 10,000 parts and five checksums each. */
export const MAX_XML_BODY_BYTES = 4 * 1024 * 1024;
export const MAX_XML_DEPTH = 12;
export const MAX_XML_ELEMENTS = 120_000;

export const MAX_DELETE_OBJECTS = 1000;
export const MAX_PART_NUMBER = 10_000;
export const MAX_PART_BYTES = 5 * 1024 ** 3;
export const MIN_PART_BYTES = 5 * 1024 ** 2;
export const MAX_LIST_KEYS = 1000;
/** Default retention of a bucket. */
export const MAX_RETENTION_DAYS = 36_500;
export const MAX_RETENTION_YEARS = 100;

/** A configuration of a bucket; the catalog keeps no more. */
export const MAX_CONFIGURATION_BYTES = 1024 * 1024;
export const MAX_BUCKET_TAGS = 50;
export const MAX_OBJECT_TAGS = 10;
export const MAX_TAG_KEY_CHARS = 128;
export const MAX_TAG_VALUE_CHARS = 256;
/** Rule ids of every configuration. */
export const MAX_RULE_ID_CHARS = 255;
export const MAX_CORS_RULES = 100;
export const MAX_LIFECYCLE_RULES = 1000;
export const MAX_NEWER_NONCURRENT_VERSIONS = 100;
export const MAX_REPLICATION_RULES = 1000;
export const MAX_ROUTING_RULES = 50;
/** Ids of inventory, analytics, metrics and intelligent-tiering configurations. */
export const MAX_CONFIGURATION_ID_CHARS = 64;
/** Configurations of one such kind on one bucket, and on a page of their list. */
export const MAX_NAMED_CONFIGURATIONS = 1000;
export const MAX_NAMED_CONFIGURATIONS_PER_PAGE = 100;
/** Policy of an HTML form, in base64. */
export const POST_POLICY_BYTES_MAX = 20 * 1024;

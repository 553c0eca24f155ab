/** Bounds of the gateway. Wire limits of S3 itself are in s3-protocol. */

/** What the HTTP parser takes before it gives up by itself; S3's own limit below it gets a proper error. */
export const PARSER_MAX_HEADER_BYTES = 64 * 1024;
/** A client that sends its headers slower than this is cut. */
export const HEADERS_TIMEOUT_MS = 30_000;
/** A connection on which nothing moves for this long is cut, in a request or between two. */
export const IDLE_SOCKET_TIMEOUT_MS = 120_000;
/** Connections beyond this are closed at once. */
export const MAX_CONNECTIONS = 10_000;
/** Requests beyond this are answered with SlowDown: each may hold a small object's bytes. */
export const MAX_REQUESTS_IN_FLIGHT = 2_000;

/** After an early error: how long and how much of a body still under way is read and thrown away (s3.md rule 8). */
export const LINGER_MAX_MS = 2_000;
export const LINGER_MAX_BYTES = 8 * 1024 * 1024;
/** A rest of a body up to this size is simply read to its end, and the connection stays open. */
export const DRAIN_MAX_BYTES = 64 * 1024;

/** Body of a call of IAM or STS, and members of one list in it. */
export const QUERY_BODY_BYTES_MAX = 1024 * 1024;
export const LISTED_PARAMETERS_MAX = 1_000;
/** Calls of IAM and STS at once. */
export const QUERY_CALLS_IN_FLIGHT_MAX = 200;

/** Hashes of passwords that are made at once: each takes 16 MiB and a thread of the pool. */
export const PASSWORD_HASHES_AT_ONCE = 2;

/** LDAP directories: logins that wait for a connection, groups that a user may be in, and entries that are asked for at a time. */
export const LDAP_WAITING_MAX = 100;
export const LDAP_GROUPS_MAX = 5_000;
export const LDAP_PAGE_ENTRIES = 500;

/** Identity providers: how long one is waited for, what it may answer, how long its keys count, and how soon they are asked for again. */
export const OIDC_TIMEOUT_MS = 5_000;
export const OIDC_ANSWER_BYTES_MAX = 256 * 1024;
export const OIDC_KEYS_FRESH_MS = 10 * 60 * 1000;
export const OIDC_REFETCH_AFTER_MS = 10_000;
export const OIDC_PROVIDERS_MAX = 1_000;

/** Body of a request to the table doors. */
export const TABLE_DOOR_MAX_BODY_BYTES = 32 * 1024 * 1024;

/** Largest object that CopyObject and one PUT may make. */
export const MAX_SINGLE_OBJECT_BYTES = 5 * 1024 ** 3;
/** Copies at work at once: each holds a read buffer while it waits for a write buffer of the same pool. */
export const MAX_CONCURRENT_COPIES = 6;

/** How often a change of an object's encryption begins anew because the object was changed meanwhile. */
export const REWRAP_ATTEMPTS_MAX = 3;

export const MAX_BUCKETS_PER_PAGE = 10_000;
export const MAX_UPLOADS_PER_PAGE = 1_000;
export const MAX_PARTS_PER_PAGE = 1_000;

/**
 * How long what the catalog says of an access key or a session is believed: the bound within which a deleted key, user, role or policy
 * stops to count at other gateways than the one that deleted it.
 */
export const CATALOG_IDENTITY_TTL_MS = 1_000;
export const MAX_CACHED_CATALOG_IDENTITIES = 10_000;
/** How exact the last use of an access key is. */
export const KEY_USE_NOTED_EVERY_MS = 60_000;
/** Compiled documents of identities that are kept at hand, of each kind. */
export const MAX_COMPILED_POLICIES = 10_000;
/** Largest document of IAM: what an inline policy may have, white space and all. */
export const STORED_POLICY_BYTES_MAX = 128 * 1024;
/** How long what decides about a bucket is believed where the catalog is another process. */
export const BUCKET_ACCESS_TTL_MS = 1_000;
export const MAX_REMEMBERED_BUCKETS = 10_000;
export const MAX_REMEMBERED_ACCOUNTS = 10_000;
/** Parsed configurations of one kind that are kept at hand. */
export const MAX_REMEMBERED_CONFIGURATIONS = 1_000;
/** How often the identities file is looked at. */
export const IDENTITIES_POLL_MS = 1_000;

/** Fields of an HTML form before its file: bytes of one, of all, and how many. */
export const FORM_FIELD_BYTES_MAX = 20 * 1024;
export const FORM_FIELDS_BYTES_MAX = 64 * 1024;
export const FORM_FIELDS_MAX = 200;

/** Access logs: lines of one object, and all that wait in memory. */
export const ACCESS_LOG_BATCH_BYTES = 4 * 1024 * 1024;
export const ACCESS_LOG_WAITING_BYTES = 32 * 1024 * 1024;
/** How long records are gathered. */
export const ACCESS_LOG_ROLL_MS = 5 * 60 * 1000;
/** For RGW-style clients: after how long the next request to the bucket delivers them. */
export const ACCESS_LOG_RGW_ROLL_MS = 5_000;

if (DRAIN_MAX_BYTES > LINGER_MAX_BYTES) throw new RangeError('a drained body must fit into a lingered one');

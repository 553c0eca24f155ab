/**
 * One line of the access log: the 26 fields of S3's server access log format, parted by spaces. Time stands in brackets; request line,
 * referer and user agent in quotes; what is not known or does not apply is `-`.
 */
export interface LogRecord {
  readonly bucketOwner: string;
  readonly bucket: string;
  readonly timeMs: number;
  readonly remoteIp: string;
  /** Canonical id of an account, ARN of a user; undefined when nobody signed. */
  readonly requester: string | undefined;
  readonly requestId: string;
  /** Such as `REST.GET.OBJECT`. */
  readonly operation: string;
  readonly key: string | undefined;
  /** Method, target as sent, protocol. */
  readonly requestLine: string | undefined;
  readonly status: number | undefined;
  readonly errorCode: string | undefined;
  readonly sentBytes: number | undefined;
  readonly objectSizeBytes: number | undefined;
  readonly totalMs: number | undefined;
  readonly turnAroundMs: number | undefined;
  readonly referer: string | undefined;
  readonly userAgent: string | undefined;
  readonly versionId: string | undefined;
  readonly hostId: string | undefined;
  readonly signatureVersion: 'SigV2' | 'SigV4' | undefined;
  readonly authType: 'AuthHeader' | 'QueryString' | undefined;
  readonly hostHeader: string | undefined;
  readonly cipherSuite: string | undefined;
  readonly tlsVersion: string | undefined;
  /** An ACL let the request in. */
  readonly isAclRequired: boolean;
}

export const formatLogRecord = (record: LogRecord): string =>
  [
    record.bucketOwner,
    record.bucket,
    `[${formatLogTime(record.timeMs)}]`,
    orDash(record.remoteIp),
    orDash(record.requester),
    record.requestId,
    record.operation,
    orDash(record.key === undefined ? undefined : encodeLogKey(record.key)),
    quoted(record.requestLine),
    orDash(record.status),
    orDash(record.errorCode),
    orDash(record.sentBytes === 0 ? undefined : record.sentBytes),
    orDash(record.objectSizeBytes),
    orDash(wholeMs(record.totalMs)),
    orDash(wholeMs(record.turnAroundMs)),
    quoted(record.referer),
    quoted(record.userAgent),
    orDash(record.versionId),
    orDash(record.hostId),
    orDash(record.signatureVersion),
    orDash(record.cipherSuite),
    orDash(record.authType),
    orDash(record.hostHeader),
    orDash(record.tlsVersion),
    '-',
    record.isAclRequired ? 'Yes' : '-',
  ].join(' ');

const orDash = (value: string | number | undefined): string =>
  value === undefined || value === '' ? '-' : unspaced(String(value));

/** A value of a client must not make a field or a line of its own. */
const unspaced = (text: string): string => (UNSAFE.test(text) ? text.replaceAll(UNSAFE_ALL, encodeUnsafe) : text);
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters would break the line
const UNSAFE = /[\u0000-\u0020"\u007f]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const UNSAFE_ALL = /[\u0000-\u0020"\u007f]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: within quotes a space is fine
const UNQUOTABLE = /[\u0000-\u001f"\u007f]/g;

const encodeUnsafe = (character: string): string =>
  `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;

const quoted = (text: string | undefined): string =>
  text === undefined || text === '' ? '"-"' : `"${text.replaceAll(UNQUOTABLE, encodeUnsafe)}"`;

/** URL-encoded, slashes too stay as they are. */
const encodeLogKey = (key: string): string => encodeURIComponent(key.toWellFormed()).replaceAll('%2F', '/');

const wholeMs = (ms: number | undefined): number | undefined =>
  ms === undefined ? undefined : Math.max(0, Math.round(ms));

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `06/Feb/2026:00:00:38 +0000`. */
const formatLogTime = (timeMs: number): string => {
  const time = new Date(timeMs);
  const iso = time.toISOString();
  return `${iso.slice(8, 10)}/${MONTHS[time.getUTCMonth()]}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
};

import { CREDENTIAL_ORDERS, type CredentialOrder } from './credentials/credential-chain.ts';
import {
  DEFAULT_REQUEST_LIMITS,
  PART_BYTES_DEFAULT,
  PART_BYTES_MAX,
  PART_BYTES_MIN,
  PARTS_IN_FLIGHT_DEFAULT,
  PARTS_IN_FLIGHT_MAX,
  type RequestLimits,
} from './limits.ts';
import { Secret } from './secret.ts';

/** A value that stops the start. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  /** Name of the setting. */
  readonly key: string;

  /** @param value as it was given; leave secrets out */
  constructor(key: string, value: unknown, expected: string, options: ErrorOptions = {}) {
    super(`${key} is ${value === undefined ? 'missing' : JSON.stringify(value)}, expected ${expected}`, options);
    this.key = key;
  }
}

export interface FsStorageConfig {
  readonly kind: 'fs';
  readonly directory: string;
  readonly writer: WriterConfig;
}

export interface S3StorageConfig {
  readonly kind: 'object';
  readonly service: 's3';
  readonly bucket: string;
  readonly region: string;
  /** Empty: that of AWS. */
  readonly endpoint: string;
  readonly prefix: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret | undefined;
  readonly sessionToken: Secret | undefined;
  readonly profile: string;
  readonly credentialOrder: CredentialOrder;
  readonly limits: RequestLimits;
  /** Paths of PEM files; empty: the system's authorities, no certificate of ours. */
  readonly tlsCa: string;
  readonly tlsClientCert: string;
  readonly tlsClientKey: string;
  readonly writer: WriterConfig;
}

export interface WriterConfig {
  readonly partSizeBytes: number;
  readonly maxPartsInFlight: number;
  readonly ackAfterUpload: boolean;
}

export type ObjectStorageConfig = FsStorageConfig | S3StorageConfig;

export type ConfigValues = Readonly<Record<string, unknown>>;

const KEYS: ReadonlySet<string> = new Set([
  'kind',
  'directory',
  'service',
  'bucket',
  'region',
  'endpoint',
  'prefix',
  'multipartPartSize',
  'maxPartsInFlight',
  'maxRequests',
  'ackAfterUpload',
  'accessKeyId',
  'secretAccessKey',
  'sessionToken',
  'profile',
  'credentialOrder',
  'connectTimeoutMs',
  'idleTimeoutMs',
  'requestTimeoutMs',
  'retryMax',
  'retryBaseMs',
  'retryCapMs',
  'tlsCa',
  'tlsClientCert',
  'tlsClientKey',
]);

const TIME_MAX_MS = 3_600_000;
const REQUESTS_MAX = 1_024;
const RETRIES_MAX = 100;

/**
 * Settings, checked as a whole before anything is opened. Numbers and booleans may be given as text.
 * @throws ConfigurationError that names key, value and bound
 */
export function readObjectStorageConfig(values: ConfigValues): ObjectStorageConfig {
  for (const key of Object.keys(values)) {
    if (!KEYS.has(key)) throw new ConfigurationError(key, '(set)', `one of ${[...KEYS].join(', ')}`);
  }
  const kind = readChoice(values, 'kind', ['fs', 'object'] as const, undefined);
  const writer = {
    partSizeBytes: readNumber(values, 'multipartPartSize', PART_BYTES_DEFAULT, PART_BYTES_MIN, PART_BYTES_MAX),
    maxPartsInFlight: readNumber(values, 'maxPartsInFlight', PARTS_IN_FLIGHT_DEFAULT, 1, PARTS_IN_FLIGHT_MAX),
    ackAfterUpload: readBoolean(values, 'ackAfterUpload', true),
  };
  if (kind === 'fs') return { kind, directory: readRequired(values, 'directory'), writer };
  return {
    kind,
    service: readChoice(values, 'service', ['s3'] as const, 's3'),
    bucket: readRequired(values, 'bucket'),
    region: readText(values, 'region') || 'us-east-1',
    endpoint: readEndpoint(values),
    prefix: readPrefix(values),
    ...readKeys(values),
    profile: readText(values, 'profile'),
    credentialOrder: readChoice(values, 'credentialOrder', CREDENTIAL_ORDERS, 'default'),
    limits: readLimits(values),
    ...readTls(values),
    writer,
  };
}

function readLimits(values: ConfigValues): RequestLimits {
  const standard = DEFAULT_REQUEST_LIMITS;
  const retryBaseMs = readNumber(values, 'retryBaseMs', standard.retryBaseMs, 1, TIME_MAX_MS);
  return {
    ...standard,
    connectTimeoutMs: readNumber(values, 'connectTimeoutMs', standard.connectTimeoutMs, 1, TIME_MAX_MS),
    idleTimeoutMs: readNumber(values, 'idleTimeoutMs', standard.idleTimeoutMs, 1, TIME_MAX_MS),
    requestTimeoutMs: readNumber(values, 'requestTimeoutMs', standard.requestTimeoutMs, 1, TIME_MAX_MS),
    requestsMax: readNumber(values, 'maxRequests', standard.requestsMax, 1, REQUESTS_MAX),
    retriesMax: readNumber(values, 'retryMax', standard.retriesMax, 0, RETRIES_MAX),
    retryBaseMs,
    retryCapMs: readNumber(values, 'retryCapMs', Math.max(standard.retryCapMs, retryBaseMs), retryBaseMs, TIME_MAX_MS),
  };
}

function readKeys(values: ConfigValues): Pick<S3StorageConfig, 'accessKeyId' | 'secretAccessKey' | 'sessionToken'> {
  const accessKeyId = readText(values, 'accessKeyId');
  const secret = readText(values, 'secretAccessKey');
  const token = readText(values, 'sessionToken');
  if (accessKeyId !== '' && secret === '') {
    throw new ConfigurationError('secretAccessKey', undefined, 'a secret beside accessKeyId, or neither');
  }
  if (accessKeyId === '' && (secret !== '' || token !== '')) {
    throw new ConfigurationError('accessKeyId', undefined, 'an access key id beside its secret, or neither');
  }
  return {
    accessKeyId,
    secretAccessKey: secret === '' ? undefined : new Secret(secret),
    sessionToken: token === '' ? undefined : new Secret(token),
  };
}

function readTls(values: ConfigValues): Pick<S3StorageConfig, 'tlsCa' | 'tlsClientCert' | 'tlsClientKey'> {
  const tlsClientCert = readText(values, 'tlsClientCert');
  const tlsClientKey = readText(values, 'tlsClientKey');
  if (tlsClientCert !== '' && tlsClientKey === '') {
    throw new ConfigurationError('tlsClientKey', undefined, 'the path of the key of tlsClientCert');
  }
  if (tlsClientCert === '' && tlsClientKey !== '') {
    throw new ConfigurationError('tlsClientCert', undefined, 'the path of the certificate of tlsClientKey');
  }
  return { tlsCa: readText(values, 'tlsCa'), tlsClientCert, tlsClientKey };
}

function readEndpoint(values: ConfigValues): string {
  const endpoint = readText(values, 'endpoint');
  if (endpoint === '') return endpoint;
  const url = URL.parse(endpoint);
  const isHttp = url?.protocol === 'http:' || url?.protocol === 'https:';
  if (url === null || !isHttp || url.search !== '' || url.hash !== '') {
    throw new ConfigurationError('endpoint', endpoint, 'an http or https URL without a query');
  }
  // Not shown: what stands there is a secret.
  if (url.username !== '' || url.password !== '') throw new ConfigurationError('endpoint', '(hidden)', 'no user info');
  return endpoint;
}

function readPrefix(values: ConfigValues): string {
  const prefix = readText(values, 'prefix');
  if (!prefix.startsWith('/')) return prefix;
  throw new ConfigurationError('prefix', prefix, 'no slash at its beginning');
}

function readText(values: ConfigValues, key: string): string {
  const value = values[key];
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  throw new ConfigurationError(key, `(${typeof value})`, 'text');
}

function readRequired(values: ConfigValues, key: string): string {
  const text = readText(values, key);
  if (text === '') throw new ConfigurationError(key, undefined, 'a text that is not empty');
  return text;
}

function readChoice<const C extends string>(
  values: ConfigValues,
  key: string,
  choices: readonly C[],
  fallback: C | undefined,
): C {
  const text = readText(values, key);
  const choice = text === '' ? fallback : choices.find((one) => one === text);
  if (choice === undefined) {
    throw new ConfigurationError(key, text === '' ? undefined : text, `one of ${choices.join(', ')}`);
  }
  return choice;
}

function readNumber(values: ConfigValues, key: string, fallback: number, min: number, max: number): number {
  const value = values[key];
  if (value === undefined || value === '') return fallback;
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  const isFit = typeof number === 'number' && Number.isSafeInteger(number) && number >= min && number <= max;
  if (!isFit) throw new ConfigurationError(key, value, `a whole number from ${min} to ${max}`);
  return number;
}

function readBoolean(values: ConfigValues, key: string, fallback: boolean): boolean {
  const value = values[key];
  if (value === undefined || value === '') return fallback;
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw new ConfigurationError(key, value, 'true or false');
}

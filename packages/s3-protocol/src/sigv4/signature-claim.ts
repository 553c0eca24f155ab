import { parseQuery } from '../address/request-target.ts';
import { parseHttpDate } from '../conditional/http-date.ts';
import { invalidArgument, S3Error, type S3ErrorOptions } from '../error/s3-error.ts';
import { MAX_CACHED_SIGNING_KEYS, MAX_PRESIGN_EXPIRES_SECONDS } from '../limits.ts';
import { formatAmzDate, parseAmzDate } from './amz-date.ts';
import { SIGV4A_ALGORITHM } from './ecdsa-key.ts';
import { matchesRegionSet } from './region-set.ts';
import { rememberByText } from './remember-by-text.ts';
import { headerValue, type SignableRequest } from './signable-request.ts';
import { SIGV4_ALGORITHM } from './signing-key.ts';

/** What a request says about its own signature. Nothing of it is proven yet. */
export interface SignatureClaim {
  readonly form: 'header' | 'query';
  readonly algorithm: typeof SIGV4_ALGORITHM | typeof SIGV4A_ALGORITHM;
  readonly accessKeyId: string;
  /** `AKID/date/region/service/aws4_request`; with SigV4A no region */
  readonly credential: string;
  /** The same without the access key. */
  readonly scope: string;
  readonly date: string;
  /** With SigV4A the one that is expected: the request names a set that has it. */
  readonly region: string;
  readonly service: string;
  /** Lower-case names joined by `;`, in the order given. */
  readonly signedHeaders: string;
  readonly signature: string;
  /** `YYYYMMDDTHHMMSSZ`, as it stands in the string to sign. */
  readonly amzDate: string;
  readonly signedAtMs: number;
  /** Presigned requests only. */
  readonly expiresSeconds: number | undefined;
  readonly securityToken: string | undefined;
}

/** What the endpoint expects of a scope. */
export interface ExpectedScope {
  readonly region: string;
  readonly services: readonly string[];
  /** RGW-style clients may leave the region empty. */
  readonly takesEmptyRegion?: boolean;
  /** A presigned lifetime out of bounds is AccessDenied, as RGW has it. */
  readonly deniesOddLifetimes?: boolean;
}

/**
 * Reads the claim from the Authorization header or the query; undefined when the request is anonymous.
 *
 * @throws S3Error in the order of s3.md rule 11: `AuthorizationHeaderMalformed` or `AuthorizationQueryParametersError`;
 * `InvalidRequest` for other mechanisms, `InvalidArgument` for two at once, `AccessDenied` without a date
 */
export const parseSignatureClaim = (request: SignableRequest, expected: ExpectedScope): SignatureClaim | undefined => {
  const authorization = headerValue(request.headers, 'authorization');
  const isPresigned = request.rawQuery !== '' && PRESIGNED.test(request.rawQuery);
  if (authorization === undefined) {
    if (isPresigned) return parsePresignedClaim(request, expected);
    if (PRESIGNED_V2.test(request.rawQuery)) throw unsupportedMechanism();
    return undefined;
  }
  if (isPresigned) {
    throw invalidArgument(
      'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
      'Authorization',
      authorization,
    );
  }
  return parseHeaderClaim(request, authorization, expected);
};

/** Signature Version 2: anonymous it is not, but nobody accepts it here. */
const PRESIGNED_V2 = /(?:^|&)AWSAccessKeyId=[^&]*&(?:.*&)?(?:Signature|Expires)=/;

const unsupportedMechanism = (): S3Error =>
  new S3Error('InvalidRequest', {
    message: `The authorization mechanism you have provided is not supported. Please use ${SIGV4_ALGORITHM}.`,
  });

/** The algorithm that an Authorization header begins with, or a presigned query names. */
const algorithmOf = (text: string): SignatureClaim['algorithm'] | undefined => {
  if (text.startsWith(SIGV4_ALGORITHM) && endsName(text, SIGV4_ALGORITHM.length)) return SIGV4_ALGORITHM;
  return text.startsWith(SIGV4A_ALGORITHM) && endsName(text, SIGV4A_ALGORITHM.length) ? SIGV4A_ALGORITHM : undefined;
};

const endsName = (text: string, at: number): boolean => at === text.length || text.charCodeAt(at) === 0x20;

const PRESIGNED = /(?:^|&)X-Amz-(?:Algorithm|Credential|Signature)=/;

type Malformed = (reason: string, options?: Omit<S3ErrorOptions, 'message'>) => S3Error;

const malformedHeader: Malformed = (reason, options) =>
  new S3Error('AuthorizationHeaderMalformed', {
    ...options,
    message: `The authorization header is malformed; ${reason}`,
  });

const malformedQuery: Malformed = (reason, options) =>
  new S3Error('AuthorizationQueryParametersError', { ...options, message: reason });

const parseHeaderClaim = (request: SignableRequest, authorization: string, expected: ExpectedScope): SignatureClaim => {
  const algorithm = algorithmOf(authorization);
  if (algorithm === undefined) {
    if (authorization.startsWith('AWS ')) {
      throw unsupportedMechanism();
    }
    throw invalidArgument('Unsupported Authorization Type', 'Authorization', authorization);
  }
  const credential = authorizationField(authorization, 'Credential=');
  const signedHeaders = authorizationField(authorization, 'SignedHeaders=');
  const signature = authorizationField(authorization, 'Signature=');
  if (credential === '') throw malformedHeader('the Credential is missing.');
  if (signedHeaders === '') throw malformedHeader('the SignedHeaders are missing.');
  if (signature === '') throw malformedHeader('the Signature is missing.');
  const regionSet = headerValue(request.headers, 'x-amz-region-set');
  const scope = parseCredential({ text: credential, algorithm, regionSet, expected, malformed: malformedHeader });
  const amzDate = headerDate(request);
  if (amzDate.text.slice(0, 8) !== scope.date) {
    throw malformedHeader(
      `Invalid credential date "${scope.date}". This date is not the same as X-Amz-Date: "${amzDate.text.slice(0, 8)}".`,
    );
  }
  const securityToken = headerValue(request.headers, 'x-amz-security-token');
  return {
    form: 'header',
    algorithm,
    accessKeyId: scope.accessKeyId,
    credential: scope.credential,
    scope: scope.scope,
    date: scope.date,
    region: scope.region,
    service: scope.service,
    signedHeaders,
    signature,
    amzDate: amzDate.text,
    signedAtMs: amzDate.timeMs,
    expiresSeconds: undefined,
    securityToken,
  };
};

/** The value after `name` up to the next comma; names stand at the start or after a comma or space. */
const authorizationField = (authorization: string, name: string): string => {
  let at = authorization.indexOf(name, SIGV4_ALGORITHM.length);
  while (at > 0) {
    const before = authorization.charCodeAt(at - 1);
    if (before === 0x20 || before === 0x2c) {
      const comma = authorization.indexOf(',', at);
      return authorization.slice(at + name.length, comma < 0 ? undefined : comma).trim();
    }
    at = authorization.indexOf(name, at + 1);
  }
  return '';
};

const CREDENTIAL_DATE = /^\d{8}$/;

interface Credential {
  readonly accessKeyId: string;
  readonly credential: string;
  readonly scope: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly terminal: string;
}

const splitCredential = rememberByText(MAX_CACHED_SIGNING_KEYS, (credential): Credential => {
  // An access key may hold slashes, so the scope is read from the end.
  const parts = credential.split('/');
  const [date = '', region = '', service = '', terminal = ''] = parts.slice(-4);
  const accessKeyId = parts.slice(0, -4).join('/');
  return {
    accessKeyId,
    credential,
    scope: `${date}/${region}/${service}/${terminal}`,
    date,
    region,
    service,
    terminal,
  };
});

/** The credential of SigV4A has no region: it stands in for the expected one, which the set must have. */
const splitCredentialWithoutRegion = rememberByText(MAX_CACHED_SIGNING_KEYS, (credential): Credential => {
  const parts = credential.split('/');
  const [date = '', service = '', terminal = ''] = parts.slice(-3);
  const accessKeyId = parts.slice(0, -3).join('/');
  return { accessKeyId, credential, scope: `${date}/${service}/${terminal}`, date, region: '', service, terminal };
});

interface CredentialText {
  readonly text: string;
  readonly algorithm: SignatureClaim['algorithm'];
  readonly regionSet: string | undefined;
  readonly expected: ExpectedScope;
  readonly malformed: Malformed;
}

const parseCredential = ({ text, algorithm, regionSet, expected, malformed }: CredentialText): Credential => {
  const isRegional = algorithm === SIGV4_ALGORITHM;
  const credential = isRegional ? splitCredential(text) : splitCredentialWithoutRegion(text);
  const { accessKeyId, date, region, service, terminal } = credential;
  if (accessKeyId === '') {
    throw malformed('the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".');
  }
  if (terminal !== 'aws4_request') {
    throw malformed(`incorrect terminal "${terminal}". This endpoint uses "aws4_request".`);
  }
  if (!CREDENTIAL_DATE.test(date)) {
    throw malformed(`incorrect date format "${date}". This date in the credential must be in the format "yyyyMMdd".`);
  }
  if (isRegional ? !isRegion(region, expected) : !matchesRegionSet(regionSet, expected.region)) {
    throw malformed(
      `the region '${isRegional ? region : (regionSet ?? '')}' is wrong; expecting '${expected.region}'`,
      {
        details: { Region: expected.region },
      },
    );
  }
  if (!expected.services.includes(service)) {
    throw malformed(`incorrect service "${service}". This endpoint belongs to "${expected.services[0] ?? ''}".`);
  }
  return credential;
};

const headerDate = (request: SignableRequest): { readonly text: string; readonly timeMs: number } => {
  const text = headerValue(request.headers, 'x-amz-date');
  if (text !== undefined) {
    const timeMs = parseAmzDate(text);
    if (timeMs !== undefined) return { text, timeMs };
  } else {
    const date = headerValue(request.headers, 'date');
    const timeMs = date === undefined ? undefined : (parseAmzDate(date) ?? parseHttpDate(date));
    if (timeMs !== undefined) return { text: formatAmzDate(timeMs), timeMs };
  }
  throw new S3Error('AccessDenied', {
    message: 'AWS authentication requires a valid Date or x-amz-date header',
  });
};

const PRESIGN_PARAMETERS = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Signature',
  'X-Amz-Date',
  'X-Amz-SignedHeaders',
  'X-Amz-Expires',
];

const parsePresignedClaim = (request: SignableRequest, expected: ExpectedScope): SignatureClaim => {
  const query = parseQuery(request.rawQuery);
  if (PRESIGN_PARAMETERS.some((name) => !query.get(name))) {
    throw malformedQuery(
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    );
  }
  const value = (name: string): string => query.get(name) ?? '';
  const algorithm = algorithmOf(value('X-Amz-Algorithm'));
  if (algorithm === undefined) {
    throw malformedQuery(`X-Amz-Algorithm only supports "${SIGV4_ALGORITHM}"`);
  }
  const scope = parseCredential({
    text: value('X-Amz-Credential'),
    algorithm,
    regionSet: query.get('X-Amz-Region-Set'),
    expected,
    malformed: (reason, options) => malformedQuery(`Error parsing the X-Amz-Credential parameter; ${reason}`, options),
  });
  const amzDate = value('X-Amz-Date');
  const signedAtMs = parseAmzDate(amzDate);
  if (signedAtMs === undefined) {
    throw malformedQuery("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  }
  if (amzDate.slice(0, 8) !== scope.date) {
    throw malformedQuery(
      `Invalid credential date "${scope.date}". This date is not the same as X-Amz-Date: "${amzDate.slice(0, 8)}".`,
    );
  }
  const securityToken = query.get('X-Amz-Security-Token') ?? headerValue(request.headers, 'x-amz-security-token');
  return {
    form: 'query',
    algorithm,
    accessKeyId: scope.accessKeyId,
    credential: scope.credential,
    scope: scope.scope,
    date: scope.date,
    region: scope.region,
    service: scope.service,
    signedHeaders: value('X-Amz-SignedHeaders'),
    signature: value('X-Amz-Signature'),
    amzDate,
    signedAtMs,
    expiresSeconds: parseExpires(value('X-Amz-Expires'), expected),
    securityToken,
  };
};

const isRegion = (region: string, expected: ExpectedScope): boolean =>
  region === expected.region || (region === '' && expected.takesEmptyRegion === true);

const parseExpires = (text: string, { deniesOddLifetimes }: ExpectedScope): number => {
  const seconds = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(seconds)) throw malformedQuery('X-Amz-Expires should be a number');
  if (seconds >= 0 && seconds <= MAX_PRESIGN_EXPIRES_SECONDS) return seconds;
  if (deniesOddLifetimes === true) throw new S3Error('AccessDenied');
  throw malformedQuery(
    seconds < 0
      ? 'X-Amz-Expires must be non-negative'
      : 'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
  );
};

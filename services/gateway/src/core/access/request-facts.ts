/** What policies may ask of an S3 request (s3.md rule 44), found when it is asked for. */
import type { ConditionFacts, Principal } from '@needlestack/access-control';
import { headerValue, parseAmzDate, type QueryParameters, type RequestHeaders } from '@needlestack/s3-protocol';
import { readCopySource } from '../copy-source.ts';

export interface RequestFacts {
  readonly principal: Principal;
  readonly headers: RequestHeaders;
  readonly query: QueryParameters;
  readonly region: string;
  readonly sourceIp: string;
  readonly isSecure: boolean;
  readonly nowMs: number;
  /** When the request was signed, as it says: `YYYYMMDDTHHMMSSZ`. */
  readonly amzDate: string | undefined;
  /** The account that owns the resource. */
  readonly ownerAccountId: string;
  /** Tags of the object as it is now. */
  readonly existingTags?: Readonly<Record<string, string>> | undefined;
  /** Tags that the request sets, when its body says them and not a header. */
  readonly requestTags?: Readonly<Record<string, string>> | undefined;
  /** Tags of the bucket, where they count. */
  readonly bucketTags?: Readonly<Record<string, string>> | undefined;
  /** Facts of a request that another one stands for. */
  readonly more?: Readonly<Record<string, readonly string[]>> | undefined;
}

const MS_PER_DAY = 86_400_000;

export const makeConditionFacts =
  (facts: RequestFacts): ConditionFacts =>
  (name) => {
    const known = facts.more?.[name] ?? facts.principal.sessionFacts?.[name];
    if (known !== undefined) return known;
    const slash = name.indexOf('/');
    if (slash >= 0) return single(findTag(facts, name.slice(0, slash), name.slice(slash + 1)));
    if (name.startsWith('aws:')) return findGlobalFact(facts, name.slice(4));
    if (name === 'sts:authentication') return facts.principal.kind === 'anonymous' ? undefined : ['false'];
    return name.startsWith('s3:') ? findS3Fact(facts, name.slice(3)) : undefined;
  };

const single = (value: string | undefined): readonly string[] | undefined =>
  value === undefined ? undefined : [value];

const findTag = (facts: RequestFacts, family: string, key: string): string | undefined => {
  switch (family) {
    case 's3:existingobjecttag':
      return own(facts.existingTags, key);
    case 's3:requestobjecttag':
    case 'aws:requesttag':
      return own(requestTagsOf(facts), key);
    case 'aws:resourcetag':
    case 's3:resourcetag':
    case 's3:buckettag':
      return own(facts.bucketTags, key);
    case 'aws:principaltag':
      return own(facts.principal.tags, key);
    default:
      return undefined;
  }
};

const own = (tags: Readonly<Record<string, string>> | undefined, key: string): string | undefined =>
  tags !== undefined && Object.hasOwn(tags, key) ? tags[key] : undefined;

/** Those of the body, or of x-amz-tagging. */
const requestTagsOf = (facts: RequestFacts): Readonly<Record<string, string>> | undefined => {
  if (facts.requestTags !== undefined) return facts.requestTags;
  const header = headerOrParameter(facts, 'x-amz-tagging');
  return header === undefined ? undefined : Object.fromEntries(new URLSearchParams(header));
};

const headerOrParameter = (facts: RequestFacts, name: string): string | undefined =>
  headerValue(facts.headers, name) ?? facts.query.get(name);

const PRINCIPAL_TYPES: Readonly<Record<Principal['kind'], string>> = {
  root: 'Account',
  account: 'Account',
  user: 'User',
  'assumed-role': 'AssumedRole',
  'federated-user': 'FederatedUser',
  'web-identity': 'AssumedRole',
  service: 'Service',
  anonymous: 'Anonymous',
};

const findGlobalFact = (facts: RequestFacts, name: string): readonly string[] | undefined => {
  const { principal } = facts;
  const isSomeone = principal.kind !== 'anonymous';
  switch (name) {
    case 'sourceip':
      return single(facts.sourceIp === '' ? undefined : facts.sourceIp);
    case 'securetransport':
      return [String(facts.isSecure)];
    case 'currenttime':
      return [new Date(facts.nowMs).toISOString()];
    case 'epochtime':
      return [String(Math.floor(facts.nowMs / 1000))];
    case 'referer':
      return single(headerValue(facts.headers, 'referer'));
    case 'useragent':
      return single(headerValue(facts.headers, 'user-agent'));
    case 'principalarn':
      // Policies name the role of a session, not the session.
      return single(isSomeone ? (principal.policies?.roleArn ?? principal.arn) : undefined);
    case 'principalaccount':
      return single(principal.accountId === '' ? undefined : principal.accountId);
    case 'principaltype':
      return [PRINCIPAL_TYPES[principal.kind]];
    case 'principalisawsservice':
      return [String(principal.kind === 'service')];
    case 'principalservicename':
      return single(principal.kind === 'service' ? principal.name : undefined);
    case 'userid':
      return single(isSomeone ? principal.userId : undefined);
    case 'username':
      return single(principal.kind === 'user' ? principal.name : undefined);
    case 'requestedregion':
      return [facts.region];
    case 'resourceaccount':
      return [facts.ownerAccountId];
    case 'tagkeys':
      return keysOf(requestTagsOf(facts));
    case 'viaawsservice':
      return ['false'];
    default:
      return undefined;
  }
};

const keysOf = (tags: Readonly<Record<string, string>> | undefined): readonly string[] | undefined =>
  tags === undefined ? undefined : Object.keys(tags);

const findS3Fact = (facts: RequestFacts, name: string): readonly string[] | undefined => {
  switch (name) {
    case 'prefix':
    case 'delimiter':
    case 'max-keys':
      return single(facts.query.get(name));
    case 'versionid':
      return single(facts.query.get('versionId'));
    case 'if-match':
    case 'if-none-match':
      return single(headerValue(facts.headers, name));
    case 'resourceaccount':
      return [facts.ownerAccountId];
    case 'signatureversion':
      return single(facts.amzDate === undefined ? undefined : 'AWS4-HMAC-SHA256');
    case 'authtype':
      if (facts.amzDate === undefined) return undefined;
      return [facts.headers.authorization === undefined ? 'REST-QUERY-STRING' : 'REST-HEADER'];
    case 'signatureage':
      return single(signatureAge(facts));
    case 'requestobjecttagkeys':
      return keysOf(requestTagsOf(facts));
    case 'object-lock-mode':
    case 'object-lock-legal-hold':
    case 'object-lock-retain-until-date':
      return single(headerOrParameter(facts, `x-amz-${name}`));
    case 'object-lock-remaining-retention-days':
      return single(remainingDays(facts));
    case 'x-amz-copy-source':
      return single(copySource(facts));
    default:
      return name.startsWith('x-amz-') ? single(headerOrParameter(facts, name)) : undefined;
  }
};

const signatureAge = ({ amzDate, nowMs }: RequestFacts): string | undefined => {
  const signedAtMs = amzDate === undefined ? undefined : parseAmzDate(amzDate);
  return signedAtMs === undefined ? undefined : String(Math.max(0, nowMs - signedAtMs));
};

const remainingDays = (facts: RequestFacts): string | undefined => {
  const until = Date.parse(headerOrParameter(facts, 'x-amz-object-lock-retain-until-date') ?? '');
  return Number.isNaN(until) ? undefined : String(Math.ceil((until - facts.nowMs) / MS_PER_DAY));
};

/** `bucket/key` of what is copied. Of a source that is none, whose request is refused, it is what was sent. */
const copySource = ({ headers }: RequestFacts): string | undefined => {
  try {
    const source = readCopySource(headers);
    return source && `${source.bucket}/${source.key}`;
  } catch {
    return headerValue(headers, 'x-amz-copy-source');
  }
};

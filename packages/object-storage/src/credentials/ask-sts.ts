import { createHash } from 'node:crypto';
import {
  childOf,
  parseXml,
  type SigningCredentials,
  SigningKeyCache,
  signRequest,
  textOf,
  type XmlElement,
} from '@needlestack/s3-protocol';
import { STS_TIMEOUT_MS } from '../limits.ts';
import { credentialsUnavailable, messageOf } from './credential-error.ts';
import type { Credentials } from './credential-source.ts';
import type { StepContext } from './credential-step.ts';
import { fetchWithRetries } from './fetch-document.ts';
import { readCredentials } from './read-credential-json.ts';

const STS_FIELDS = {
  accessKeyId: 'AccessKeyId',
  secretAccessKey: 'SecretAccessKey',
  sessionToken: 'SessionToken',
  expiration: 'Expiration',
};
const API_VERSION = '2011-06-15';
const DURATION_SECONDS = '3600';

export interface StsQuestion {
  readonly action: 'AssumeRole' | 'AssumeRoleWithWebIdentity';
  readonly parameters: Readonly<Record<string, string>>;
  /** Signs the request; unsigned when undefined. */
  readonly signer: SigningCredentials | undefined;
}

/** Credentials of a role, for an hour. @throws ObjectStorageError `credentials-unavailable` */
export async function askSts(
  step: string,
  question: StsQuestion,
  context: StepContext,
  signal: AbortSignal | undefined,
): Promise<Credentials> {
  const { action, parameters, signer } = question;
  const region = context.environment.AWS_REGION ?? context.environment.AWS_DEFAULT_REGION ?? context.region;
  const url = new URL(context.environment.AWS_ENDPOINT_URL_STS ?? `https://sts.${region}.amazonaws.com/`);
  const body = new URLSearchParams({
    Action: action,
    Version: API_VERSION,
    DurationSeconds: DURATION_SECONDS,
    ...parameters,
  }).toString();
  const plain = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8', host: url.host };
  const headers = signer === undefined ? plain : sign(url, plain, body, signer, region, context);
  const request = { method: 'POST', url, headers, body, timeoutMs: STS_TIMEOUT_MS } as const;
  const answer = await fetchWithRetries(step, request, context, signal);
  const root = parseAnswer(step, url, answer.status, answer.body);
  if (answer.status !== 200) {
    const error = childOf(root, 'Error') ?? root;
    const said = [textOf(error, 'Code'), textOf(error, 'Message')].filter(Boolean).join(' ');
    throw credentialsUnavailable(step, `${action} at ${url.origin}: ${answer.status} ${said}`.trimEnd());
  }
  const result = childOf(root, `${action}Result`);
  const credentials = result === undefined ? undefined : childOf(result, 'Credentials');
  const fields = Object.fromEntries((credentials?.children ?? []).map(({ name, text }) => [name, text.trim()]));
  try {
    return readCredentials(fields, STS_FIELDS);
  } catch (error) {
    throw credentialsUnavailable(step, `the answer of ${url.origin} to ${action} ${messageOf(error)}`);
  }
}

function parseAnswer(step: string, url: URL, status: number, body: Buffer): XmlElement {
  try {
    return parseXml(body);
  } catch (error) {
    throw credentialsUnavailable(step, `${url.origin} answered ${status} with what is no well-formed XML`, error);
  }
}

function sign(
  { pathname, search }: URL,
  headers: Readonly<Record<string, string>>,
  body: string,
  credentials: SigningCredentials,
  region: string,
  { clock }: StepContext,
): Record<string, string> {
  const scope = { credentials, region, service: 'sts', nowMs: clock.nowMs(), keys: new SigningKeyCache(1) };
  const payload = createHash('sha256').update(body).digest('hex');
  return signRequest({ method: 'POST', rawPath: pathname, rawQuery: search.slice(1), headers }, scope, payload).headers;
}

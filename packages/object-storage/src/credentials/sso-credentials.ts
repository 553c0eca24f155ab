import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { STS_TIMEOUT_MS } from '../limits.ts';
import { credentialsUnavailable, messageOf } from './credential-error.ts';
import type { Credentials } from './credential-source.ts';
import type { StepContext } from './credential-step.ts';
import { fetchWithRetries } from './fetch-document.ts';
import { parseJsonObject, readCredentials } from './read-credential-json.ts';
import type { Profile, SharedProfiles } from './shared-profiles.ts';

const FIELDS = {
  accessKeyId: 'accessKeyId',
  secretAccessKey: 'secretAccessKey',
  sessionToken: 'sessionToken',
  expiration: 'expiration',
};

/** Credentials of a role for the token that `aws sso login` left in `~/.aws/sso/cache`. */
export async function askSso(
  step: string,
  profile: Profile,
  profiles: SharedProfiles,
  context: StepContext,
  signal: AbortSignal | undefined,
): Promise<Credentials> {
  const sessionName = profile.get('sso_session');
  const session = sessionName === undefined ? profile : profiles.findSsoSession(sessionName);
  const read = (from: Profile | undefined, key: string): string => {
    const value = from?.get(key) ?? '';
    if (value === '') throw credentialsUnavailable(step, `single sign-on without ${key}`);
    return value;
  };
  const startUrl = read(session, 'sso_start_url');
  const region = read(session, 'sso_region');
  const accountId = read(profile, 'sso_account_id');
  const roleName = read(profile, 'sso_role_name');
  const token = await readCachedToken(step, sessionName ?? startUrl, context);
  const base = context.environment.AWS_ENDPOINT_URL_SSO ?? `https://portal.sso.${region}.amazonaws.com`;
  const url = new URL('/federation/credentials', base);
  url.search = new URLSearchParams({ account_id: accountId, role_name: roleName }).toString();
  const headers = { 'x-amz-sso_bearer_token': token };
  const request = { method: 'GET', url, headers, timeoutMs: STS_TIMEOUT_MS } as const;
  const { status, body } = await fetchWithRetries(step, request, context, signal);
  if (status !== 200) {
    throw credentialsUnavailable(step, `single sign-on at ${url.origin}: status ${status}; try aws sso login`);
  }
  try {
    const { roleCredentials } = parseJsonObject(body.toString());
    return readCredentials(parseJsonObject(JSON.stringify(roleCredentials ?? null)), FIELDS);
  } catch (error) {
    throw credentialsUnavailable(step, `the answer of ${url.origin} ${messageOf(error)}`);
  }
}

async function readCachedToken(step: string, name: string, { homeDirectory, clock }: StepContext): Promise<string> {
  const file = `${createHash('sha1').update(name).digest('hex')}.json`;
  const path = join(homeDirectory, '.aws', 'sso', 'cache', file);
  let document: Readonly<Record<string, unknown>>;
  try {
    document = parseJsonObject(await readFile(path, 'utf8'));
  } catch (error) {
    throw credentialsUnavailable(
      step,
      `no token of a single sign-on at ${path}: ${messageOf(error)}; try aws sso login`,
    );
  }
  const { accessToken, expiresAt } = document;
  if (typeof accessToken !== 'string' || accessToken === '') {
    throw credentialsUnavailable(step, `${path} has no accessToken; try aws sso login`);
  }
  if (typeof expiresAt === 'string' && Date.parse(expiresAt) <= clock.nowMs()) {
    throw credentialsUnavailable(step, `the single sign-on has expired at ${expiresAt}; try aws sso login`);
  }
  return accessToken;
}

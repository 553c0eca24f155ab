import { CREDENTIAL_TIMEOUT_MS } from '../limits.ts';
import { credentialsUnavailable, messageOf } from './credential-error.ts';
import type { Credentials } from './credential-source.ts';
import type { CredentialStep, StepContext } from './credential-step.ts';
import { fetchWithRetries } from './fetch-document.ts';
import { METADATA_FIELDS, parseJsonObject, readCredentials } from './read-credential-json.ts';
import { readTokenFile } from './token-file.ts';

const STEP = 'container';
/** Hosts that may be asked without TLS, beside loopback: the agents of ECS and EKS. */
const PLAIN_HOSTS: ReadonlySet<string> = new Set(['169.254.170.2', '169.254.170.23', '[fd00:ec2::23]']);

/** The role of an ECS task or an EKS pod, from the agent beside the container. */
export function containerStep(context: StepContext): CredentialStep {
  const { environment, warn } = context;
  return {
    name: STEP,
    load: async (signal) => {
      const full = environment.AWS_CONTAINER_CREDENTIALS_FULL_URI ?? '';
      const relative = environment.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI ?? '';
      if (full === '' && relative === '') return undefined;
      if (full !== '' && relative !== '') {
        warn('AWS_CONTAINER_CREDENTIALS_FULL_URI and _RELATIVE_URI are both set; the full one is asked');
      }
      return askAgent(context, agentUrl(full, relative, context.containerHost), signal);
    },
  };
}

async function askAgent(context: StepContext, url: URL, signal: AbortSignal | undefined): Promise<Credentials> {
  const token = await readAuthorization(context);
  const headers = { accept: 'application/json', ...(token === '' ? undefined : { authorization: token }) };
  const request = { method: 'GET', url, headers, timeoutMs: CREDENTIAL_TIMEOUT_MS } as const;
  const { status, body } = await fetchWithRetries(STEP, request, context, signal);
  if (status !== 200) throw credentialsUnavailable(STEP, `GET ${url.origin}${url.pathname}: status ${status}`);
  try {
    return readCredentials(parseJsonObject(body.toString()), METADATA_FIELDS);
  } catch (error) {
    throw credentialsUnavailable(STEP, `the answer of ${url.origin}${url.pathname} ${messageOf(error)}`);
  }
}

function agentUrl(full: string, relative: string, containerHost: string): URL {
  const text = full === '' ? `${containerHost}${relative}` : full;
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw credentialsUnavailable(STEP, `${full === '' ? 'the relative' : 'the full'} URI is no http or https URL`);
  }
  if (full !== '' && url.protocol === 'http:' && !isLoopback(url.hostname) && !PLAIN_HOSTS.has(url.hostname)) {
    throw credentialsUnavailable(STEP, `${url.hostname} must be asked by https: it is neither loopback nor an agent`);
  }
  return url;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

async function readAuthorization({ environment }: StepContext): Promise<string> {
  const path = environment.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE ?? '';
  const token = path === '' ? (environment.AWS_CONTAINER_AUTHORIZATION_TOKEN ?? '') : await readTokenFile(STEP, path);
  if (/[\r\n]/.test(token)) throw credentialsUnavailable(STEP, 'the authorization token has a line break in it');
  return token;
}

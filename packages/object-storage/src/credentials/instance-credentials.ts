import { CREDENTIAL_TIMEOUT_MS } from '../limits.ts';
import { isObjectStorageError } from '../object-storage-error.ts';
import { credentialsUnavailable, messageOf } from './credential-error.ts';
import type { Credentials } from './credential-source.ts';
import type { CredentialStep, StepContext } from './credential-step.ts';
import { type DocumentAnswer, fetchDocument, fetchWithRetries } from './fetch-document.ts';
import { METADATA_FIELDS, parseJsonObject, readCredentials } from './read-credential-json.ts';

const STEP = 'instance';
const IPV4_ENDPOINT = 'http://169.254.169.254';
const IPV6_ENDPOINT = 'http://[fd00:ec2::254]';
const TOKEN_PATH = '/latest/api/token';
const ROLE_PATH = '/latest/meta-data/iam/security-credentials/';
const TOKEN_SECONDS = '21600';
/** Answers to the question for a token that say: no tokens here. */
const TOKENLESS_STATUSES: ReadonlySet<number> = new Set([403, 404, 405]);

/** The role of an EC2 instance, from its metadata service, version 2; version 1 where 2 is not served and 1 not forbidden. */
export function instanceStep(context: StepContext): CredentialStep {
  const { environment } = context;
  return {
    name: STEP,
    isExtensible: true,
    load: async (signal) => {
      if (isTrue(environment.AWS_EC2_METADATA_DISABLED)) return undefined;
      return new MetadataService(context, signal).readCredentials();
    },
  };
}

class MetadataService {
  readonly #context: StepContext;
  readonly #endpoint: URL;
  readonly #signal: AbortSignal | undefined;

  constructor(context: StepContext, signal: AbortSignal | undefined) {
    this.#context = context;
    this.#endpoint = endpointOf(context);
    this.#signal = signal;
  }

  async readCredentials(): Promise<Credentials> {
    let token = await this.#askToken();
    const ask = async (path: string): Promise<string> => {
      let answer = await this.#get(path, token);
      if (answer.status === 401) {
        token = await this.#askToken();
        answer = await this.#get(path, token);
      }
      if (answer.status === 200) return answer.body.toString();
      const message = answer.status === 404 ? 'the instance has no role' : `status ${answer.status}`;
      throw credentialsUnavailable(STEP, `${this.#endpoint.origin}${path}: ${message}`);
    };
    const role = (await ask(ROLE_PATH)).split('\n')[0]?.trim() ?? '';
    if (role === '') throw credentialsUnavailable(STEP, 'the instance has no role');
    const text = await ask(ROLE_PATH + encodeURIComponent(role));
    try {
      const document = parseJsonObject(text);
      const code = document.Code;
      if (code !== undefined && code !== 'Success') throw new Error(`says ${String(code)}`);
      return readCredentials(document, METADATA_FIELDS);
    } catch (error) {
      throw credentialsUnavailable(STEP, `the answer of ${this.#endpoint.origin} ${messageOf(error)}`);
    }
  }

  /** Undefined: version 1, without a token. */
  async #askToken(): Promise<string | undefined> {
    const headers = { 'x-aws-ec2-metadata-token-ttl-seconds': TOKEN_SECONDS };
    let answer: DocumentAnswer;
    try {
      // Not tried again: where nothing answers, there is no instance.
      answer = await fetchDocument(this.#request('PUT', TOKEN_PATH, headers), this.#signal);
    } catch (error) {
      this.#signal?.throwIfAborted();
      return this.#withoutToken(messageOf(error));
    }
    if (answer.status === 200) return answer.body.toString().trim();
    if (TOKENLESS_STATUSES.has(answer.status)) return this.#withoutToken(`status ${answer.status}`);
    throw credentialsUnavailable(STEP, `PUT ${this.#endpoint.origin}${TOKEN_PATH}: status ${answer.status}`);
  }

  #withoutToken(problem: string): undefined {
    if (!isTrue(this.#context.environment.AWS_EC2_METADATA_V1_DISABLED)) return undefined;
    const where = `PUT ${this.#endpoint.origin}${TOKEN_PATH}`;
    throw credentialsUnavailable(STEP, `${where}: ${problem}, and version 1 is disabled`);
  }

  async #get(path: string, token: string | undefined): Promise<DocumentAnswer> {
    const headers: Record<string, string> = token === undefined ? {} : { 'x-aws-ec2-metadata-token': token };
    const request = this.#request('GET', path, headers);
    if (token !== undefined) return fetchWithRetries(STEP, request, this.#context, this.#signal);
    try {
      return await fetchDocument(request, this.#signal);
    } catch (error) {
      this.#signal?.throwIfAborted();
      if (isObjectStorageError(error)) throw error;
      throw credentialsUnavailable(STEP, `GET ${this.#endpoint.origin}${path}: ${messageOf(error)}`, error);
    }
  }

  #request(method: 'GET' | 'PUT', path: string, headers: Readonly<Record<string, string>>) {
    return { method, url: new URL(path, this.#endpoint), headers, timeoutMs: CREDENTIAL_TIMEOUT_MS } as const;
  }
}

function endpointOf({ environment }: StepContext): URL {
  const given = environment.AWS_EC2_METADATA_SERVICE_ENDPOINT ?? '';
  const mode = (environment.AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE ?? 'IPv4').toLowerCase();
  if (mode !== 'ipv4' && mode !== 'ipv6') {
    throw credentialsUnavailable(STEP, `AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE is "${mode}", expected IPv4 or IPv6`);
  }
  const url = URL.parse(given === '' ? (mode === 'ipv6' ? IPV6_ENDPOINT : IPV4_ENDPOINT) : given);
  if (url !== null && (url.protocol === 'http:' || url.protocol === 'https:')) return url;
  throw credentialsUnavailable(STEP, 'AWS_EC2_METADATA_SERVICE_ENDPOINT is no http or https URL');
}

function isTrue(text: string | undefined): boolean {
  return text?.toLowerCase() === 'true';
}

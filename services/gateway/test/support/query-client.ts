/** A client of IAM and STS: forms signed for their service, without x-amz-content-sha256, as SDKs send them. */
import { createHmac, hash } from 'node:crypto';

export interface QueryCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface QueryAnswer {
  readonly status: number;
  readonly text: string;
  /** Code of an error document. */
  readonly code: string | undefined;
  /** Text of the first element of that name. */
  element(name: string): string | undefined;
  /** Texts of all of them. */
  elements(name: string): readonly string[];
}

export class QueryClient {
  readonly #port: number;
  readonly #service: 'iam' | 'sts';
  readonly #credentials: QueryCredentials | undefined;
  readonly #nowMs: () => number;

  constructor(port: number, service: 'iam' | 'sts', credentials?: QueryCredentials, nowMs = Date.now) {
    this.#port = port;
    this.#service = service;
    this.#credentials = credentials;
    this.#nowMs = nowMs;
  }

  call(action: string, parameters: Readonly<Record<string, string | number>> = {}): Promise<QueryAnswer> {
    const form = new URLSearchParams({ Action: action });
    for (const [name, value] of Object.entries(parameters)) form.set(name, String(value));
    return this.post(form.toString());
  }

  /** @param tamper changes the body after it was signed */
  async post(body: string, { region = 'us-east-1', tamper = body } = {}): Promise<QueryAnswer> {
    const headers = this.#sign(body, region);
    const url = `http://127.0.0.1:${this.#port}/`;
    const response = await fetch(url, { method: 'POST', headers, body: tamper });
    const text = await response.text();
    const elements = (name: string): string[] =>
      [...text.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, inner = '']) => inner);
    const element = (name: string): string | undefined => elements(name)[0];
    return { status: response.status, text, code: element('Code'), element, elements };
  }

  #sign(body: string, region: string): Record<string, string> {
    const credentials = this.#credentials;
    const headers: Record<string, string> = {
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      host: `127.0.0.1:${this.#port}`,
    };
    if (credentials === undefined) return headers;
    const amzDate = new Date(this.#nowMs()).toISOString().replace(/[-:]|\.\d+/g, '');
    const date = amzDate.slice(0, 8);
    headers['x-amz-date'] = amzDate;
    if (credentials.sessionToken !== undefined) headers['x-amz-security-token'] = credentials.sessionToken;
    const names = Object.keys(headers).sort();
    const lines = names.map((name) => `${name}:${headers[name]}\n`).join('');
    const canonical = ['POST', '/', '', lines, names.join(';'), hash('sha256', body, 'hex')].join('\n');
    const scope = `${date}/${region}/${this.#service}/aws4_request`;
    const toSign = ['AWS4-HMAC-SHA256', amzDate, scope, hash('sha256', canonical, 'hex')].join('\n');
    let key: Buffer = Buffer.from(`AWS4${credentials.secretAccessKey}`);
    for (const part of scope.split('/')) key = hmac(key, part);
    const signature = hmac(key, toSign).toString('hex');
    const credential = `${credentials.accessKeyId}/${scope}`;
    headers.authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
    return headers;
  }
}

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** The credentials that CreateAccessKey or a call of STS answered. */
export const credentialsOf = (answer: QueryAnswer): QueryCredentials => ({
  accessKeyId: answer.element('AccessKeyId') ?? '',
  secretAccessKey: answer.element('SecretAccessKey') ?? '',
  ...(answer.element('SessionToken') === undefined
    ? undefined
    : { sessionToken: answer.element('SessionToken') ?? '' }),
});

import { createHmac, hash } from 'node:crypto';

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export const REGION = 'us-east-1';
const SIGNED_HEADERS = ['host', 'x-amz-content-sha256', 'x-amz-date'];
const PAYLOAD = 'UNSIGNED-PAYLOAD';

/**
 * Writes the heads of signed S3 requests (Signature Version 4 in the Authorization header, body unsigned). Everything that does not
 * change from one request to the next is kept ready, so that signing costs one SHA-256 and one HMAC.
 */
export class RequestSigner {
  readonly #credentials: S3Credentials;
  readonly #host: string;
  readonly #headers: readonly (readonly [name: string, value: string])[];
  #second = -1;
  #amzDate = '';
  #day = '';
  #key: Buffer = Buffer.alloc(0);
  #canonicalTail = '';
  #toSignHead = '';
  #headTail = '';

  /**
   * @param host as it goes into the Host header, with the port
   * @param headers sent with each request: lower case, sorted, after `x-amz-date`
   */
  constructor(credentials: S3Credentials, host: string, headers: Readonly<Record<string, string>> = {}) {
    this.#credentials = credentials;
    this.#host = host;
    this.#headers = Object.entries(headers);
  }

  /**
   * The head of one request, with the empty line that ends it.
   *
   * @param path encoded path, starting with a slash
   * @param query canonical query: encoded and sorted, without the question mark
   */
  writeHead(method: string, path: string, query: string, bodyBytes: number): string {
    const second = Math.floor(Date.now() / 1_000);
    if (second !== this.#second) this.#turnSecond(second);
    const digest = hash('sha256', `${method}\n${path}\n${query}${this.#canonicalTail}`, 'hex');
    const signature = createHmac('sha256', this.#key)
      .update(this.#toSignHead + digest)
      .digest('hex');
    const target = query === '' ? path : `${path}?${query}`;
    const length = method === 'PUT' || method === 'POST' ? `\r\nContent-Length: ${bodyBytes}` : '';
    return `${method} ${target} HTTP/1.1${this.#headTail}${signature}${length}\r\n\r\n`;
  }

  #turnSecond(second: number): void {
    this.#second = second;
    const iso = new Date(second * 1_000).toISOString();
    this.#amzDate = `${iso.slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
    const day = this.#amzDate.slice(0, 8);
    if (day !== this.#day) this.#turnDay(day);
    const scope = `${day}/${REGION}/s3/aws4_request`;
    const signedHeaders = [...SIGNED_HEADERS, ...this.#headers.map(([name]) => name)].join(';');
    const signedLines = this.#headers.map(([name, value]) => `\n${name}:${value}`).join('');
    const sentLines = this.#headers.map(([name, value]) => `\r\n${name}: ${value}`).join('');
    this.#canonicalTail = `\nhost:${this.#host}\nx-amz-content-sha256:${PAYLOAD}\nx-amz-date:${this.#amzDate}${signedLines}\n\n${signedHeaders}\n${PAYLOAD}`;
    this.#toSignHead = `AWS4-HMAC-SHA256\n${this.#amzDate}\n${scope}\n`;
    this.#headTail =
      `\r\nHost: ${this.#host}\r\nx-amz-content-sha256: ${PAYLOAD}\r\nx-amz-date: ${this.#amzDate}${sentLines}` +
      `\r\nAuthorization: AWS4-HMAC-SHA256 Credential=${this.#credentials.accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=`;
  }

  #turnDay(day: string): void {
    this.#day = day;
    this.#key = deriveSigningKey(this.#credentials.secretAccessKey, day, 's3');
  }
}

export function deriveSigningKey(secretAccessKey: string, day: string, service: string): Buffer {
  let key = Buffer.from(`AWS4${secretAccessKey}`);
  for (const part of [day, REGION, service, 'aws4_request']) key = createHmac('sha256', key).update(part).digest();
  return key;
}

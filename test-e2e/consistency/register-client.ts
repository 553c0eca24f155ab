import { createHash } from 'node:crypto';
import type { SeededRandom } from '@needlestack/fuzz';
import type { SimpleAnswer, SimpleS3 } from '../support/simple-s3.ts';
import { type Acted, askStore, isCertain } from './ask-store.ts';
import { CONSISTENCY_BUCKET, VERSIONED_BUCKET } from './consistency-bucket.ts';
import type { RegisterOperation, WriteCondition, WriteOutcome } from './register-model.ts';

const WRITE_OUTCOMES: Readonly<Record<number, WriteOutcome>> = {
  200: 'done',
  404: 'missing',
  409: 'conflict',
  412: 'failed',
};
const FILLER_BYTES_MAX = 400_000;

/** Asks for objects as registers, with and without conditions on what was last seen there. */
export class RegisterClient {
  readonly #s3: SimpleS3;
  readonly #random: SeededRandom;
  readonly #name: string;
  #lastSeen = '';
  #written = 0;

  constructor(s3: SimpleS3, random: SeededRandom, name: string) {
    this.#s3 = s3;
    this.#random = random;
    this.#name = name;
  }

  async act(object: string): Promise<Acted<RegisterOperation>> {
    const isVersioned = object.endsWith('0');
    const path = `/${isVersioned ? VERSIONED_BUCKET : CONSISTENCY_BUCKET}/register/${object}`;
    const dice = this.#random.next();
    if (dice < 0.35) return this.#read(path, dice < 0.1 ? 'HEAD' : 'GET');
    if (dice < 0.5) return this.#write(path, undefined);
    if (dice < 0.65) return this.#write(path, { absent: true });
    if (dice < 0.85) return this.#write(path, { match: this.#lastSeen === '' ? 'none' : this.#lastSeen });
    // A delete marker is no object, yet it fails the condition of a delete: with versions a register is deleted unconditionally.
    return this.#delete(path, dice < 0.9 && !isVersioned ? this.#lastSeen : '');
  }

  async #read(path: string, method: 'GET' | 'HEAD'): Promise<Acted<RegisterOperation>> {
    const answer = await askStore(this.#s3, method, path);
    if (!isCertain(answer)) return { operation: { kind: 'read' }, isCertain: false };
    if (answer.status !== 200 && answer.status !== 404)
      throw new Error(`${method} answered ${answer.status}: ${answer.body}`);
    const found = answer.status === 200 ? etagIn(answer) : '';
    if (method === 'GET' && answer.status === 200 && etagOf(answer.body) !== found)
      throw new Error(`${path} has ETag ${found} and other bytes`);
    this.#lastSeen = found;
    return { operation: { kind: 'read', found }, isCertain: true };
  }

  async #write(path: string, condition: WriteCondition): Promise<Acted<RegisterOperation>> {
    this.#written += 1;
    const text = `${this.#name} ${this.#written} `;
    // Mostly inline or one needle, sometimes more than one chunk of the small path.
    const fillerBytes = this.#random.next() < 0.05 ? this.#random.between(0, FILLER_BYTES_MAX) : 8;
    const body = Buffer.concat([Buffer.from(text), Buffer.alloc(fillerBytes, '.')]);
    const etag = etagOf(body);
    const answer = await askStore(this.#s3, 'PUT', path, '', body, headersOf(condition));
    if (!isCertain(answer)) return { operation: { kind: 'write', etag, condition }, isCertain: false };
    const outcome = WRITE_OUTCOMES[answer.status];
    if (outcome === undefined) throw new Error(`PUT answered ${answer.status}: ${answer.body}`);
    if (outcome === 'done') this.#lastSeen = etag;
    return { operation: { kind: 'write', etag, condition, outcome }, isCertain: true };
  }

  async #delete(path: string, condition: string): Promise<Acted<RegisterOperation>> {
    const headers = condition === '' ? {} : { 'if-match': `"${condition}"` };
    const answer = await askStore(this.#s3, 'DELETE', path, '', undefined, headers);
    if (!isCertain(answer)) return { operation: { kind: 'delete', condition }, isCertain: false };
    if (answer.status !== 204 && answer.status !== 412)
      throw new Error(`DELETE answered ${answer.status}: ${answer.body}`);
    const outcome = answer.status === 204 ? 'done' : 'failed';
    return { operation: { kind: 'delete', condition, outcome }, isCertain: true };
  }
}

function headersOf(condition: WriteCondition): Record<string, string> {
  if (condition === undefined) return {};
  return 'absent' in condition ? { 'if-none-match': '*' } : { 'if-match': `"${condition.match}"` };
}

function etagOf(body: Buffer): string {
  return createHash('md5').update(body).digest('hex');
}

function etagIn(answer: SimpleAnswer): string {
  return String(answer.headers.etag).replaceAll('"', '');
}

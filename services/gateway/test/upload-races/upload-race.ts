/** One upload that is completed while others complete, abort, expire or send its parts again, as clients see it. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { completeDocument } from '../support/put-in-parts.ts';
import type { TestStore } from '../support/start-test-store.ts';
import type { Answer } from '../support/test-client.ts';

export const RACES_BUCKET = 'races';

/** What runs against CompleteMultipartUpload. */
export const RIVALS = [
  'complete',
  'complete-fewer',
  'abort',
  'expire',
  'part-again',
  'same-part-again',
  'part-more',
  'other-upload',
  'put-object',
  'delete-object',
] as const;
export type Rival = (typeof RIVALS)[number];

const PART_BYTES_MIN = 5 * 1024 * 1024;
/** Codes that may be answered to who comes too late. */
const LATE = ['NoSuchUpload', 'InvalidPart'];

interface SentPart {
  readonly number: number;
  readonly body: Buffer;
  readonly etag: string;
}

/** What a race may leave under its key: bytes by ETag. */
type Outcomes = Map<string, Buffer>;

export interface UploadRaceOptions {
  readonly store: TestStore;
  readonly key: string;
  readonly rivals: readonly Rival[];
  /** The first part is as large as a part must be that is not the last. */
  readonly hasLargePart: boolean;
}

/** Like Promise.all, but nothing runs on when it rejects. */
export const waitForAll = async <const T extends readonly unknown[]>(
  running: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> => {
  await Promise.allSettled(running);
  return Promise.all(running);
};

const md5 = (data: Buffer): Buffer => createHash('md5').update(data).digest();
const quoted = (hex: string): string => `"${hex}"`;

export class UploadRace {
  readonly #store: TestStore;
  readonly #path: string;
  readonly #key: string;
  readonly #rivals: readonly Rival[];
  readonly #hasLargePart: boolean;
  readonly #possible: Outcomes = new Map();
  #uploadId = '';
  #parts: SentPart[] = [];

  constructor({ store, key, rivals, hasLargePart }: UploadRaceOptions) {
    this.#store = store;
    this.#key = key;
    this.#path = `/${RACES_BUCKET}/${key}`;
    this.#rivals = rivals;
    this.#hasLargePart = hasLargePart;
  }

  /** Runs the race and checks what it leaves. @throws AssertionError */
  async run(): Promise<void> {
    this.#uploadId = await this.#createUpload();
    await this.#sendFirstParts();
    const reading = new AbortController();
    const reader = this.#readAllAlong(reading.signal);
    const racers = [this.#complete(this.#parts), ...this.#rivals.map((rival) => this.#act(rival))];
    const stopped = Promise.allSettled(racers).then(() => reading.abort());
    const [answers] = await waitForAll([waitForAll(racers), reader, stopped]);
    const completed = answers.filter((answer) => answer?.status === 200);
    const told = new Set(completed.map((answer) => answer?.element('ETag')));
    assert.ok(told.size <= 1, 'an upload was completed in two ways');
    await this.#checkEnd(completed.length > 0);
    // Nothing of the upload is left, however it ended.
    await this.#store.client.call('DELETE', this.#path, { query: `uploadId=${this.#uploadId}` });
    const listed = await this.#store.client.call('GET', this.#path, { query: `uploadId=${this.#uploadId}` });
    assert.equal(listed.code, 'NoSuchUpload');
  }

  /** Answers of those who complete this upload; undefined of the others. */
  async #act(rival: Rival): Promise<Answer | undefined> {
    const { client, catalog } = this.#store;
    switch (rival) {
      case 'complete':
        return this.#complete(this.#parts);
      case 'complete-fewer':
        return this.#complete(this.#parts.slice(0, 1));
      case 'abort': {
        const answer = await client.call('DELETE', this.#path, { query: `uploadId=${this.#uploadId}` });
        assert.ok(answer.status === 204 || answer.code === 'NoSuchUpload', `Abort answered ${answer.status}`);
        return undefined;
      }
      case 'expire': {
        const bucket = await catalog.getBucket(RACES_BUCKET);
        assert.ok(bucket !== undefined);
        const { name, bucketId, configRevision } = bucket;
        const decided = { bucket: name, bucketId, configRevision };
        await catalog.abortExpiredUpload({ ...decided, key: this.#key, uploadId: this.#uploadId });
        return undefined;
      }
      case 'part-again':
        return this.#sendLate({ number: this.#parts.length, body: Buffer.from(`again ${this.#key}`) });
      case 'same-part-again':
        return this.#sendLate({ number: this.#parts.length, body: this.#parts.at(-1)?.body ?? Buffer.of() });
      case 'part-more':
        return this.#sendLate({ number: this.#parts.length + 1, body: Buffer.from(`more ${this.#key}`) });
      case 'other-upload':
        return this.#completeOther();
      case 'put-object': {
        const body = Buffer.from(`put ${this.#key}`);
        this.#possible.set(quoted(md5(body).toString('hex')), body);
        assert.equal((await client.call('PUT', this.#path, { body })).status, 200);
        return undefined;
      }
      case 'delete-object':
        assert.equal((await client.call('DELETE', this.#path)).status, 204);
        return undefined;
    }
  }

  async #createUpload(): Promise<string> {
    const created = await this.#store.client.call('POST', this.#path, { query: 'uploads' });
    assert.equal(created.status, 200);
    return created.element('UploadId') ?? '';
  }

  async #sendFirstParts(): Promise<void> {
    const bodies = [Buffer.from(`part of ${this.#key}`)];
    if (this.#hasLargePart) bodies.unshift(Buffer.alloc(PART_BYTES_MIN, this.#key));
    for (const [index, body] of bodies.entries()) {
      const answer = await this.#sendPart(this.#uploadId, { number: index + 1, body });
      assert.equal(answer.status, 200);
      this.#parts.push({ number: index + 1, body, etag: answer.headers.etag ?? '' });
    }
  }

  #sendPart(uploadId: string, { number, body }: { readonly number: number; readonly body: Buffer }): Promise<Answer> {
    const query = `partNumber=${number}&uploadId=${uploadId}`;
    return this.#store.client.call('PUT', this.#path, { query, body });
  }

  async #sendLate(part: { readonly number: number; readonly body: Buffer }): Promise<undefined> {
    const answer = await this.#sendPart(this.#uploadId, part);
    assert.ok(answer.status === 200 || answer.code === 'NoSuchUpload', `UploadPart answered ${answer.status}`);
  }

  async #complete(parts: readonly SentPart[], uploadId = this.#uploadId): Promise<Answer> {
    const digests = Buffer.concat(parts.map(({ etag }) => Buffer.from(etag.replaceAll('"', ''), 'hex')));
    const etag = quoted(`${md5(digests).toString('hex')}-${parts.length}`);
    this.#possible.set(etag, Buffer.concat(parts.map(({ body }) => body)));
    const answer = await this.#store.client.call('POST', this.#path, {
      query: `uploadId=${uploadId}`,
      body: completeDocument(parts.map((part) => [part.number, part.etag])),
    });
    if (answer.code === undefined) {
      assert.equal(answer.status, 200);
      // Who names other parts too late is told of the object that is there.
      const told = answer.element('ETag')?.replaceAll('&quot;', '"') ?? '';
      assert.ok(this.#possible.has(told), `Complete answered the ETag ${told}, which is of nothing that was sent`);
      return answer;
    }
    assert.ok(LATE.includes(answer.code), `Complete answered ${answer.code}`);
    return { ...answer, status: answer.status === 200 ? 500 : answer.status };
  }

  async #completeOther(): Promise<undefined> {
    const uploadId = await this.#createUpload();
    const body = Buffer.from(`other ${this.#key}`);
    const { headers } = await this.#sendPart(uploadId, { number: 1, body });
    const answer = await this.#complete([{ number: 1, body, etag: headers.etag ?? '' }], uploadId);
    assert.equal(answer.status, 200);
  }

  /** HEAD, then GET, again and again: what HEAD sees, GET gives, unless somebody deletes. */
  async #readAllAlong(signal: AbortSignal): Promise<void> {
    const isDeleted = this.#rivals.includes('delete-object');
    while (!signal.aborted) {
      const head = await this.#store.client.call('HEAD', this.#path);
      const got = await this.#get();
      if (!isDeleted && head.status === 200) assert.equal(got, 'present', 'HEAD found an object that GET does not');
    }
  }

  async #get(): Promise<'present' | 'absent'> {
    const answer = await this.#store.client.call('GET', this.#path);
    if (answer.status === 404) return 'absent';
    assert.equal(answer.status, 200);
    const expected = this.#possible.get(answer.headers.etag ?? '');
    assert.ok(expected !== undefined, `ETag ${answer.headers.etag} is of nothing that was sent`);
    assert.ok(expected.equals(answer.body), `ETag ${answer.headers.etag} does not fit the bytes`);
    return 'present';
  }

  async #checkEnd(isCompleted: boolean): Promise<void> {
    const head = await this.#store.client.call('HEAD', this.#path);
    const found = await this.#get();
    assert.equal(head.status, found === 'present' ? 200 : 404);
    if (this.#rivals.includes('delete-object')) return;
    const isWritten = isCompleted || this.#rivals.includes('put-object') || this.#rivals.includes('other-upload');
    assert.equal(found, isWritten ? 'present' : 'absent');
  }
}

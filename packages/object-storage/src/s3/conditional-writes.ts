import { checkVersion } from '../check-version.ts';
import type { CallOptions, ConditionalWrites, WriteCondition, WrittenObject } from '../object-storage.ts';
import { isObjectStorageError, ObjectStorageError } from '../object-storage-error.ts';
import type { Asked } from './http-connections.ts';
import { conditionHeaders, crc32cOf, readNonce, readStat, writeHeaders } from './object-headers.ts';
import type { S3Request, S3Requests } from './s3-requests.ts';

/** What this client knows, or is to find out, about a store's conditional writes. */
export type ConditionalMode = ConditionalWrites | 'probe';

export interface ConditionalWriteHooks {
  readonly requests: S3Requests;
  readonly mode: ConditionalMode;
  /** Unique text. */
  readonly createNonce: () => string;
  /** Whole key of the object that the probe makes and deletes. */
  readonly probeKey: (nonce: string) => string;
}

/** One conditional write, as its operation does it. */
export interface ConditionalWrite extends Asked {
  readonly condition: WriteCondition;
  readonly requireAtomic: boolean;
  /** What the object has in its metadata when it is ours. */
  readonly nonce: string;
  /** One whole write with its tries. Says through `doubt` when one of them may have taken effect unseen. */
  readonly write: (headers: Readonly<Record<string, string>>, doubt: Doubt) => Promise<WrittenObject>;
}

/** Whether a try of a request may have taken effect although no good answer came. */
export interface Doubt {
  isInDoubt: boolean;
}

const PROBE_BODY = Buffer.from('needlestack');

/** Conditional writes over a store that may honour them or not. */
export class ConditionalWriter {
  readonly #hooks: ConditionalWriteHooks;
  #mode: ConditionalMode;
  #probe: Promise<ConditionalWrites> | undefined;

  constructor(hooks: ConditionalWriteHooks) {
    this.#hooks = hooks;
    this.#mode = hooks.mode;
  }

  /** Asks the store, unless it is known. A probe that fails is not remembered. */
  async mode({ signal }: CallOptions): Promise<ConditionalWrites> {
    if (this.#mode !== 'probe') return this.#mode;
    // Others wait for the same probe, so it must not end with one caller's signal.
    this.#probe ??= this.#probeStore().finally(() => {
      this.#probe = undefined;
    });
    const mode = await this.#probe;
    signal?.throwIfAborted();
    return mode;
  }

  async run(write: ConditionalWrite, signal: AbortSignal | undefined): Promise<WrittenObject> {
    if ((await this.mode({ signal })) === 'atomic') {
      try {
        return await this.#runAtomic(write, signal);
      } catch (error) {
        if (!isObjectStorageError(error) || error.status !== 501) throw error;
        this.#mode = 'best-effort';
      }
    }
    if (write.requireAtomic) {
      const message = 'the store ignores conditions on writes, and an atomic one is required';
      throw new ObjectStorageError('conditional-write-unsupported', message, askedOf(write));
    }
    await this.#check(write, signal);
    return write.write({}, { isInDoubt: false });
  }

  async #runAtomic(write: ConditionalWrite, signal: AbortSignal | undefined): Promise<WrittenObject> {
    const doubt: Doubt = { isInDoubt: false };
    try {
      return await write.write(conditionHeaders(write.condition), doubt);
    } catch (error) {
      if (!isObjectStorageError(error, 'precondition-failed')) throw error;
      const isCreate = write.condition.kind === 'absent';
      if (isCreate && !doubt.isInDoubt) throw alreadyExists(write, error);
      const headers = await this.#head(write, signal);
      if (doubt.isInDoubt && headers !== undefined && readNonce(headers) === write.nonce) return readStat(headers);
      if (isCreate) throw alreadyExists(write, error);
      // Some stores answer so for an object that is not there at all.
      throw headers === undefined ? nothingToReplace(write) : error;
    }
  }

  /** The next best thing to a condition: a look before the write. */
  async #check(write: ConditionalWrite, signal: AbortSignal | undefined): Promise<void> {
    const headers = await this.#head(write, signal);
    const { condition } = write;
    if (condition.kind === 'absent') {
      if (headers !== undefined) throw alreadyExists(write, undefined);
      return;
    }
    if (headers === undefined) throw nothingToReplace(write);
    checkVersion(write.operation, write.key, readStat(headers).etag, condition.etag);
  }

  async #head({ key }: Asked, signal: AbortSignal | undefined) {
    try {
      const answer = await this.#hooks.requests.sendAndDrain({ operation: 'HeadObject', method: 'HEAD', key }, signal);
      return answer.headers;
    } catch (error) {
      if (isObjectStorageError(error, 'not-found')) return undefined;
      throw error;
    }
  }

  /** Writes an object and then tries to write it where that must fail. */
  async #probeStore(): Promise<ConditionalWrites> {
    const key = this.#hooks.probeKey(this.#hooks.createNonce());
    await this.#putProbe(key, undefined);
    try {
      const isHonoured =
        (await this.#isRefused(key, { kind: 'absent' })) &&
        (await this.#isRefused(key, { kind: 'matches', etag: '0'.repeat(32) }));
      this.#mode = isHonoured ? 'atomic' : 'best-effort';
      return this.#mode;
    } finally {
      await this.#hooks.requests
        .sendAndDrain({ operation: 'DeleteObject', method: 'DELETE', key }, undefined)
        .catch(() => undefined);
    }
  }

  async #isRefused(key: string, condition: WriteCondition): Promise<boolean> {
    try {
      await this.#putProbe(key, condition);
      return false;
    } catch (error) {
      if (isObjectStorageError(error, 'precondition-failed')) return true;
      // A store that does not know the header may say so.
      if (isObjectStorageError(error) && (error.status === 501 || error.status === 400)) return false;
      throw error;
    }
  }

  #putProbe(key: string, condition: WriteCondition | undefined) {
    const headers = {
      ...writeHeaders({}),
      ...conditionHeaders(condition),
      'x-amz-checksum-crc32c': crc32cOf(PROBE_BODY),
    };
    const request: S3Request = { operation: 'PutObject', method: 'PUT', key, headers, body: { bytes: PROBE_BODY } };
    return this.#hooks.requests.sendAndDrain(request, undefined);
  }
}

function askedOf({ operation, key }: Asked): Asked {
  return { operation, key };
}

function nothingToReplace(asked: Asked): ObjectStorageError {
  return new ObjectStorageError('not-found', 'there is nothing to replace', askedOf(asked));
}

function alreadyExists(asked: Asked, cause: ObjectStorageError | undefined): ObjectStorageError {
  const { status = 0, backendCode = '', requestId = '' } = cause ?? {};
  const details = { ...askedOf(asked), status, backendCode, requestId };
  return new ObjectStorageError('already-exists', 'there is an object already', details, { cause });
}

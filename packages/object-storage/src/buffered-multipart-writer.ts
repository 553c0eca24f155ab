import {
  PART_BYTES_DEFAULT,
  PART_BYTES_MAX,
  PART_BYTES_MIN,
  PARTS_BEFORE_DOUBLING,
  PARTS_IN_FLIGHT_DEFAULT,
  PARTS_IN_FLIGHT_MAX,
  PARTS_MAX,
  partBytesFor,
} from './limits.ts';
import type {
  CompletedPart,
  MultipartOptions,
  MultipartUpload,
  ObjectStorage,
  WriteCondition,
  WrittenObject,
} from './object-storage.ts';
import { HandleStateError, ObjectStorageError } from './object-storage-error.ts';
import { PartBuffers } from './part-buffers.ts';
import { Slots } from './slots.ts';
import { nextWriterState, type WriterEvent, type WriterState } from './writer-state.ts';

export interface BufferedMultipartWriterOptions extends Omit<MultipartOptions, 'signal'> {
  /** Ends the writer when it is aborted: the upload with it. */
  readonly signal?: AbortSignal;
  /** Bytes of a part, 5 MiB to 5 GiB. Default 8 MiB. */
  readonly partSizeBytes?: number;
  /** Parts under way at once, 1 to 64. Default 4. */
  readonly maxPartsInFlight?: number;
  /** How long the object will be, when that is known: parts are made long enough for it. Without it they double after each 1,000. */
  readonly expectedBytes?: number;
  /** True: an append is acknowledged when all its bytes are stored. False: when they are buffered. Default true. */
  readonly ackAfterUpload?: boolean;
  /** Called after each part with the bytes that are stored by now. */
  readonly onProgress?: (storedBytes: number) => void;
  /** Told of an abort that failed: parts are left, which `abortStaleUploads` finds. */
  readonly onAbortFailed?: (error: unknown) => void;
}

/** An append whose bytes are taken. */
export interface Appended {
  /** Resolves as `ackAfterUpload` has it, rejects with what the writer failed with. Need not be awaited. */
  readonly acknowledged: Promise<void>;
}

interface PendingAck {
  /** The append ends here in the object. */
  readonly endBytes: number;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

const AT_ONCE: Appended = { acknowledged: Promise.resolve() };

/**
 * Turns appends of any length into one object. Nothing is sent before a part is full, so a short object is one plain PUT; a longer one goes
 * in legal parts, several at once. Memory is the part size for each part in flight and one more; when all are out, `append` waits. A
 * failure stops everything, aborts the upload, and is what every later call rejects with.
 *
 * States and calls: writer-state.ts.
 */
export class BufferedMultipartWriter implements AsyncDisposable {
  readonly key: string;
  readonly #storage: ObjectStorage;
  readonly #options: BufferedMultipartWriterOptions;
  readonly #buffers: PartBuffers;
  readonly #slots: Slots;
  readonly #ackAfterUpload: boolean;
  readonly #isEndless: boolean;
  readonly #stop = new AbortController();
  readonly #parts: CompletedPart[] = [];
  readonly #sending = new Set<Promise<void>>();
  readonly #acks: PendingAck[] = [];
  /** Where each part sent ends; what is stored without a gap is counted from the front. */
  readonly #partEnds: number[] = [];
  #state: WriterState = 'empty';
  #failure: { readonly reason: unknown; readonly isAbort: boolean } | undefined;
  #upload: Promise<MultipartUpload> | undefined;
  #cleanup: Promise<void> | undefined;
  #current: Buffer | undefined;
  #filled = 0;
  #acceptedBytes = 0;
  #storedBytes = 0;
  #storedParts = 0;
  /** Appends that came while one waits for room; they keep their order. */
  #queue: Promise<unknown> = Promise.resolve();
  #queued = 0;

  /**
   * Sends nothing yet.
   * @throws ObjectStorageError `part-size-too-small`, `too-many-parts` for a part size or a number in flight outside of its bounds
   */
  constructor(storage: ObjectStorage, key: string, options: BufferedMultipartWriterOptions = {}) {
    const { maxPartsInFlight = PARTS_IN_FLIGHT_DEFAULT, expectedBytes, signal } = options;
    const partSizeBytes = checkPartSize(key, options.partSizeBytes ?? PART_BYTES_DEFAULT);
    checkPartsInFlight(key, maxPartsInFlight);
    this.key = key;
    this.#storage = storage;
    this.#options = options;
    this.#isEndless = expectedBytes === undefined;
    this.#ackAfterUpload = options.ackAfterUpload ?? true;
    this.#slots = new Slots(maxPartsInFlight);
    this.#buffers = new PartBuffers(maxPartsInFlight + 1, partBytesFor(expectedBytes ?? 0, partSizeBytes));
    const onAbort = (): void => this.#fail(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true, signal: this.#stop.signal });
    if (signal?.aborted === true) onAbort();
  }

  get state(): WriterState {
    return this.#state;
  }

  /** Bytes taken so far. */
  get acceptedBytes(): number {
    return this.#acceptedBytes;
  }

  /** Bytes stored without a gap from the start. */
  get storedBytes(): number {
    return this.#storedBytes;
  }

  /**
   * Takes the bytes, which are the caller's again when it resolves; it waits while all parts are in flight. Appends that are not awaited are
   * taken in the order of their calls.
   * @throws HandleStateError after `seal` or an abort; what the writer failed with
   */
  async append(bytes: Uint8Array): Promise<Appended> {
    this.#enter('append', 'append');
    this.#acceptedBytes += bytes.length;
    const endBytes = this.#acceptedBytes;
    const appended = this.#ackAfterUpload && bytes.length > 0 ? this.#acknowledgeAt(endBytes) : AT_ONCE;
    if (this.#queued > 0 || !this.#copyNow(bytes)) {
      this.#queued += 1;
      const turn = this.#queue.then(() => this.#copy(bytes));
      this.#queue = turn.catch(() => undefined);
      try {
        await turn;
      } finally {
        this.#queued -= 1;
      }
    }
    return appended;
  }

  /**
   * Ends the object after the appends before it: one PUT when nothing was sent, else the rest as the last part and Complete.
   * @throws HandleStateError when it was sealed or aborted before; what the writer failed with
   */
  async seal(): Promise<WrittenObject> {
    this.#enter('seal', 'seal');
    try {
      await this.#queue;
      const done = this.#partEnds.length === 0 ? await this.#putWhole() : await this.#complete();
      this.#settleStored(this.#acceptedBytes);
      this.#stop.abort();
      this.#release();
      return done;
    } catch (error) {
      this.#fail(error);
      await this.#cleanup;
      throw this.#failure?.reason ?? error;
    }
  }

  /** Gives the object up; nothing of it is left. Does nothing when it is sealed or was aborted before. */
  async abort(): Promise<void> {
    if (this.#state !== 'sealed' && this.#state !== 'aborted') {
      this.#fail(new HandleStateError('append', 'aborted'), true);
    }
    await this.#cleanup;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.abort();
  }

  /** Copies what fits without waiting; true when that was all. */
  #copyNow(bytes: Uint8Array): boolean {
    this.#current ??= this.#buffers.tryTake();
    const room = this.#current === undefined ? -1 : this.#current.length - this.#filled;
    if (bytes.length >= room || this.#current === undefined) return false;
    this.#current.set(bytes, this.#filled);
    this.#filled += bytes.length;
    return true;
  }

  async #copy(bytes: Uint8Array): Promise<void> {
    for (let copied = 0; copied < bytes.length; ) {
      this.#requireSound('append');
      this.#current ??= this.#buffers.tryTake() ?? (await this.#buffers.take());
      this.#requireSound('append');
      const piece = bytes.subarray(copied, copied + this.#current.length - this.#filled);
      this.#current.set(piece, this.#filled);
      this.#filled += piece.length;
      copied += piece.length;
      if (this.#filled === this.#current.length) this.#sendCurrent();
    }
  }

  #sendCurrent(): void {
    const buffer = this.#current;
    if (buffer === undefined) return;
    // A seal that waits for its queue is in its final state already.
    if (this.#state !== 'sealed') this.#enter('send-part', 'append');
    const partNumber = this.#partEnds.length + 1;
    const bytes = buffer.subarray(0, this.#filled);
    this.#partEnds.push((this.#partEnds.at(-1) ?? 0) + this.#filled);
    this.#current = undefined;
    this.#filled = 0;
    if (this.#isEndless && partNumber % PARTS_BEFORE_DOUBLING === 0) {
      this.#buffers.grow(Math.min(this.#buffers.sizeBytes * 2, PART_BYTES_MAX));
    }
    // One buffer more than may be in flight: it fills, and waits full, while the others are on their way.
    const sending = this.#slots
      .run(() => this.#sendPart(partNumber, bytes))
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#sending.delete(sending);
        this.#buffers.giveBack(buffer);
      });
    this.#sending.add(sending);
  }

  async #sendPart(partNumber: number, bytes: Buffer): Promise<void> {
    if (partNumber > PARTS_MAX) {
      const details = { operation: 'UploadPart', key: this.key };
      throw new ObjectStorageError('too-many-parts', `part ${partNumber}, expected at most ${PARTS_MAX}`, details);
    }
    const { signal } = this.#stop;
    signal.throwIfAborted();
    // Not ended by the signal: an upload that the store has begun must be known to be aborted.
    this.#upload ??= this.#storage.putMultipart(this.key, { ...this.#options, signal: undefined });
    const upload = await this.#upload;
    signal.throwIfAborted();
    this.#parts[partNumber - 1] = await upload.uploadPart(partNumber, bytes, { signal });
    this.#countStored();
  }

  #putWhole(): Promise<WrittenObject> {
    const bytes = this.#current?.subarray(0, this.#filled) ?? Buffer.alloc(0);
    const options = { ...this.#options, signal: this.#stop.signal };
    const { condition } = this.#options;
    return putUnder(this.#storage, this.key, bytes, condition, options);
  }

  async #complete(): Promise<WrittenObject> {
    if (this.#filled > 0) this.#sendCurrent();
    await Promise.all(this.#sending);
    this.#requireSound('seal');
    const upload = await this.#upload;
    if (upload === undefined) throw new HandleStateError('seal', this.#state);
    return upload.complete(this.#parts, { signal: this.#stop.signal });
  }

  #countStored(): void {
    while (this.#parts[this.#storedParts] !== undefined) this.#storedParts += 1;
    this.#settleStored(this.#partEnds[this.#storedParts - 1] ?? 0);
  }

  #settleStored(storedBytes: number): void {
    if (storedBytes === this.#storedBytes) return;
    this.#storedBytes = storedBytes;
    while ((this.#acks[0]?.endBytes ?? Number.POSITIVE_INFINITY) <= storedBytes) this.#acks.shift()?.resolve();
    this.#options.onProgress?.(storedBytes);
  }

  #acknowledgeAt(endBytes: number): Appended {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // Whoever does not look at it learns of a failure from the next append or from seal.
    promise.catch(() => undefined);
    this.#acks.push({ endBytes, resolve, reject });
    return { acknowledged: promise };
  }

  #enter(event: WriterEvent, call: string): void {
    this.#requireSound(call);
    const next = nextWriterState(this.#state, event);
    if (next === undefined) throw new HandleStateError(call, this.#state);
    this.#state = next;
  }

  #requireSound(call: string): void {
    if (this.#failure === undefined) return;
    throw this.#failure.isAbort ? new HandleStateError(call, this.#state) : this.#failure.reason;
  }

  /** The first failure counts; everything stops, and the upload is aborted in the background. */
  #fail(reason: unknown, isAbort = false): void {
    if (this.#failure !== undefined) return;
    this.#failure = { reason, isAbort };
    this.#state = nextWriterState(this.#state, 'abort') ?? this.#state;
    this.#stop.abort(reason);
    for (const { reject } of this.#acks.splice(0)) reject(reason);
    this.#cleanup = this.#cleanUp();
  }

  async #cleanUp(): Promise<void> {
    const upload = await this.#upload?.catch(() => undefined);
    // Parts that are still on their way could be stored after the abort.
    await Promise.allSettled(this.#sending);
    this.#release();
    try {
      await upload?.abort();
    } catch (error) {
      this.#options.onAbortFailed?.(error);
    }
  }

  /** Wakes an append that waits for room: it finds the failure. The buffer goes back for that. */
  #release(): void {
    const buffer = this.#current;
    this.#current = undefined;
    this.#filled = 0;
    if (buffer !== undefined) this.#buffers.giveBack(buffer);
  }
}

function putUnder(
  storage: ObjectStorage,
  key: string,
  bytes: Buffer,
  condition: WriteCondition | undefined,
  options: MultipartOptions,
): Promise<WrittenObject> {
  switch (condition?.kind) {
    case 'absent':
      return storage.putIfAbsent(key, bytes, options);
    case 'matches':
      return storage.putIfMatch(key, condition.etag, bytes, options);
    default:
      return storage.put(key, bytes, options);
  }
}

function checkPartSize(key: string, partSizeBytes: number): number {
  const isWhole = Number.isSafeInteger(partSizeBytes);
  if (isWhole && partSizeBytes >= PART_BYTES_MIN && partSizeBytes <= PART_BYTES_MAX) return partSizeBytes;
  const message = `partSizeBytes is ${partSizeBytes}, expected ${PART_BYTES_MIN} to ${PART_BYTES_MAX}`;
  throw new ObjectStorageError('part-size-too-small', message, { operation: 'BufferedMultipartWriter', key });
}

function checkPartsInFlight(key: string, maxPartsInFlight: number): void {
  const isWhole = Number.isSafeInteger(maxPartsInFlight);
  if (isWhole && maxPartsInFlight >= 1 && maxPartsInFlight <= PARTS_IN_FLIGHT_MAX) return;
  const message = `maxPartsInFlight is ${maxPartsInFlight}, expected 1 to ${PARTS_IN_FLIGHT_MAX}`;
  throw new ObjectStorageError('too-many-parts', message, { operation: 'BufferedMultipartWriter', key });
}

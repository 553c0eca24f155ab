/**
 * The scanners of this server, by id.
 *
 * Invariants
 * - A slot is taken before anything is held, and given back exactly once, after the scanner's view was released.
 * - A scanner that works is never released under its work: it is marked, and released when the work is done.
 * - Who expired is remembered for a while, so that its caller learns what happened instead of `unknown`.
 */
import { ScanError } from '@needlestack/kv-scan/protocol';
import type { PinnedView } from '@needlestack/ordered-kv';
import type { Clock, RandomBytes } from '../ports.ts';
import type { ScanFilter, ScanPlace } from './scan-filter.ts';
import type { ScanLimits } from './scan-limits.ts';

export const SCANNER_ID_BYTES = 16;
/** An expired id is remembered for so many times the idle time. */
const REMEMBERED_IDLE_TIMES = 2;

export interface Scanner {
  readonly id: Buffer;
  readonly owner: string;
  readonly filter: ScanFilter;
  readonly view: PinnedView;
  readonly readSeq: bigint;
  readonly openedAtMs: number;
  place: ScanPlace;
  /** Bytes of the last batch. */
  batchBytes: number;
  nextSeq: number;
  usedAtMs: number;
  /** Where an expired caller can go on; that of the last answer. */
  resumeToken: Buffer;
  isBusy: boolean;
  /** Out of the registry; released as soon as it is not busy. */
  isGone: boolean;
  readonly slot: ScannerSlot;
}

export interface ScannerSlot {
  free(): void;
}

interface Expired {
  readonly owner: string;
  readonly why: string;
  readonly resumeToken: Buffer;
  readonly untilMs: number;
}

const nameOf = (id: Uint8Array): string => Buffer.from(id.buffer, id.byteOffset, id.length).toString('hex');

export class ScannerRegistry {
  readonly #limits: ScanLimits;
  readonly #clock: Clock;
  readonly #randomBytes: RandomBytes;
  readonly #scanners = new Map<string, Scanner>();
  readonly #expired = new Map<string, Expired>();
  readonly #slotsOfBucket = new Map<string, number>();
  #slots = 0;

  constructor(parts: { readonly limits: ScanLimits; readonly clock: Clock; readonly randomBytes: RandomBytes }) {
    this.#limits = parts.limits;
    this.#clock = parts.clock;
    this.#randomBytes = parts.randomBytes;
  }

  /** Scanners that hold something, those being opened and those being released included. */
  get size(): number {
    return this.#slots;
  }

  /** ScanError `too-many-scanners`. */
  takeSlot({ table, bucketId }: ScanFilter): ScannerSlot {
    const { scannersMax, scannersPerBucketMax } = this.#limits;
    if (this.#slots >= scannersMax)
      throw new ScanError(
        'too-many-scanners',
        `${this.#slots} scanners are open on this server: at most ${scannersMax} (-scan.scannersMax)`,
      );
    const bucket = `${table.id} ${bucketId}`;
    const ofBucket = this.#slotsOfBucket.get(bucket) ?? 0;
    if (ofBucket >= scannersPerBucketMax)
      throw new ScanError(
        'too-many-scanners',
        `${ofBucket} scanners are open on bucket ${bucketId} of the table ${table.name}: at most ${scannersPerBucketMax} (-scan.scannersPerBucketMax)`,
      );
    this.#slots += 1;
    this.#slotsOfBucket.set(bucket, ofBucket + 1);
    let isTaken = true;
    return {
      free: () => {
        if (!isTaken) return;
        isTaken = false;
        this.#slots -= 1;
        const left = (this.#slotsOfBucket.get(bucket) ?? 1) - 1;
        if (left === 0) this.#slotsOfBucket.delete(bucket);
        else this.#slotsOfBucket.set(bucket, left);
      },
    };
  }

  add(parts: Omit<Scanner, 'id' | 'openedAtMs' | 'usedAtMs' | 'isBusy' | 'isGone' | 'nextSeq'>): Scanner {
    const nowMs = this.#clock();
    const id = Buffer.from(this.#randomBytes(SCANNER_ID_BYTES));
    const scanner = { ...parts, id, openedAtMs: nowMs, usedAtMs: nowMs, nextSeq: 1, isBusy: false, isGone: false };
    this.#scanners.set(nameOf(id), scanner);
    return scanner;
  }

  /** ScanError `unknown-scanner-id`, or `scanner-expired` with the token to go on from. */
  find(id: Uint8Array, owner: string): Scanner {
    const name = nameOf(id);
    const scanner = this.#scanners.get(name);
    if (scanner !== undefined && this.#whyExpired(scanner) !== undefined) void this.#expire(scanner);
    else if (scanner?.owner === owner) return scanner;
    const expired = this.#expired.get(name);
    if (expired?.owner === owner)
      throw new ScanError('scanner-expired', expired.why, { resumeToken: expired.resumeToken });
    throw new ScanError('unknown-scanner-id', 'this server has no such scanner of this caller');
  }

  /** Lets go of a scanner; of none when it is unknown, or another caller's. */
  async close(id: Uint8Array, owner: string): Promise<void> {
    const scanner = this.#scanners.get(nameOf(id));
    if (scanner?.owner === owner) await this.remove(scanner);
  }

  /** Takes it out, and releases it now or when its work is done. */
  async remove(scanner: Scanner): Promise<void> {
    if (scanner.isGone) return;
    scanner.isGone = true;
    this.#scanners.delete(nameOf(scanner.id));
    if (!scanner.isBusy) await release(scanner);
  }

  /** To be called when the work of a call is over, well or badly. */
  async finishWork(scanner: Scanner): Promise<void> {
    scanner.isBusy = false;
    if (scanner.isGone) await release(scanner);
  }

  /** Lets go of what has expired, and forgets what expired long ago. Gives the number of scanners that expired. */
  async sweep(): Promise<number> {
    const nowMs = this.#clock();
    for (const [name, { untilMs }] of this.#expired) if (untilMs <= nowMs) this.#expired.delete(name);
    const expired = [...this.#scanners.values()].filter((scanner) => this.#whyExpired(scanner) !== undefined);
    await Promise.all(expired.map((scanner) => this.#expire(scanner)));
    return expired.length;
  }

  /** All of them, whatever they do. */
  async expireAll(why: string): Promise<void> {
    await Promise.all([...this.#scanners.values()].map((scanner) => this.#expire(scanner, why)));
  }

  #whyExpired(scanner: Scanner): string | undefined {
    const nowMs = this.#clock();
    const { idleMs, ageMs } = this.#limits;
    if (nowMs - scanner.openedAtMs >= ageMs) return `the scanner was held for ${ageMs} ms`;
    if (!scanner.isBusy && nowMs - scanner.usedAtMs >= idleMs) return `the scanner was not used for ${idleMs} ms`;
    return undefined;
  }

  async #expire(scanner: Scanner, why = this.#whyExpired(scanner) ?? ''): Promise<void> {
    const untilMs = this.#clock() + this.#limits.idleMs * REMEMBERED_IDLE_TIMES;
    const { owner, resumeToken } = scanner;
    this.#expired.set(nameOf(scanner.id), { owner, why, resumeToken, untilMs });
    await this.remove(scanner);
  }
}

async function release(scanner: Scanner): Promise<void> {
  try {
    await scanner.view.release();
  } catch {
    // A view that cannot be released belongs to a store that is gone, and holds nothing any more.
  }
  scanner.slot.free();
}

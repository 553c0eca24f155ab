import { decompress } from '../input/decompress.ts';
import { RECORDS_FLUSH_MS } from '../limits.ts';
import { OutputSink } from '../output/output-sink.ts';
import type { ByteCounters, Clock } from '../ports.ts';
import type { SelectPlan } from '../request/select-plan.ts';
import { settleWithin } from '../settle-within.ts';
import { timestampFromEpochMs } from '../value/timestamp.ts';
import { QueryRun } from './query-run.ts';

export interface QueryDrive {
  readonly plan: SelectPlan;
  readonly nowMs: number;
  readonly payloadMaxBytes: number;
  /** The object's bytes from an offset on. */
  readonly open: (offsetBytes: number) => AsyncIterable<Uint8Array>;
  /** Resolves when there is room for more. */
  readonly send: (payload: Uint8Array, counters: ByteCounters) => Promise<void>;
  readonly isStopped: () => boolean;
  readonly clock: Clock;
}

/**
 * Runs a query to its end: bytes in, payloads out, at the pace of both. Rows that were found are sent after half a second of waiting
 * at the latest, and before a failure is thrown.
 */
export const driveQuery = async (drive: QueryDrive): Promise<ByteCounters> => {
  const sink = new OutputSink(drive.payloadMaxBytes);
  const input = new CountedInput(drive);
  const sendAll = async (): Promise<void> => {
    for (let payload = sink.take(); payload !== undefined; payload = sink.take()) {
      await drive.send(payload, input.counters);
    }
  };
  const flush = async (): Promise<void> => {
    sink.flush();
    await sendAll();
  };
  try {
    const run = new QueryRun({
      plan: drive.plan,
      now: timestampFromEpochMs(drive.nowMs),
      sink,
      isStopped: drive.isStopped,
    });
    input.open(run.readFrom);
    for (;;) {
      const outcome = run.step();
      await sendAll();
      if (outcome === 'done' || outcome === 'stopped') break;
      if (outcome === 'moved') input.open(run.readFrom);
      if (outcome !== 'needs-input') continue;
      const chunk = await input.next(sink, flush);
      if (chunk === undefined) run.finish();
      else run.push(chunk);
    }
  } finally {
    await input.close();
    await flush();
  }
  return input.counters;
};

/** The bytes of the object, counted before and after decompression. */
class CountedInput {
  readonly #drive: QueryDrive;
  #iterator: AsyncIterator<Uint8Array> | undefined;
  #scannedBytes = 0;
  #processedBytes = 0;

  constructor(drive: QueryDrive) {
    this.#drive = drive;
  }

  get counters(): ByteCounters {
    return { scannedBytes: this.#scannedBytes, processedBytes: this.#processedBytes };
  }

  open(offsetBytes: number): void {
    const before = this.#iterator;
    if (before !== undefined) void before.return?.();
    const scanned = this.#countScanned(this.#drive.open(offsetBytes));
    this.#iterator = decompress(scanned, this.#drive.plan.input.compression)[Symbol.asyncIterator]();
  }

  async *#countScanned(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      this.#scannedBytes += chunk.length;
      yield chunk;
    }
  }

  /** The next bytes, undefined at the end. Flushes what is staged when they are long in coming. */
  async next(sink: OutputSink, flush: () => Promise<void>): Promise<Uint8Array | undefined> {
    const reading = this.#iterator?.next();
    if (reading === undefined) return undefined;
    let result = sink.hasStaged ? await settleWithin(reading, RECORDS_FLUSH_MS, this.#drive.clock) : await reading;
    if (result === undefined) {
      await flush();
      result = await reading;
    }
    if (result.done === true) return undefined;
    this.#processedBytes += result.value.length;
    return result.value;
  }

  async close(): Promise<void> {
    await this.#iterator?.return?.();
  }
}

/** The messages of SelectObjectContent's answer (select.md section 3). */
import { encodeMessage } from './encode-message.ts';

/** Largest payload of one Records message: a common reader holds 128 KiB less some room. */
export const MAX_RECORDS_PAYLOAD_BYTES = 128 * 1024 - 256 - 128;

const EVENT: readonly [string, string] = [':message-type', 'event'];
const NOTHING = new Uint8Array(0);

export interface SelectCounters {
  /** Bytes read from the object, before decompression. */
  readonly scannedBytes: number;
  /** Bytes after decompression. */
  readonly processedBytes: number;
  /** Bytes of records sent. */
  readonly returnedBytes: number;
}

/** Rows, or a piece of them: a row may be cut between frames. */
export const recordsFrame = (payload: Uint8Array): Buffer =>
  encodeMessage([EVENT, [':content-type', 'application/octet-stream'], [':event-type', 'Records']], payload);

/** Sign of life. Always the same 57 bytes. */
export const continuationFrame = (): Buffer => encodeMessage([EVENT, [':event-type', 'Cont']], NOTHING);

/** The last frame; a stream without it is incomplete. Always the same 56 bytes. */
export const endFrame = (): Buffer => encodeMessage([EVENT, [':event-type', 'End']], NOTHING);

const countersFrame = (name: 'Progress' | 'Stats', counters: SelectCounters): Buffer =>
  encodeMessage(
    [EVENT, [':content-type', 'text/xml'], [':event-type', name]],
    Buffer.from(
      `<?xml version="1.0" encoding="UTF-8"?><${name}><BytesScanned>${counters.scannedBytes}</BytesScanned>` +
        `<BytesProcessed>${counters.processedBytes}</BytesProcessed>` +
        `<BytesReturned>${counters.returnedBytes}</BytesReturned></${name}>`,
    ),
  );

export const progressFrame = (counters: SelectCounters): Buffer => countersFrame('Progress', counters);

export const statsFrame = (counters: SelectCounters): Buffer => countersFrame('Stats', counters);

/** Ends the stream with an error; rows found before it were sent before it. */
export const errorFrame = (code: string, message: string): Buffer =>
  encodeMessage(
    [
      [':error-code', code],
      [':error-message', message],
      [':message-type', 'error'],
    ],
    NOTHING,
  );

import { type ScannedNeedle, scanNeedles } from '@needlestack/needle-format';
import { findAppendedAfter } from '../append/append-position.ts';
import { recordSource } from '../needles/read-record.ts';
import type { Volume } from '../volume/volume.ts';

export interface TailVolumeRequest {
  readonly sinceNs: bigint;
  /** Looks in vain before the tail ends; 0 for a tail without end. */
  readonly idleRoundsMax: number;
  /** How long it waits between two looks. */
  readonly pauseMs: number;
}

/** A record that was appended, or the news that there is none, which keeps the connection alive. */
export type TailStep = { readonly kind: 'record'; readonly record: ScannedNeedle } | { readonly kind: 'idle' };

/**
 * The records appended after a time, in order, and those that come while it looks on. A record that a damaged disk has changed is left
 * out: nobody could take it. Ends after so many looks in vain, or when the signal aborts.
 * @throws VolumeError `io-error`
 */
export async function* tailVolume(
  volume: Volume,
  { sinceNs, idleRoundsMax, pauseMs }: TailVolumeRequest,
  pause: (ms: number, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): AsyncGenerator<TailStep> {
  let lastNs = sinceNs;
  let idleRounds = 0;
  while (!signal.aborted) {
    const { opened } = volume;
    const startNs = lastNs;
    try {
      for await (const record of readSince(volume, lastNs, signal)) {
        if (record.intact) yield { kind: 'record', record };
        if (record.appendAtNs > lastNs) lastNs = record.appendAtNs;
      }
    } catch (error) {
      // A compaction has replaced the files: the next round finds its place in the new ones by time.
      if (volume.opened === opened || signal.aborted) throw error;
      continue;
    }
    if (lastNs === startNs) {
      yield { kind: 'idle' };
      idleRounds += 1;
    } else {
      idleRounds = 0;
    }
    await pause(pauseMs, signal);
    if (idleRoundsMax > 0 && idleRounds >= idleRoundsMax) return;
  }
}

async function* readSince(volume: Volume, sinceNs: bigint, signal: AbortSignal): AsyncGenerator<ScannedNeedle> {
  const startBytes = await findAppendedAfter(volume, sinceNs);
  if (startBytes === undefined) return;
  const source = recordSource(volume.opened);
  yield* scanNeedles(source, { version: volume.opened.superblock.version, startBytes, signal });
}

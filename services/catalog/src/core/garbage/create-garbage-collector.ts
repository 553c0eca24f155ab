import type { Catalog } from '../catalog.ts';
import { PassLoop } from '../pass-loop.ts';
import type { CatalogEvents, Clock, NeedleDeleter } from '../ports.ts';
import { collectGarbage } from './collect-garbage.ts';

export interface GarbageCollectorOptions {
  readonly catalog: Pick<Catalog, 'listGarbagePage' | 'forgetGarbage' | 'forgetCompletedUploads'>;
  readonly deleter: NeedleDeleter;
  readonly events: CatalogEvents;
  readonly clock: Clock;
  /** Age at which garbage is deleted: a GET that began before may still read it. */
  readonly delayMs: number;
  /** Pause between passes. */
  readonly intervalMs: number;
  readonly entriesMax: number;
}

/** Runs passes one after the other once it is started. A pass that fails is reported; the next one tries again. */
export function createGarbageCollector(options: GarbageCollectorOptions): PassLoop {
  const { catalog, clock, delayMs, events, intervalMs } = options;
  let afterCompletedRow: Buffer | undefined;
  const pass = async (signal: AbortSignal): Promise<void> => {
    try {
      await collectGarbage({ ...options, untilMs: clock() - delayMs }, signal);
      if (signal.aborted) return;
      afterCompletedRow = await catalog.forgetCompletedUploads(afterCompletedRow);
    } catch (error) {
      if (!signal.aborted) events.garbageFailed(error);
    }
  };
  return new PassLoop({ intervalMs, pass });
}

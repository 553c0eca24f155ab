import type { DeliveryEvents } from '../../src/core/ports.ts';

/** Hears nothing but what is given. */
export function quietEvents(heard: Partial<DeliveryEvents> = {}): DeliveryEvents {
  const nothing = (): void => undefined;
  return {
    entriesStored: nothing,
    cursorSaved: nothing,
    rowsSkipped: nothing,
    entryDelivered: nothing,
    entryRetried: nothing,
    entryParked: nothing,
    targetPaused: nothing,
    targetResumed: nothing,
    stepFailed: nothing,
    ...heard,
  };
}

import type { DeliveryEvents } from '../core/ports.ts';

/** Tells two observers everything; the second may leave out what it does not care about. */
export function combineEvents(first: DeliveryEvents, second: Partial<DeliveryEvents>): DeliveryEvents {
  return {
    entriesStored: (...told) => {
      first.entriesStored(...told);
      second.entriesStored?.(...told);
    },
    cursorSaved: (...told) => {
      first.cursorSaved(...told);
      second.cursorSaved?.(...told);
    },
    rowsSkipped: (...told) => {
      first.rowsSkipped(...told);
      second.rowsSkipped?.(...told);
    },
    entryDelivered: (...told) => {
      first.entryDelivered(...told);
      second.entryDelivered?.(...told);
    },
    entryRetried: (...told) => {
      first.entryRetried(...told);
      second.entryRetried?.(...told);
    },
    entryParked: (...told) => {
      first.entryParked(...told);
      second.entryParked?.(...told);
    },
    targetPaused: (...told) => {
      first.targetPaused(...told);
      second.targetPaused?.(...told);
    },
    targetResumed: (...told) => {
      first.targetResumed(...told);
      second.targetResumed?.(...told);
    },
    stepFailed: (...told) => {
      first.stepFailed(...told);
      second.stepFailed?.(...told);
    },
  };
}

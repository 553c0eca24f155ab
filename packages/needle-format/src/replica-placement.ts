import { FormatError } from './format-error.ts';

/** How many further copies lie how far away. Text `xyz`, byte x*100 + y*10 + z. */
export interface ReplicaPlacement {
  /** Copies in other data centers. */
  readonly otherDataCenters: number;
  /** Copies in other racks of the same data center. */
  readonly otherRacks: number;
  /** Copies on other servers of the same rack. */
  readonly sameRack: number;
}

export const NO_REPLICAS: ReplicaPlacement = { otherDataCenters: 0, otherRacks: 0, sameRack: 0 };

const BYTE_MAX = 255;

/**
 * Reads three digits; empty text means no replicas.
 * @throws FormatError `bad-replica-placement` for anything else, and when the byte would exceed 255.
 */
export function parseReplicaPlacement(text: string): ReplicaPlacement {
  if (text === '') return NO_REPLICAS;
  if (!/^\d{3}$/.test(text)) {
    throw new FormatError('bad-replica-placement', `replication is ${JSON.stringify(text)}, expected three digits`);
  }
  return replicaPlacementFromByte(Number(text));
}

/** @throws FormatError `bad-replica-placement` when the value is not 0 to 255. */
export function replicaPlacementFromByte(value: number): ReplicaPlacement {
  if (!Number.isInteger(value) || value < 0 || value > BYTE_MAX) {
    throw new FormatError('bad-replica-placement', `replication byte is ${value}, expected 0 to ${BYTE_MAX}`);
  }
  return {
    otherDataCenters: Math.floor(value / 100),
    otherRacks: Math.floor(value / 10) % 10,
    sameRack: value % 10,
  };
}

export function replicaPlacementToByte(placement: ReplicaPlacement): number {
  return placement.otherDataCenters * 100 + placement.otherRacks * 10 + placement.sameRack;
}

/** `000`, `001`, `110`. */
export function formatReplicaPlacement(placement: ReplicaPlacement): string {
  return String(replicaPlacementToByte(placement)).padStart(3, '0');
}

/** Copies in all, the first one included. */
export function replicaCopies(placement: ReplicaPlacement): number {
  return placement.otherDataCenters + placement.otherRacks + placement.sameRack + 1;
}

import type { WriteRequest } from '../core/write-wish.ts';

/** The parameters that `/dir/assign`, `/vol/grow` and `/submit` share. */
export const readWriteParams = (params: URLSearchParams): WriteRequest => {
  const text = (name: string): string => params.get(name) ?? '';
  const memoryMapMaxSizeMb = Number(text('memoryMapMaxSizeMb'));
  return {
    collection: text('collection'),
    replication: text('replication'),
    ttl: text('ttl'),
    diskType: text('disk'),
    dataCenter: text('dataCenter'),
    rack: text('rack'),
    dataNode: text('dataNode'),
    memoryMapMaxSizeMb: Number.isInteger(memoryMapMaxSizeMb) && memoryMapMaxSizeMb > 0 ? memoryMapMaxSizeMb : 0,
  };
};

/** A whole number, or 0 when it is missing or none. */
export const readCount = (params: URLSearchParams, name: string): number => {
  const text = params.get(name) ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : 0;
};

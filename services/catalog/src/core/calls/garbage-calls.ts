import type { CatalogPort, GarbageEntry } from '@needlestack/service-contracts';
import { addGarbage } from '../garbage/add-garbage.ts';
import { forgetGarbage } from '../garbage/forget-garbage.ts';
import { type ListGarbageRequest, listGarbage } from '../garbage/list-garbage.ts';
import type { Clock } from '../ports.ts';
import type { Transactions } from '../transactions.ts';

export interface GarbageCalls extends Pick<CatalogPort, 'addGarbage' | 'listGarbage' | 'forgetGarbage'> {
  /** Like listGarbage, with a place to go on from. */
  listGarbagePage(request: ListGarbageRequest): Promise<readonly GarbageEntry[]>;
}

export function makeGarbageCalls(transactions: Transactions, clock: Clock): GarbageCalls {
  const listGarbagePage = (request: ListGarbageRequest): Promise<readonly GarbageEntry[]> =>
    transactions.read((tx) => listGarbage(tx, request));
  return {
    listGarbagePage,
    addGarbage: (chunks) => transactions.put((tx, nowMs) => addGarbage(tx, chunks, nowMs)),
    listGarbage: ({ maxEntries, olderThanMs }) => listGarbagePage({ maxEntries, untilMs: clock() - olderThanMs }),
    forgetGarbage: (garbageIds) => transactions.put((tx) => forgetGarbage(tx, garbageIds)),
  };
}

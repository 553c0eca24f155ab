import type { ServiceHandlers } from '@needlestack/rpc';
import type { Catalog as CatalogWire } from '@needlestack/rpc/wire/needlestack-catalog';
import { garbageToWire, outboxRowToWire } from '@needlestack/service-contracts/catalog/outbox-wire';
import { chunkFromWire } from '@needlestack/service-contracts/catalog/version-wire';
import type { Catalog } from '../core/catalog.ts';
import { refuseInRpc } from './refuse-in-rpc.ts';

/** The change log, and the garbage list: what other services take from the catalog. */
export function makeOutboxHandlers(catalog: Catalog): ServiceHandlers<CatalogWire> {
  return {
    ReadOutbox: ({ from_seq: fromSeq, max_rows: maxRows, wait_ms: waitMs }, { signal, stopping }) =>
      refuseInRpc(async () => {
        const page = await catalog.readOutbox({
          fromSeq: BigInt(fromSeq),
          maxRows,
          waitMs,
          signal: AbortSignal.any([signal, stopping]),
        });
        return { rows: page.rows.map(outboxRowToWire), next_seq: page.nextSeq };
      }),
    AdvanceOutboxCursor: ({ consumer, seq }) =>
      refuseInRpc(async () => {
        await catalog.advanceOutboxCursor(consumer, BigInt(seq));
        return {};
      }),
    GetOutboxCursor: ({ consumer }) => refuseInRpc(async () => ({ seq: await catalog.getOutboxCursor(consumer) })),
    AddGarbage: ({ chunks }) =>
      refuseInRpc(async () => {
        await catalog.addGarbage(chunks.map(chunkFromWire));
        return {};
      }),
    ListGarbage: ({ max_entries: maxEntries, older_than_ms: olderThanMs }) =>
      refuseInRpc(async () => {
        const entries = await catalog.listGarbage({ maxEntries, olderThanMs: Number(olderThanMs) });
        return { entries: entries.map(garbageToWire) };
      }),
    ForgetGarbage: ({ garbage_ids: garbageIds }) =>
      refuseInRpc(async () => {
        await catalog.forgetGarbage(garbageIds);
        return {};
      }),
  };
}

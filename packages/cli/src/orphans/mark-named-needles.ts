import { createKvBatchScanner, decodeChunks, type ScanKvPort } from '@needlestack/kv-scan';
import type { NeedleTable } from './needle-table.ts';

/**
 * Marks every needle that a row of the catalog names: objects, their versions, parts of uploads, garbage that waits for its deletion.
 * One moment for all of them, so that a needle which moves between tables is not missed. Gives the number of names.
 * Rejects with ScanError.
 */
export async function markNamedNeedles(
  port: ScanKvPort,
  tables: ReadonlyMap<number, NeedleTable>,
  signal: AbortSignal,
): Promise<number> {
  await using scanner = createKvBatchScanner({ port, table: 'needles', bucketId: 0, column: 'chunks', signal });
  let names = 0;
  for await (const batch of scanner.batches())
    for (const { value } of batch)
      for (const { volumeId, needleKey } of decodeChunks(value)) {
        names += 1;
        tables.get(volumeId)?.setNamed(needleKey);
      }
  return names;
}

/* `.ecj`: ids of needles that were deleted since the volume was encoded, u64 each, in the order of their deletion. */

export const JOURNAL_ENTRY_BYTES = 8;

export function encodeJournalEntry(id: bigint): Buffer {
  const entry = Buffer.allocUnsafe(JOURNAL_ENTRY_BYTES);
  entry.writeBigUInt64BE(id);
  return entry;
}

/** All whole entries. What is left of an entry at the end was never acknowledged. */
export function* decodeJournal(journal: Buffer): Generator<bigint> {
  for (let at = 0; at + JOURNAL_ENTRY_BYTES <= journal.length; at += JOURNAL_ENTRY_BYTES) {
    yield journal.readBigUInt64BE(at);
  }
}

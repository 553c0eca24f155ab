import type { EncryptedKey, PartitionStatisticsFile, StatisticsFile } from '../statistics-file.ts';
import { changeDraft, type MetadataDraft, refuseUpdate } from './metadata-draft.ts';

/** One statistics file per snapshot: the new one takes the place of the old. */
export function setStatistics(draft: MetadataDraft, file: StatisticsFile): void {
  const others = withoutSnapshot(draft.metadata.statistics, file['snapshot-id']);
  changeDraft(draft, { statistics: [...others, file] });
}

export function removeStatistics(draft: MetadataDraft, snapshotId: bigint): void {
  const { statistics } = draft.metadata;
  const others = withoutSnapshot(statistics, snapshotId);
  if (others.length !== statistics.length) changeDraft(draft, { statistics: others });
}

export function setPartitionStatistics(draft: MetadataDraft, file: PartitionStatisticsFile): void {
  const others = withoutSnapshot(draft.metadata['partition-statistics'], file['snapshot-id']);
  changeDraft(draft, { 'partition-statistics': [...others, file] });
}

export function removePartitionStatistics(draft: MetadataDraft, snapshotId: bigint): void {
  const files = draft.metadata['partition-statistics'];
  const others = withoutSnapshot(files, snapshotId);
  if (others.length !== files.length) changeDraft(draft, { 'partition-statistics': others });
}

function withoutSnapshot<T extends { readonly 'snapshot-id': bigint }>(files: readonly T[], snapshotId: bigint): T[] {
  return files.filter((file) => file['snapshot-id'] !== snapshotId);
}

/** A key id is given once; adding it again changes nothing. */
export function addEncryptionKey(draft: MetadataDraft, key: EncryptedKey): void {
  const { metadata } = draft;
  if (metadata['format-version'] < 3)
    throw refuseUpdate('Invalid encryption key: encryption is not supported until v3');
  const keys = metadata['encryption-keys'];
  if (keys.some((existing) => existing['key-id'] === key['key-id'])) return;
  changeDraft(draft, { 'encryption-keys': [...keys, key] });
}

export function removeEncryptionKey(draft: MetadataDraft, keyId: string): void {
  const keys = draft.metadata['encryption-keys'];
  const others = keys.filter((key) => key['key-id'] !== keyId);
  if (others.length !== keys.length) changeDraft(draft, { 'encryption-keys': others });
}

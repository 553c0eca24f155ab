/** An access key: u8 record version (1) | text secret, account, display name | u16 count, then a text per action */
import type { IdentityRecord } from '@needlestack/service-contracts';
import { RecordReader } from './record-reader.ts';
import { inCurrentVersion, type RecordFormat } from './record-version.ts';
import { sharedWriter } from './record-writer.ts';

const FORMAT: RecordFormat = { name: 'identity', version: 1, upgrades: {} };

export function encodeIdentityRecord(identity: IdentityRecord): Buffer {
  const writer = sharedWriter.begin().u8(FORMAT.version);
  writer.text(identity.secretAccessKey).text(identity.accountId).text(identity.displayName);
  writer.u16(identity.actions.length);
  for (const action of identity.actions) writer.text(action);
  return writer.finish();
}

/** The same record with an empty secret. */
export function withoutSecret(row: Buffer): Buffer {
  return encodeIdentityRecord({ ...decodeIdentityRecord('', row), secretAccessKey: '' });
}

export function decodeIdentityRecord(accessKeyId: string, row: Buffer): IdentityRecord {
  const reader = new RecordReader(inCurrentVersion(FORMAT, row), 1);
  const secretAccessKey = reader.text();
  const accountId = reader.text();
  const displayName = reader.text();
  const actions: string[] = [];
  for (let left = reader.u16(); left > 0; left -= 1) actions.push(reader.text());
  return { accessKeyId, secretAccessKey, accountId, displayName, actions };
}

/**
 * An access key: u8 record version (2) | text sealed secret (base64), account, display name | u16 count, then a text per action. Version 1 had
 * the secret itself where version 2 has it sealed; a step of the schema seals those.
 */
import type { IdentityRecord } from '@needlestack/service-contracts';
import { RecordError } from './record-error.ts';
import { RecordReader } from './record-reader.ts';
import { sharedWriter } from './record-writer.ts';

const VERSION = 2;
const VERSION_IN_THE_CLEAR = 1;

/** An identity as it is kept. */
export interface StoredIdentity extends Omit<IdentityRecord, 'secretAccessKey'> {
  /** Sealed, bound to the access key's id; empty where it is not told. */
  readonly sealedSecret: string;
}

/** One of before: with its secret as it is. */
export type ClearIdentity = IdentityRecord;

export function encodeIdentityRecord(identity: StoredIdentity): Buffer {
  const writer = sharedWriter.begin().u8(VERSION);
  writer.text(identity.sealedSecret).text(identity.accountId).text(identity.displayName);
  writer.u16(identity.actions.length);
  for (const action of identity.actions) writer.text(action);
  return writer.finish();
}

/** The same record with an empty secret. */
export function withoutSecret(row: Buffer): Buffer {
  return encodeIdentityRecord({ ...decodeIdentityRecord('', row), sealedSecret: '' });
}

/** @throws RecordError for what no program of ours wrote */
export function decodeIdentityRecord(accessKeyId: string, row: Buffer): StoredIdentity | ClearIdentity {
  const reader = new RecordReader(row);
  const version = reader.u8();
  if (version !== VERSION && version !== VERSION_IN_THE_CLEAR)
    throw new RecordError(`an identity record of version ${version}: this program reads up to ${VERSION}`);
  const secret = reader.text();
  const accountId = reader.text();
  const displayName = reader.text();
  const actions: string[] = [];
  for (let left = reader.u16(); left > 0; left -= 1) actions.push(reader.text());
  const facts = { accessKeyId, accountId, displayName, actions };
  return version === VERSION ? { ...facts, sealedSecret: secret } : { ...facts, secretAccessKey: secret };
}

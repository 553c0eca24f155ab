/**
 * A row of the change log: u8 record version (1) | u8 kind: 1 object, 2 rules | u48 at, ms | text bucket | then
 *   object: text event name, request id, principal, source address, user agent, key, version id, ETag, content type,
 *           bucket owner | u48 size | map of user metadata
 *   rules:  u8 1 when there is a configuration, then a block
 */
import type { OutboxRow } from '@needlestack/service-contracts';
import { RecordError } from './record-error.ts';
import { RecordReader } from './record-reader.ts';
import { inCurrentVersion, type RecordFormat } from './record-version.ts';
import { sharedWriter } from './record-writer.ts';
import { readTextMap, writeTextMap } from './text-map.ts';

const FORMAT: RecordFormat = { name: 'outbox', version: 1, upgrades: {} };
const KIND_OBJECT = 1;
const KIND_RULES = 2;

export type OutboxChange = OutboxRow['change'];
type ObjectChange = Extract<OutboxChange, { kind: 'object' }>;

export function encodeOutboxRecord(row: Omit<OutboxRow, 'seq'>): Buffer {
  const { change } = row;
  const writer = sharedWriter.begin().u8(FORMAT.version);
  writer
    .u8(change.kind === 'object' ? KIND_OBJECT : KIND_RULES)
    .u48(row.atMs)
    .text(row.bucket);
  if (change.kind === 'rules') {
    if (change.configuration === undefined) return writer.u8(0).finish();
    return writer.u8(1).block(change.configuration).finish();
  }
  const { event } = change;
  writer.text(event.eventName).text(event.requestId).text(event.principalId);
  writer.text(event.sourceIpAddress).text(event.userAgent);
  writer.text(change.key).text(change.versionId).text(change.etag).text(change.contentType);
  writer.text(change.bucketOwnerId).u48(change.sizeBytes);
  writeTextMap(writer, change.userMetadata);
  return writer.finish();
}

export function decodeOutboxRecord(seq: bigint, row: Buffer): OutboxRow {
  const reader = new RecordReader(inCurrentVersion(FORMAT, row), 1);
  const kind = reader.u8();
  const atMs = reader.u48();
  const bucket = reader.text();
  if (kind === KIND_OBJECT) return { seq, atMs, bucket, change: readObjectChange(reader) };
  if (kind !== KIND_RULES) throw new RecordError(`outbox row of kind ${kind}: expected 1 or 2`);
  const change =
    reader.u8() === 1
      ? { kind: 'rules' as const, configuration: Buffer.from(reader.block()) }
      : { kind: 'rules' as const };
  return { seq, atMs, bucket, change };
}

function readObjectChange(reader: RecordReader): ObjectChange {
  const event = {
    eventName: reader.text(),
    requestId: reader.text(),
    principalId: reader.text(),
    sourceIpAddress: reader.text(),
    userAgent: reader.text(),
  };
  return {
    kind: 'object',
    event,
    key: reader.text(),
    versionId: reader.text(),
    etag: reader.text(),
    contentType: reader.text(),
    bucketOwnerId: reader.text(),
    sizeBytes: reader.u48(),
    userMetadata: readTextMap(reader),
  };
}

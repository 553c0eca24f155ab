import fc from 'fast-check';
import type { QueueEntry } from '../core/queue-entry.ts';
import { decodeRqp1, encodeRqp1, Rqp1Error } from './rqp1-entry.ts';

const entry: QueueEntry = {
  eventId: '0b5e6a52-58c9-5a3b-9f0e-2f6f6f1f2a11',
  seq: 18_446_744_073_709_551_615n,
  eventName: 'ObjectCreated:Put',
  bucket: 'b',
  key: 'a b/é',
  contentType: 'application/json',
  queuedAtMs: 1_700_000_000_123,
  attempts: 2,
  body: Buffer.from('{"x":1}'),
};

function build(metadata: object, body = ''): Buffer {
  const json = Buffer.from(JSON.stringify(metadata));
  const head = Buffer.alloc(8);
  head.write('RQP1');
  head.writeUInt32LE(json.length, 4);
  return Buffer.concat([head, json, Buffer.from(body)]);
}

test('layout: magic, length, metadata, body', () => {
  const bytes = encodeRqp1({ entry });
  const metadataLength = bytes.readUInt32LE(4);
  expect(bytes.toString('latin1', 0, 4)).toBe('RQP1');
  expect(JSON.parse(bytes.toString('utf8', 8, 8 + metadataLength))).toEqual({
    event_name: 's3:ObjectCreated:Put',
    bucket_name: 'b',
    object_name: 'a+b/%C3%A9',
    content_type: 'application/json',
    queued_at_unix_ms: 1_700_000_000_123,
    payload_len: 7,
    dedup_id: entry.eventId,
    event_id: entry.eventId,
    seq: '18446744073709551615',
    attempts: 2,
  });
  expect(bytes.toString('utf8', 8 + metadataLength)).toBe('{"x":1}');
});

test('what was encoded is decoded', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 20 });
  const anyEntry = fc.record({
    eventId: fc.uuid(),
    seq: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    eventName: fc.constantFrom('ObjectCreated:Put', 'TestEvent'),
    bucket: text,
    key: text,
    contentType: text,
    queuedAtMs: fc.nat(),
    attempts: fc.nat(),
    body: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  });
  const failure = fc.record({
    error_class: text,
    error_detail: text,
    retry_count: fc.nat(),
    failed_at_unix_ms: fc.nat(),
  });
  fc.assert(
    fc.property(anyEntry, fc.option(failure, { nil: undefined }), (given, why) => {
      const record = why === undefined ? { entry: given } : { entry: given, failure: why };
      expect(decodeRqp1(encodeRqp1(record))).toEqual(record);
    }),
  );
});

test('an entry of another writer is read; its own fields are kept', () => {
  const theirs = build(
    {
      event_name: 's3:ObjectRemoved:Delete',
      bucket_name: 'b',
      object_name: 'a%2Fb',
      content_type: 'application/json',
      queued_at_unix_ms: 5,
      payload_len: 2,
      tenant: 'x',
    },
    '{}',
  );
  const { entry: read } = decodeRqp1(theirs);
  expect(read).toMatchObject({ key: 'a/b', seq: 0n, attempts: 0, extra: { tenant: 'x' } });
  expect(read.eventId).toMatch(/^[0-9a-f-]{36}$/);
  expect(decodeRqp1(encodeRqp1({ entry: read })).entry.extra).toEqual({ tenant: 'x' });
});

test.each([
  ['empty', Buffer.alloc(0)],
  ['another magic', Buffer.from('RQP2\0\0\0\0')],
  ['metadata beyond the end', Buffer.from('RQP1\xff\0\0\0{}', 'latin1')],
  ['metadata that is no JSON', Buffer.from('RQP1\x02\0\0\0{,', 'latin1')],
  ['metadata that is a list', Buffer.from('RQP1\x02\0\0\0[]', 'latin1')],
  ['a body of another length', build({ event_name: 'a', bucket_name: 'b', object_name: 'c', payload_len: 3 }, 'xx')],
  ['no bucket', build({ event_name: 'a', object_name: 'c', payload_len: 0 })],
  ['a broken escape', build({ event_name: 'a', bucket_name: 'b', object_name: '%zz', payload_len: 0 })],
])('%s is refused with a coded error', (_, bytes) => {
  expect(() => decodeRqp1(bytes)).toThrow(Rqp1Error);
});

test('a torn entry is refused at every length', () => {
  const bytes = encodeRqp1({ entry });
  for (let length = 0; length < bytes.length; length += 1) {
    expect(() => decodeRqp1(bytes.subarray(0, length))).toThrow(Rqp1Error);
  }
});

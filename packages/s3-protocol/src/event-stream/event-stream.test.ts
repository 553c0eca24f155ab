import { EventStreamCodec } from '@smithy/eventstream-codec';
import { continuationFrame, endFrame, errorFrame, progressFrame, recordsFrame, statsFrame } from './select-frames.ts';

const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8')),
  (text) => Buffer.from(text),
);
const read = (frame: Uint8Array): { headers: Record<string, unknown>; body: string } => {
  const message = codec.decode(frame);
  const headers = Object.fromEntries(Object.entries(message.headers).map(([name, header]) => [name, header.value]));
  return { headers, body: Buffer.from(message.body).toString() };
};
const counters = { scannedBytes: 1, processedBytes: 2, returnedBytes: 3 };

test('the frames without content have known bytes', () => {
  const cont = continuationFrame();
  expect(cont.length).toBe(57);
  expect(cont.readUInt32BE(8).toString(16)).toBe('8ba19df2');
  expect(cont.readUInt32BE(53).toString(16)).toBe('9c864a0d');
  const end = endFrame();
  expect(end.length).toBe(56);
  expect(end.readUInt32BE(8).toString(16)).toBe('c1c684d4');
  expect(end.readUInt32BE(52).toString(16)).toBe('cf97d392');
});

test('another implementation reads them', () => {
  expect(read(recordsFrame(Buffer.from('a,b\n')))).toEqual({
    headers: { ':message-type': 'event', ':content-type': 'application/octet-stream', ':event-type': 'Records' },
    body: 'a,b\n',
  });
  const xml = (name: string): string =>
    `<?xml version="1.0" encoding="UTF-8"?><${name}><BytesScanned>1</BytesScanned><BytesProcessed>2</BytesProcessed><BytesReturned>3</BytesReturned></${name}>`;
  expect(read(progressFrame(counters)).body).toBe(xml('Progress'));
  expect(read(statsFrame(counters)).body).toBe(xml('Stats'));
  expect(read(errorFrame('CastFailed', 'm\u00fc'))).toEqual({
    headers: { ':error-code': 'CastFailed', ':error-message': 'm\u00fc', ':message-type': 'error' },
    body: '',
  });
});

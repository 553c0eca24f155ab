import fc from 'fast-check';
import { sniffContentType } from './sniff-content-type.ts';

test.each([
  ['', 'text/plain; charset=utf-8'],
  ['plain words', 'text/plain; charset=utf-8'],
  ['  <!DOCTYPE HTML>', 'text/html; charset=utf-8'],
  ['\n<body >', 'text/html; charset=utf-8'],
  ['<bodyguard>', 'text/plain; charset=utf-8'],
  ['<!-- x', 'text/html; charset=utf-8'],
  [' <?xml version', 'text/xml; charset=utf-8'],
  ['%PDF-1.7', 'application/pdf'],
  ['\x89PNG\r\n\x1a\n', 'image/png'],
  ['\xff\xd8\xff\xe0', 'image/jpeg'],
  ['GIF89a', 'image/gif'],
  ['RIFF1234WEBPVP8 ', 'image/webp'],
  ['RIFF1234WAVEfmt ', 'audio/wave'],
  ['\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00isommp42', 'video/mp4'],
  ['\x1f\x8b\x08\x00', 'application/x-gzip'],
  ['PK\x03\x04', 'application/zip'],
  ['\x00asm', 'application/wasm'],
  ['text with \x01 in it', 'application/octet-stream'],
])('%j is %s', (text, type) => {
  expect(sniffContentType(Buffer.from(text, 'latin1'))).toBe(type);
});

test('only the first 512 bytes count', () => {
  expect(sniffContentType(Buffer.from(`${'a'.repeat(512)}\x00`))).toBe('text/plain; charset=utf-8');
  expect(sniffContentType(Buffer.from(`${'a'.repeat(511)}\x00`))).toBe('application/octet-stream');
});

test('whatever the bytes, there is a type, and it does not depend on where they lie', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), fc.nat(8), (bytes, offset) => {
      const whole = Buffer.alloc(bytes.length + offset + 3, 0x41);
      whole.set(bytes, offset);
      const type = sniffContentType(whole.subarray(offset, offset + bytes.length));
      expect(type).toBe(sniffContentType(bytes));
      expect(type).toMatch(/^[a-z]+\/[-a-z0-9.]+(; charset=utf-(8|16be|16le))?$/);
    }),
    { numRuns: 500 },
  );
});

import fc from 'fast-check';
import {
  decodeIndexEntry,
  decodeVolumeInfo,
  encodeIndexEntry,
  formatFileId,
  formatReplicaPlacement,
  formatTtl,
  formatVolumeFileName,
  parseFileId,
  parseReplicaPlacement,
  parseTtl,
  parseVolumeFileName,
  replicaCopies,
  ttlFromUint32,
  ttlSeconds,
  ttlToUint32,
} from './index.ts';

const anyKey = fc.bigInt({ min: 1n, max: 2n ** 64n - 1n });
const anyCookie = fc.integer({ min: 0, max: 0xffffffff });

describe('file ids', () => {
  test('survive formatting and parsing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), anyKey, anyCookie, (volumeId, key, cookie) => {
        expect(parseFileId(formatFileId({ volumeId, key, cookie }))).toEqual({ volumeId, key, cookie });
      }),
    );
  });

  test.each([
    ['3,01637037d6', { volumeId: 3, key: 1n, cookie: 0x637037d6 }],
    ['3,01637037d6.jpg', { volumeId: 3, key: 1n, cookie: 0x637037d6 }],
    ['3,01637037d6_2', { volumeId: 3, key: 3n, cookie: 0x637037d6 }],
    ['3,01637037d6_', { volumeId: 3, key: 1n, cookie: 0x637037d6 }],
    ['1,8000000000000001aabbccdd', { volumeId: 1, key: 2n ** 63n + 1n, cookie: 0xaabbccdd }],
  ])('%s is read', (text, expected) => {
    expect(parseFileId(text)).toEqual(expected);
  });

  test.each([
    '',
    ',',
    '3',
    '3,',
    '3,637037d6',
    '3,zz',
    'abc,01637037d6',
    '-3,01637037d6',
    '4294967296,01637037d6',
    '3,01637037d6_x',
    '3,ffffffffffffffff637037d6_1',
    '3,00ffffffffffffffff637037d6',
    '3,../../etc/passwd',
    ' 3,01637037d6',
  ])('%j is refused', (text) => {
    expect(() => parseFileId(text)).toThrow(expect.objectContaining({ code: 'bad-file-id' }));
  });

  test('a key has no leading zero bytes', () => {
    expect(formatFileId({ volumeId: 1, key: 0x100n, cookie: 1 })).toBe('1,010000000001');
  });
});

describe('ttl', () => {
  test.each([
    ['', '', 0],
    ['0', '', 0],
    ['3', '3m', 180],
    ['60m', '1h', 3600],
    ['7d', '1w', 604_800],
    ['24h', '1d', 86_400],
    ['5y', '5y', 157_680_000],
    ['12M', '12M', 31_104_000],
    ['365d', '1y', 31_536_000],
    ['301m', '5h', 18_000],
    ['256m', '4h', 14_400],
  ])('%j is kept as %j', (text, kept, seconds) => {
    expect(formatTtl(parseTtl(text))).toBe(kept);
    expect(ttlSeconds(parseTtl(text))).toBe(seconds);
  });

  test.each(['x', '1x', '-1m', 'm', '1.5h', '1000y', '99999999999m'])('%j is refused', (text) => {
    expect(() => parseTtl(text)).toThrow(expect.objectContaining({ code: 'bad-ttl' }));
  });

  test('survives its 32-bit form', () => {
    expect(ttlFromUint32(ttlToUint32({ count: 5, unit: 6 }))).toEqual({ count: 5, unit: 6 });
    expect(ttlToUint32({ count: 0, unit: 3 })).toBe(0);
  });
});

describe('replica placement', () => {
  test.each([
    ['', '000', 1],
    ['001', '001', 2],
    ['110', '110', 3],
    ['200', '200', 3],
  ])('%j is %s, %d copies', (text, formatted, copies) => {
    expect(formatReplicaPlacement(parseReplicaPlacement(text))).toBe(formatted);
    expect(replicaCopies(parseReplicaPlacement(text))).toBe(copies);
  });

  test.each(['9x', '1', '0001', '300', '-01', 'abc'])('%j is refused', (text) => {
    expect(() => parseReplicaPlacement(text)).toThrow(expect.objectContaining({ code: 'bad-replica-placement' }));
  });
});

describe('volume file names', () => {
  test.each([
    ['7', { collection: '', volumeId: 7 }],
    ['photos_2026_3', { collection: 'photos_2026', volumeId: 3 }],
  ])('%s', (text, expected) => {
    expect(parseVolumeFileName(text)).toEqual(expected);
    expect(formatVolumeFileName(expected)).toBe(text);
  });

  test.each(['', 'x', '_3', 'photos_', '99999999999', '3x', 'vol_dir'])('%j names no volume', (text) => {
    expect(parseVolumeFileName(text)).toBeUndefined();
  });
});

describe('index rows', () => {
  test('survive both widths, the highest offset bits last in the wide one', () => {
    fc.assert(
      fc.property(
        anyKey,
        fc.integer({ min: 0, max: 2 ** 40 - 1 }),
        fc.integer({ min: -1, max: 0x7fffffff }),
        (id, unit, size) => {
          const wide = { id, offsetBytes: unit * 8, sizeBytes: size };
          expect(decodeIndexEntry(encodeIndexEntry(wide, 5), 0, 5)).toEqual(wide);
          const narrow = { id, offsetBytes: (unit % 2 ** 32) * 8, sizeBytes: size };
          expect(decodeIndexEntry(encodeIndexEntry(narrow, 4), 0, 4)).toEqual(narrow);
        },
      ),
    );
    const row = encodeIndexEntry({ id: 1n, offsetBytes: 2 ** 35 + 8, sizeBytes: 5 }, 5);
    expect(row.toString('hex')).toBe('000000000000000100000001' + '01' + '00000005');
  });

  test('refuse what they cannot hold', () => {
    for (const offsetBytes of [4, -8, 2 ** 35]) {
      expect(() => encodeIndexEntry({ id: 1n, offsetBytes, sizeBytes: 1 }, 4)).toThrow(
        expect.objectContaining({ code: 'out-of-range' }),
      );
    }
  });
});

describe('volume info', () => {
  test('understands old spellings and numbers as text', () => {
    expect(decodeVolumeInfo('{"BytesOffset":5,"DestroyTime":"12","version":"2"}')).toMatchObject({
      bytesOffset: 5,
      expireAtSec: 12n,
      version: 2,
    });
  });

  test.each(['', 'null', '[]', '{"version":"x"}', '{"readOnly":1}', '{"files":{}}', '{"datFileSize":1.5}'])(
    '%j is refused',
    (text) => {
      expect(() => decodeVolumeInfo(text)).toThrow(expect.objectContaining({ code: 'bad-volume-info' }));
    },
  );
});

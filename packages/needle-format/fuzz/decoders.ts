// `node packages/needle-format/fuzz/decoders.ts --minutes 5`: every decoder of this package on damaged files.
import { type FuzzTarget, fuzz } from '@needlestack/fuzz';
import {
  crc32c,
  DEFAULT_VOLUME_INFO,
  decodeIndex,
  decodeNeedle,
  decodeSuperblock,
  decodeVolumeInfo,
  encodeIndexEntry,
  encodeNeedle,
  encodeSuperblock,
  encodeVolumeInfo,
  FormatError,
  indexRowBytes,
  locateNeedleBody,
  NEEDLE_FLAG,
  type Needle,
  type NeedleVersion,
  NO_REPLICAS,
  NO_TTL,
  type OffsetWidth,
  parseFileId,
  parseTtl,
  parseVolumeFileName,
} from '../src/index.ts';

const isRefusal = (error: unknown): boolean => error instanceof FormatError;
const VERSIONS: readonly NeedleVersion[] = [1, 2, 3];
const WIDTHS: readonly OffsetWidth[] = [4, 5];

const data = Buffer.from('some data, long enough to be cut');
const plain: Needle = {
  id: 0x0102030405060708n,
  cookie: 0x9abcdef0,
  data,
  flags: 0,
  name: undefined,
  mime: undefined,
  lastModifiedSeconds: 0,
  ttl: undefined,
  pairs: undefined,
  checksum: crc32c(data),
  appendAtNs: 1_760_000_000_000_000_000n,
};
const full: Needle = {
  ...plain,
  flags:
    NEEDLE_FLAG.hasName | NEEDLE_FLAG.hasMime | NEEDLE_FLAG.hasLastModified | NEEDLE_FLAG.hasTtl | NEEDLE_FLAG.hasPairs,
  name: Buffer.from('a name.txt'),
  mime: Buffer.from('text/plain'),
  lastModifiedSeconds: 1_760_000_000,
  ttl: parseTtl('5m'),
  pairs: Buffer.from('{"Color":"red"}'),
};
const empty: Needle = { ...plain, data: new Uint8Array(0), checksum: 0 };

const needles = (version: NeedleVersion): FuzzTarget => ({
  name: `needle version ${version}`,
  seeds: [plain, full, empty].map((needle) => encodeNeedle(needle, version)),
  decode: (input) => decodeNeedle(input, version),
  isRefusal,
});

/** With a checksum that fits whatever the data became: what lies behind the data is reached, too. */
const needlesWithTheirChecksum = (version: NeedleVersion): FuzzTarget => ({
  ...needles(version),
  name: `needle version ${version} with its checksum`,
  decode: (input) => {
    const record = Buffer.from(input);
    const body = locateNeedleBody(record, record.length < 16 ? 0 : record.readInt32BE(12), version);
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32BE(crc32c(record.subarray(body.dataAt, body.dataEnd)));
    const at = record.indexOf(uint32(body.checksum), body.dataEnd);
    if (at >= 0) checksum.copy(record, at);
    return decodeNeedle(record, version);
  },
});

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

const indexes = (width: OffsetWidth): FuzzTarget => ({
  name: `index of ${indexRowBytes(width)} bytes a row`,
  seeds: [
    Buffer.concat(
      [1n, 2n, 2n ** 64n - 1n].map((id, row) =>
        encodeIndexEntry({ id, offsetBytes: 8 + row * 64, sizeBytes: row === 1 ? -1 : 40 }, width),
      ),
    ),
  ],
  decode: (input) => [...decodeIndex(input, width)],
  isRefusal,
});

const superblocks: FuzzTarget = {
  name: 'superblock',
  seeds: VERSIONS.map((version) =>
    encodeSuperblock({
      version,
      replicaPlacement: NO_REPLICAS,
      ttl: NO_TTL,
      compactionRevision: 3,
      extra: version === 1 ? new Uint8Array(0) : Buffer.from('extra'),
    }),
  ),
  decode: decodeSuperblock,
  isRefusal,
};

const volumeInfos: FuzzTarget = {
  name: 'volume info',
  seeds: [
    Buffer.from(encodeVolumeInfo(DEFAULT_VOLUME_INFO)),
    Buffer.from(
      encodeVolumeInfo({
        ...DEFAULT_VOLUME_INFO,
        datFileSize: 2n ** 40n,
        ecShardConfig: { dataShards: 10, parityShards: 4, encodeTsNs: 7n },
      }),
    ),
  ],
  decode: (input) => decodeVolumeInfo(input.toString()),
  isRefusal,
};

const texts: FuzzTarget = {
  name: 'file ids, times to live, file names',
  seeds: ['3,01637037d6', '3,01637037d6_2', '301m', '1w', 'photos_2026_3.dat', '7.ec13'].map((text) =>
    Buffer.from(text),
  ),
  decode: (input) => {
    const text = input.toString('latin1');
    return [parseFileId, parseTtl, parseVolumeFileName].map((parse) => {
      try {
        return parse(text);
      } catch (error) {
        if (isRefusal(error)) return String(error);
        throw error;
      }
    });
  },
  isRefusal,
  inputBytesMax: 512,
};

await fuzz([
  ...VERSIONS.map(needles),
  ...VERSIONS.map(needlesWithTheirChecksum),
  ...WIDTHS.map(indexes),
  superblocks,
  volumeInfos,
  texts,
]);

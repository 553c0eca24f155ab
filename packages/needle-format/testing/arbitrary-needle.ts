import fc from 'fast-check';
import { crc32c, NEEDLE_FLAG, type Needle } from '../src/index.ts';

/** Needles that the format can store whole: sections present exactly when their flag is set. */
export const arbitraryNeedle: fc.Arbitrary<Needle> = fc
  .record({
    id: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    cookie: fc.integer({ min: 0, max: 0xffffffff }),
    data: fc.uint8Array({ minLength: 1, maxLength: 300 }),
    extraFlags: fc.constantFrom(0, NEEDLE_FLAG.compressed, NEEDLE_FLAG.chunkManifest),
    name: fc.option(fc.uint8Array({ maxLength: 255 }), { nil: undefined }),
    mime: fc.option(fc.uint8Array({ maxLength: 255 }), { nil: undefined }),
    lastModifiedSeconds: fc.option(fc.integer({ min: 0, max: 2 ** 40 - 1 }), { nil: undefined }),
    ttl: fc.option(fc.record({ count: fc.nat(255), unit: fc.nat(6) }), { nil: undefined }),
    pairs: fc.option(fc.uint8Array({ maxLength: 400 }), { nil: undefined }),
    appendAtNs: fc.bigInt({ min: 0n, max: 2n ** 63n }),
  })
  .map(({ extraFlags, lastModifiedSeconds, ...parts }) => ({
    ...parts,
    flags:
      extraFlags |
      (parts.name === undefined ? 0 : NEEDLE_FLAG.hasName) |
      (parts.mime === undefined ? 0 : NEEDLE_FLAG.hasMime) |
      (lastModifiedSeconds === undefined ? 0 : NEEDLE_FLAG.hasLastModified) |
      (parts.ttl === undefined ? 0 : NEEDLE_FLAG.hasTtl) |
      (parts.pairs === undefined ? 0 : NEEDLE_FLAG.hasPairs),
    lastModifiedSeconds: lastModifiedSeconds ?? 0,
    checksum: crc32c(parts.data),
  }));

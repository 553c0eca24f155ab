import { crc32c, FormatError } from '@needlestack/needle-format';
import { bytesField, messageField, numberField, readFields } from './protobuf-fields.ts';
import { isShardRatio, type ShardRatio, totalShards } from './shard-ratio.ts';

/*
 * `.ecsum`: what every block of every shard is expected to hold. Big-endian head, then a protobuf message:
 *
 *   magic u32 "ECSU" | format version u16 | payload length u32 | CRC32C of the payload u32 | EcBitrotProtection
 */

const MAGIC = 0x45435355;
const FORMAT_VERSION = 1;
const HEAD_BYTES = 14;
const ALGORITHM_CRC32C = 1n;
const CRC_BYTES = 4;

const MIB = 2 ** 20;
/** Bytes under one checksum in files that are made here. */
export const CHECKSUM_BLOCK_BYTES = 16 * MIB;
const BLOCK_BYTES_MAX = 64 * MIB;
/** A shard of a terabyte under checksums of 1 MiB would need a tenth of it. */
export const CHECKSUM_FILE_BYTES_MAX = 64 * MIB;

export interface ChecksummedShard {
  readonly shardId: number;
  readonly shardBytes: number;
  /** CRC32C of each block; the last one may be short. */
  readonly checksums: readonly number[];
}

/** What an `.ecsum` file says. */
export interface ShardChecksums {
  readonly blockBytes: number;
  /** 0 for shards as they were encoded first. */
  readonly generation: number;
  readonly ratio: ShardRatio;
  readonly shards: readonly ChecksummedShard[];
  /** Sixteen random bytes, other ones for each encoding. */
  readonly encodeUuid: Uint8Array;
}

export function encodeShardChecksums(file: ShardChecksums): Buffer {
  const payload = Buffer.concat([
    numberField(1, ALGORITHM_CRC32C),
    numberField(2, file.blockBytes),
    numberField(3, file.generation),
    messageField(4, Buffer.concat([numberField(1, file.ratio.dataShards), numberField(2, file.ratio.parityShards)])),
    ...file.shards.map((shard) => messageField(5, encodeShard(shard))),
    bytesField(6, file.encodeUuid),
  ]);
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32BE(MAGIC, 0);
  head.writeUInt16BE(FORMAT_VERSION, 4);
  head.writeUInt32BE(payload.length, 6);
  head.writeUInt32BE(crc32c(payload), 10);
  return Buffer.concat([head, payload]);
}

/**
 * Reads the file and checks that it is whole: one entry for each shard of its ratio, and one checksum for each block.
 * @throws FormatError `truncated`, `bad-version`, `bad-checksum`, `bad-sections`, `out-of-range`
 */
export function decodeShardChecksums(file: Buffer): ShardChecksums {
  const fields = collectFields(openEnvelope(file));
  const decoded: ShardChecksums = {
    blockBytes: fields.number(2),
    generation: fields.number(3),
    ratio: decodeRatio(fields.last(4)),
    shards: fields.all(5).map(decodeShard),
    encodeUuid: fields.last(6),
  };
  if (fields.number(1) !== Number(ALGORITHM_CRC32C)) {
    throw new FormatError('bad-version', `checksum algorithm ${fields.number(1)}, expected CRC32C`);
  }
  checkCompleteness(decoded);
  return decoded;
}

/** Checksums over the bytes of one shard as they come, in pieces of any size. */
export class ShardChecksumBuilder {
  readonly #blockBytes: number;
  readonly #checksums: number[] = [];
  #checksum = 0;
  #inBlockBytes = 0;
  #shardBytes = 0;

  constructor(blockBytes: number = CHECKSUM_BLOCK_BYTES) {
    this.#blockBytes = blockBytes;
  }

  add(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      const taken = Math.min(bytes.length - at, this.#blockBytes - this.#inBlockBytes);
      this.#checksum = crc32c(bytes.subarray(at, at + taken), this.#checksum);
      this.#inBlockBytes += taken;
      this.#shardBytes += taken;
      at += taken;
      if (this.#inBlockBytes === this.#blockBytes) this.#closeBlock();
    }
  }

  finish(shardId: number): ChecksummedShard {
    if (this.#inBlockBytes > 0) this.#closeBlock();
    return { shardId, shardBytes: this.#shardBytes, checksums: this.#checksums };
  }

  #closeBlock(): void {
    this.#checksums.push(this.#checksum);
    this.#checksum = 0;
    this.#inBlockBytes = 0;
  }
}

function openEnvelope(file: Buffer): Buffer {
  if (file.length < HEAD_BYTES) throw new FormatError('truncated', `${file.length} bytes, expected ${HEAD_BYTES}`);
  const magic = file.readUInt32BE(0);
  if (magic !== MAGIC) throw new FormatError('bad-sections', `magic 0x${magic.toString(16)}, expected "ECSU"`);
  const version = file.readUInt16BE(4);
  if (version !== FORMAT_VERSION) throw new FormatError('bad-version', `format ${version}, expected ${FORMAT_VERSION}`);
  const payload = file.subarray(HEAD_BYTES);
  if (payload.length !== file.readUInt32BE(6)) {
    throw new FormatError('truncated', `${payload.length} bytes of payload, expected ${file.readUInt32BE(6)}`);
  }
  if (crc32c(payload) !== file.readUInt32BE(10)) throw new FormatError('bad-checksum', 'the checksums are damaged');
  return payload;
}

function encodeShard(shard: ChecksummedShard): Buffer {
  const packed = Buffer.allocUnsafe(shard.checksums.length * CRC_BYTES);
  for (const [index, checksum] of shard.checksums.entries()) packed.writeUInt32LE(checksum, index * CRC_BYTES);
  return Buffer.concat([numberField(1, shard.shardId), numberField(2, shard.shardBytes), bytesField(3, packed)]);
}

function decodeShard(message: Buffer): ChecksummedShard {
  const fields = collectFields(message);
  const packed = fields.last(3);
  if (packed.length % CRC_BYTES !== 0) throw new FormatError('truncated', `${packed.length} bytes of checksums`);
  const checksums = Array.from({ length: packed.length / CRC_BYTES }, (_, index) =>
    packed.readUInt32LE(index * CRC_BYTES),
  );
  return { shardId: fields.number(1), shardBytes: fields.number(2), checksums };
}

function decodeRatio(message: Buffer): ShardRatio {
  const fields = collectFields(message);
  return { dataShards: fields.number(1), parityShards: fields.number(2) };
}

function checkCompleteness({ blockBytes, ratio, shards }: ShardChecksums): void {
  if (blockBytes < MIB || blockBytes > BLOCK_BYTES_MAX || !Number.isInteger(Math.log2(blockBytes))) {
    throw new FormatError('out-of-range', `blocks of ${blockBytes} bytes, expected a power of two from 1 to 64 MiB`);
  }
  if (!isShardRatio(ratio)) throw new FormatError('out-of-range', `ratio ${ratio.dataShards}+${ratio.parityShards}`);
  if (shards.length !== totalShards(ratio) || new Set(shards.map(({ shardId }) => shardId)).size !== shards.length) {
    throw new FormatError('bad-sections', `${shards.length} shards, expected one each of ${totalShards(ratio)}`);
  }
  for (const { shardId, shardBytes, checksums } of shards) {
    if (shardId >= totalShards(ratio)) throw new FormatError('out-of-range', `there is no shard ${shardId}`);
    if (shardBytes <= 0 || checksums.length !== Math.ceil(shardBytes / blockBytes)) {
      throw new FormatError(
        'bad-sections',
        `${checksums.length} checksums for ${shardBytes} bytes of shard ${shardId}`,
      );
    }
  }
}

/** The fields of a message by number. An absent one is 0 or empty; of several the last counts. */
function collectFields(message: Buffer) {
  const fields = [...readFields(message)];
  const all = (number: number): Buffer[] =>
    fields.flatMap((field) => (field.number === number && Buffer.isBuffer(field.value) ? [field.value] : []));
  return {
    all,
    last: (number: number): Buffer => all(number).at(-1) ?? Buffer.alloc(0),
    number: (number: number): number => {
      const value = fields.findLast((field) => field.number === number && typeof field.value === 'bigint')?.value;
      const decoded = typeof value === 'bigint' ? Number(BigInt.asIntN(64, value)) : 0;
      if (!Number.isSafeInteger(decoded) || decoded < 0)
        throw new FormatError('out-of-range', `field ${number} is ${value}`);
      return decoded;
    },
  };
}

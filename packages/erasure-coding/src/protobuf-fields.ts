import { FormatError } from '@needlestack/needle-format';

/** One field of a protobuf message: numbers of wire type 0, bytes of wire type 2. */
export interface ProtobufField {
  readonly number: number;
  readonly value: bigint | Buffer;
}

const VARINT = 0;
const FIXED_64 = 1;
const BYTES = 2;
const FIXED_32 = 5;
const VARINT_BYTES_MAX = 10;

/**
 * The fields of a message in the order in which they come; those of a fixed width are skipped.
 * @throws FormatError `truncated`, `bad-sections`
 */
export function* readFields(message: Buffer): Generator<ProtobufField> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let index = 0; index < VARINT_BYTES_MAX; index += 1) {
      const byte = message[at];
      if (byte === undefined) throw new FormatError('truncated', `the message ends within a number at ${at}`);
      at += 1;
      value |= BigInt(byte & 0x7f) << BigInt(7 * index);
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new FormatError('bad-sections', `the number before ${at} has more than ${VARINT_BYTES_MAX} bytes`);
  };
  const take = (lengthBytes: number): Buffer => {
    if (lengthBytes > message.length - at) {
      throw new FormatError('truncated', `a field of ${lengthBytes} bytes at ${at} of ${message.length}`);
    }
    at += lengthBytes;
    return message.subarray(at - lengthBytes, at);
  };
  while (at < message.length) {
    const key = varint();
    const number = Number(key >> 3n);
    switch (Number(key & 7n)) {
      case VARINT:
        yield { number, value: varint() };
        break;
      case BYTES:
        yield { number, value: take(Number(varint())) };
        break;
      case FIXED_64:
        take(8);
        break;
      case FIXED_32:
        take(4);
        break;
      default:
        throw new FormatError('bad-sections', `field ${number} has wire type ${key & 7n}`);
    }
  }
}

/** A number; nothing when it is 0, which is what an absent one means. */
export function numberField(number: number, value: bigint | number): Buffer {
  return BigInt(value) === 0n ? Buffer.alloc(0) : Buffer.concat([varintBytes(number << 3), varintBytes(value)]);
}

/** Bytes; nothing when there are none. */
export function bytesField(number: number, value: Uint8Array): Buffer {
  return value.length === 0 ? Buffer.alloc(0) : messageField(number, value);
}

/** A message within a message, which may be empty. */
export function messageField(number: number, value: Uint8Array): Buffer {
  return Buffer.concat([varintBytes((number << 3) | BYTES), varintBytes(value.length), value]);
}

function varintBytes(value: bigint | number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}

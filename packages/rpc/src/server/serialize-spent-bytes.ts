import type { MethodDefinition } from '@grpc/grpc-js';
import { SPENT_BYTES_MIN } from '../limits.ts';

const WIRE_TYPE_LENGTH_DELIMITED = 2;
const VARINT_MORE = 0x80;

type Serialize = MethodDefinition<object, object>['responseSerialize'];

interface FieldDescriptor {
  readonly name: string;
  readonly number: number;
}

/** What the library needs of a serialized message: it copies it behind a header of its own. */
interface SerializedMessage {
  readonly byteLength: number;
  copy(target: Buffer, targetStart: number): number;
}

/**
 * Serializes answers of which one field of bytes is long and given away: it is copied once, to where it is sent from, and freed. The usual way has it three
 * times. It stands behind all other fields, which may come in any order (protobuf, "Encoding": field order).
 */
export function serializeSpentBytes(method: MethodDefinition<object, object>, fieldName: string): Serialize {
  const serialize = method.responseSerialize;
  const fieldNumber = findFieldNumber(method, fieldName);
  return (message) => {
    const { [fieldName]: bytes, ...others } = message as Readonly<Record<string, unknown>>;
    if (!Buffer.isBuffer(bytes) || bytes.length < SPENT_BYTES_MIN) return serialize(message);
    const head = serialize(others);
    const tag = encodeVarints((fieldNumber << 3) | WIRE_TYPE_LENGTH_DELIMITED, bytes.length);
    const pieces: SerializedMessage = {
      byteLength: head.length + tag.length + bytes.length,
      copy: (target, start) => {
        head.copy(target, start);
        tag.copy(target, start + head.length);
        bytes.copy(target, start + head.length + tag.length);
        const { buffer } = bytes;
        if (buffer instanceof ArrayBuffer) buffer.transfer(0);
        return pieces.byteLength;
      },
    };
    return pieces as Buffer;
  };
}

function findFieldNumber(
  { path, responseType }: MethodDefinition<object, object> & { readonly responseType?: unknown },
  name: string,
): number {
  const { field } = (responseType as { readonly type: { readonly field: readonly FieldDescriptor[] } }).type;
  const found = field.find((one) => one.name === name);
  if (found === undefined) throw new Error(`the answer of ${path} has no field ${name}`);
  return found.number;
}

/** Least significant groups of 7 bits first. */
function encodeVarints(...numbers: readonly number[]): Buffer {
  const bytes: number[] = [];
  for (let number of numbers) {
    for (; number >= VARINT_MORE; number >>>= 7) bytes.push((number & (VARINT_MORE - 1)) | VARINT_MORE);
    bytes.push(number);
  }
  return Buffer.from(bytes);
}

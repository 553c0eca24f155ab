import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';
import { RpcError } from '../rpc-error.ts';

/** Tag of field 1, length-delimited: `Frame.entries`. */
const ENTRIES_TAG = 0x0a;
const CONTINUES = 0x80;
const LENGTH_BYTES_MAX = 5;

/** Bytes that a frame's writer leaves free in front of the entries, for `sealFrame`. */
export const FRAME_HEAD_BYTES = 1 + LENGTH_BYTES_MAX;

/**
 * Writes the protobuf head of a Frame into the room in front of its entries. The length is always spelled with five
 * bytes, which every protobuf reader takes, so that no byte has to move.
 */
export const sealFrame = (frame: Buffer): Buffer => {
  let lengthBytes = frame.length - FRAME_HEAD_BYTES;
  frame[0] = ENTRIES_TAG;
  for (let index = 1; index < LENGTH_BYTES_MAX; index++) {
    frame[index] = (lengthBytes & 0x7f) | CONTINUES;
    lengthBytes >>>= 7;
  }
  frame[LENGTH_BYTES_MAX] = lengthBytes;
  return frame;
};

/** The entries inside a serialized Frame, as a view. Throws RpcError `data-loss` when it is none. */
export const openFrame = (message: Buffer): Buffer => {
  if (message.length === 0) return message;
  let lengthBytes = 0;
  let offset = 1;
  for (let shift = 0; ; shift += 7) {
    const byte = message[offset] ?? 0;
    offset += 1;
    lengthBytes += (byte & 0x7f) * 2 ** shift;
    if ((byte & CONTINUES) === 0) break;
    if (offset > LENGTH_BYTES_MAX) throw new RpcError('data-loss', 'the length of a session frame does not end');
  }
  if (message[0] !== ENTRIES_TAG || offset + lengthBytes !== message.length) {
    throw new RpcError('data-loss', `not a session frame: ${message.length} bytes, ${lengthBytes} claimed`);
  }
  return message.subarray(offset);
};

const passThrough = (bytes: Buffer): Buffer => bytes;

export const SESSION_SERVICE_NAME = 'needlestack_rpc.Session';

/** The one method of session.proto, its messages handled as bytes. */
export const SESSION_OPEN: MethodDefinition<Buffer, Buffer> = {
  path: `/${SESSION_SERVICE_NAME}/Open`,
  requestStream: true,
  responseStream: true,
  requestSerialize: passThrough,
  requestDeserialize: passThrough,
  responseSerialize: passThrough,
  responseDeserialize: passThrough,
};

export const SESSION_SERVICE: ServiceDefinition = { Open: SESSION_OPEN };

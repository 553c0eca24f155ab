/**
 * What is kept with an object so that its data keys can be had again; opaque to whoever keeps it.
 *
 *  at  0 u8   version (1)
 *      1 u8   data keys, the inner layer first
 *        each: u16 length, wrapped key
 *        u16 length, encryption context as the client gave it (JSON); empty without
 */
import { KeyError } from './key-error.ts';
import { CONTEXT_BYTES_MAX, WRAPPED_KEY_BYTES_MAX } from './limits.ts';

const VERSION = 1;
const LAYERS_MAX = 2;

export interface KeyEnvelope {
  readonly wrappedKeys: readonly Uint8Array[];
  readonly context: Uint8Array;
}

/** @throws RangeError when a wrapped key or the context is too long */
export function encodeKeyEnvelope({ wrappedKeys, context }: KeyEnvelope): Buffer {
  if (context.length > CONTEXT_BYTES_MAX)
    throw new RangeError(`a context of ${context.length} bytes, at most ${CONTEXT_BYTES_MAX}`);
  const parts: Uint8Array[] = [Buffer.from([VERSION, wrappedKeys.length])];
  for (const block of [...wrappedKeys, context]) {
    if (block.length > Math.max(WRAPPED_KEY_BYTES_MAX, CONTEXT_BYTES_MAX))
      throw new RangeError(`a wrapped key of ${block.length} bytes, at most ${WRAPPED_KEY_BYTES_MAX}`);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(block.length);
    parts.push(length, block);
  }
  return Buffer.concat(parts);
}

/** @throws KeyError `damaged-envelope` */
export function decodeKeyEnvelope(bytes: Uint8Array): KeyEnvelope {
  const envelope = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const layers = envelope[1] ?? 0;
  if (envelope[0] !== VERSION || layers < 1 || layers > LAYERS_MAX) throw damaged('its version or count is unknown');
  let at = 2;
  const takeBlock = (): Buffer => {
    if (at + 2 > envelope.length) throw damaged('it is cut short');
    const end = at + 2 + envelope.readUInt16BE(at);
    if (end > envelope.length) throw damaged('it is cut short');
    const block = envelope.subarray(at + 2, end);
    at = end;
    return block;
  };
  const wrappedKeys = Array.from({ length: layers }, takeBlock);
  const context = takeBlock();
  if (at !== envelope.length) throw damaged('it has bytes behind its end');
  return { wrappedKeys, context };
}

const damaged = (how: string): KeyError => new KeyError('damaged-envelope', `the envelope of a data key: ${how}`);

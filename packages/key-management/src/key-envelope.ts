/**
 * What is kept with an object so that its data keys can be had again; opaque to whoever keeps it.
 *
 *  at  0 u8   version (1; 2 when a bucket's key wraps the data keys)
 *      1 u8   data keys, the inner layer first
 *        each: u16 length, wrapped key
 *        u16 length, encryption context as the client gave it (JSON); empty without
 *        version 2: u16 length, the bucket's key, wrapped
 */
import { KeyError } from './key-error.ts';
import { CONTEXT_BYTES_MAX, WRAPPED_KEY_BYTES_MAX } from './limits.ts';

const VERSION = 1;
const VERSION_WITH_BUCKET_KEY = 2;
const LAYERS_MAX = 2;

export interface KeyEnvelope {
  readonly wrappedKeys: readonly Uint8Array[];
  readonly context: Uint8Array;
  /** What wraps the wrapped keys; absent when the scheme's own key does. */
  readonly wrappedBucketKey?: Uint8Array;
}

/** @throws RangeError when a wrapped key or the context is too long */
export function encodeKeyEnvelope({ wrappedKeys, context, wrappedBucketKey }: KeyEnvelope): Buffer {
  if (context.length > CONTEXT_BYTES_MAX)
    throw new RangeError(`a context of ${context.length} bytes, at most ${CONTEXT_BYTES_MAX}`);
  const version = wrappedBucketKey === undefined ? VERSION : VERSION_WITH_BUCKET_KEY;
  const parts: Uint8Array[] = [Buffer.from([version, wrappedKeys.length])];
  const last = wrappedBucketKey === undefined ? [] : [wrappedBucketKey];
  for (const block of [...wrappedKeys, context, ...last]) {
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
  const hasBucketKey = isUnderBucketKey(bytes);
  if ((envelope[0] !== VERSION && !hasBucketKey) || layers < 1 || layers > LAYERS_MAX)
    throw damaged('its version or count is unknown');
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
  const wrappedBucketKey = hasBucketKey ? takeBlock() : undefined;
  if (at !== envelope.length) throw damaged('it has bytes behind its end');
  return wrappedBucketKey === undefined ? { wrappedKeys, context } : { wrappedKeys, context, wrappedBucketKey };
}

/** Whether a bucket's key wraps the data keys, told without reading the rest. */
export function isUnderBucketKey(envelope: Uint8Array): boolean {
  return envelope[0] === VERSION_WITH_BUCKET_KEY;
}

const damaged = (how: string): KeyError => new KeyError('damaged-envelope', `the envelope of a data key: ${how}`);

/**
 * What is kept with an object so that its data keys can be had again; opaque to whoever keeps it.
 *
 *  at  0 u8   version (1; 2 when a bucket's key wraps the data keys; 3 when they are derived from the root key)
 *      1 u8   data keys, the inner layer first
 *        each: u16 length, wrapped key, or what it is derived from
 *        u16 length, encryption context as the client gave it (JSON); empty without
 *        version 2: u16 length, the bucket's key, wrapped
 */
import { KeyError } from './key-error.ts';
import { CONTEXT_BYTES_MAX, WRAPPED_KEY_BYTES_MAX } from './limits.ts';

const VERSION = 1;
const VERSION_WITH_BUCKET_KEY = 2;
const VERSION_OF_DERIVED_KEYS = 3;
const LAYERS_MAX = 2;
/** Version and count. */
const HEAD_BYTES = 2;
/** Before each block. */
const LENGTH_BYTES = 2;

export interface KeyEnvelope {
  readonly wrappedKeys: readonly Uint8Array[];
  readonly context: Uint8Array;
  /** What wraps the wrapped keys; absent when the scheme's own key does. */
  readonly wrappedBucketKey?: Uint8Array;
  /** The keys are not wrapped: `wrappedKeys` says what they are derived from. */
  readonly areDerived?: true;
}

/** @throws RangeError when a wrapped key or the context is too long */
export function encodeKeyEnvelope({ wrappedKeys, context, wrappedBucketKey, areDerived }: KeyEnvelope): Buffer {
  if (context.length > CONTEXT_BYTES_MAX)
    throw new RangeError(`a context of ${context.length} bytes, at most ${CONTEXT_BYTES_MAX}`);
  const plainVersion = areDerived === true ? VERSION_OF_DERIVED_KEYS : VERSION;
  const version = wrappedBucketKey === undefined ? plainVersion : VERSION_WITH_BUCKET_KEY;
  let lengthBytes = HEAD_BYTES + blockBytes(context);
  for (const wrapped of wrappedKeys) lengthBytes += keyBlockBytes(wrapped);
  if (wrappedBucketKey !== undefined) lengthBytes += keyBlockBytes(wrappedBucketKey);
  const envelope = Buffer.allocUnsafe(lengthBytes);
  envelope[0] = version;
  envelope[1] = wrappedKeys.length;
  let at = HEAD_BYTES;
  for (const wrapped of wrappedKeys) at = writeBlock(envelope, wrapped, at);
  at = writeBlock(envelope, context, at);
  if (wrappedBucketKey !== undefined) writeBlock(envelope, wrappedBucketKey, at);
  return envelope;
}

const blockBytes = ({ length }: Uint8Array): number => LENGTH_BYTES + length;

function keyBlockBytes(wrapped: Uint8Array): number {
  if (wrapped.length > WRAPPED_KEY_BYTES_MAX)
    throw new RangeError(`a wrapped key of ${wrapped.length} bytes, at most ${WRAPPED_KEY_BYTES_MAX}`);
  return blockBytes(wrapped);
}

function writeBlock(envelope: Buffer, block: Uint8Array, at: number): number {
  const from = envelope.writeUInt16BE(block.length, at);
  envelope.set(block, from);
  return from + block.length;
}

/** @throws KeyError `damaged-envelope` */
export function decodeKeyEnvelope(bytes: Uint8Array): KeyEnvelope {
  const envelope = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const layers = envelope[1] ?? 0;
  const hasBucketKey = isUnderBucketKey(bytes);
  const areDerived = envelope[0] === VERSION_OF_DERIVED_KEYS;
  if ((envelope[0] !== VERSION && !hasBucketKey && !areDerived) || layers < 1 || layers > LAYERS_MAX)
    throw damaged('its version or count is unknown');
  let at = HEAD_BYTES;
  const wrappedKeys: Buffer[] = [];
  for (let layer = 0; layer < layers; layer += 1) {
    const wrapped = readBlock(envelope, at);
    wrappedKeys.push(wrapped);
    at += blockBytes(wrapped);
  }
  const context = readBlock(envelope, at);
  at += blockBytes(context);
  const wrappedBucketKey = hasBucketKey ? readBlock(envelope, at) : undefined;
  if (wrappedBucketKey !== undefined) at += blockBytes(wrappedBucketKey);
  if (at !== envelope.length) throw damaged('it has bytes behind its end');
  if (areDerived) return { wrappedKeys, context, areDerived };
  return wrappedBucketKey === undefined ? { wrappedKeys, context } : { wrappedKeys, context, wrappedBucketKey };
}

function readBlock(envelope: Buffer, at: number): Buffer {
  const from = at + LENGTH_BYTES;
  if (from > envelope.length) throw damaged('it is cut short');
  const end = from + envelope.readUInt16BE(at);
  if (end > envelope.length) throw damaged('it is cut short');
  return envelope.subarray(from, end);
}

/** Whether a bucket's key wraps the data keys, told without reading the rest. */
export function isUnderBucketKey(envelope: Uint8Array): boolean {
  return envelope[0] === VERSION_WITH_BUCKET_KEY;
}

const damaged = (how: string): KeyError => new KeyError('damaged-envelope', `the envelope of a data key: ${how}`);

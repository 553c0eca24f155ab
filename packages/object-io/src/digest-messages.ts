import type { ChecksumAlgorithm } from '@needlestack/s3-protocol';

/**
 * What the event loop tells a digest worker. `bytes` is a view of shared memory: nothing is copied. The first piece of a stream opens
 * it, the last one closes it: most objects are one piece, and a message costs more than hashing 16 KiB.
 */
export type DigestRequest =
  | {
      readonly kind: 'piece';
      readonly stream: number;
      readonly algorithms: readonly ChecksumAlgorithm[];
      readonly bytes: Uint8Array | undefined;
      readonly isLast: boolean;
    }
  | { readonly kind: 'drop'; readonly stream: number };

/** Answers a piece, in order: the digests after the last one of a stream, nothing after others. */
export type DigestReply = readonly Uint8Array[] | undefined;

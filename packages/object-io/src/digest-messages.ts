import type { ChecksumAlgorithm } from '@needlestack/s3-protocol';

/** What the event loop tells a digest worker. `bytes` is a view of shared memory: nothing is copied. */
export type DigestRequest =
  | { readonly kind: 'open'; readonly stream: number; readonly algorithms: readonly ChecksumAlgorithm[] }
  | { readonly kind: 'update'; readonly stream: number; readonly bytes: Uint8Array }
  | { readonly kind: 'finish'; readonly stream: number }
  | { readonly kind: 'drop'; readonly stream: number };

/** Replies come in the order of the requests of a stream. */
export type DigestReply =
  | { readonly kind: 'updated'; readonly stream: number }
  | { readonly kind: 'finished'; readonly stream: number; readonly digests: readonly Uint8Array[] };

/** Thread that hashes chunks of large uploads where they lie in shared memory. Speaks the messages of digest-messages.ts. */
import { parentPort } from 'node:worker_threads';
import { type ChecksumHasher, createChecksumHasher } from '@needlestack/s3-protocol';
import type { DigestReply, DigestRequest } from './digest-messages.ts';

const streams = new Map<number, readonly ChecksumHasher[]>();

function hashPiece({ stream, algorithms, bytes, isLast }: Extract<DigestRequest, { kind: 'piece' }>): DigestReply {
  const hashers = streams.get(stream) ?? algorithms.map(createChecksumHasher);
  if (bytes !== undefined) for (const hasher of hashers) hasher.update(bytes);
  if (!isLast) {
    streams.set(stream, hashers);
    return undefined;
  }
  streams.delete(stream);
  return hashers.map((hasher) => hasher.digest());
}

parentPort?.on('message', (request: DigestRequest) => {
  if (request.kind === 'drop') streams.delete(request.stream);
  else parentPort?.postMessage(hashPiece(request));
});

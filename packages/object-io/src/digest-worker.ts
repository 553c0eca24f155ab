/** Thread that hashes chunks of large uploads where they lie in shared memory. Speaks the messages of digest-messages.ts. */
import { parentPort } from 'node:worker_threads';
import { type ChecksumHasher, createChecksumHasher } from '@needlestack/s3-protocol';
import type { DigestReply, DigestRequest } from './digest-messages.ts';

const streams = new Map<number, ChecksumHasher[]>();

function answer(request: DigestRequest): DigestReply | undefined {
  switch (request.kind) {
    case 'open':
      streams.set(request.stream, request.algorithms.map(createChecksumHasher));
      return undefined;
    case 'update':
      for (const digest of streams.get(request.stream) ?? []) digest.update(request.bytes);
      return { stream: request.stream, kind: 'updated' };
    case 'finish': {
      const digests = (streams.get(request.stream) ?? []).map((digest) => digest.digest());
      streams.delete(request.stream);
      return { stream: request.stream, kind: 'finished', digests };
    }
    case 'drop':
      streams.delete(request.stream);
      return undefined;
  }
}

parentPort?.on('message', (request: DigestRequest) => {
  const reply = answer(request);
  if (reply !== undefined) parentPort?.postMessage(reply);
});

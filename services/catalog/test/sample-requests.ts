import type { Chunk, EventContext, NewObjectVersion } from '@needlestack/service-contracts';

export const putEvent: EventContext = {
  eventName: 'ObjectCreated:Put',
  requestId: 'request 1',
  principalId: 'user',
  sourceIpAddress: '127.0.0.1',
  userAgent: 'test',
};

export const deleteEvent: EventContext = { ...putEvent, eventName: 'ObjectRemoved:Delete' };

let lastNeedleKey = 0n;

/** A chunk in a needle that no other chunk has. */
export function makeChunk(sizeBytes = 10): Chunk {
  lastNeedleKey += 1n;
  return { volumeId: 7, needleKey: lastNeedleKey, cookie: 0xfedcba98, sizeBytes, crc32c: 0xffffffff };
}

export function makeVersion(fields: Partial<NewObjectVersion> = {}): NewObjectVersion {
  return {
    sizeBytes: 10,
    etag: 'd41d8cd98f00b204e9800998ecf8427e',
    systemHeaders: { 'content-type': 'text/plain' },
    userMetadata: {},
    chunks: [makeChunk()],
    ownerId: 'owner',
    ...fields,
  };
}

export const bucketRequest = (name: string, ownerId = 'owner') => ({
  name,
  ownerId,
  region: 'us-east-1',
  objectLockEnabled: false,
});

/** Names of the chunks, to compare lists of them. */
export function needlesOf(chunks: readonly Chunk[]): string[] {
  return chunks.map(({ needleKey }) => String(needleKey)).sort();
}

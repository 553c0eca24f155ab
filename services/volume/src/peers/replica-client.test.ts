import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { plainNeedle } from '../core/needles/write-needle.ts';
import { ReplicaClient } from './replica-client.ts';

test('pairs go as headers; what cannot be read as pairs is told and left out', async () => {
  const seen: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers);
    request.resume().on('end', () => response.writeHead(201).end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const unreadable: number[] = [];
  const client = new ReplicaClient({
    lookup: async () => [],
    isOwnAddress: () => false,
    security: {},
    onUnreadablePairs: (volumeId) => unreadable.push(volumeId),
    fsync: false,
    nowMs: () => 0,
  });
  const write = (pairs: string): Promise<void> => {
    const needle = { ...plainNeedle(1n, 2, Buffer.from('data'), 1), pairs: Buffer.from(pairs) };
    const url = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    return client.write(url, {
      fileId: { volumeId: 7, key: 1n, cookie: 2 },
      needle,
      fsync: false,
      authorization: undefined,
    });
  };
  try {
    await write('{"Color":"red"}');
    expect(unreadable).toEqual([]);
    for (const pairs of ['{"Color":', '3']) await write(pairs);
    expect(unreadable).toEqual([7, 7]);
    expect(seen.map((headers) => headers['seaweed-color'])).toEqual(['red', undefined, undefined]);
  } finally {
    client.close();
    server.close();
  }
});

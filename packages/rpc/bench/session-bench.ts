// How many session calls and unary calls per second one process makes against another.
// Usage: node packages/rpc/bench/session-bench.ts
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { bindSessionMethod, SessionClient, type SessionMethod, startGrpcServer } from '../src/index.ts';
import { bindEcho, createEchoClient, echoProtos } from '../test/support/echo-service.ts';

const SECONDS = 2;

const blobMethod: SessionMethod<Uint8Array, Uint8Array> = {
  id: 1,
  name: 'blob',
  encodeRequest: (data, writer) => writer.bytes(data),
  decodeRequest: (reader) => reader.bytes(),
  encodeResponse: (data, writer) => writer.bytes(data),
  decodeResponse: (reader) => reader.bytes(),
};

const measure = async (name: string, inFlight: number, call: () => Promise<unknown>): Promise<void> => {
  const endAtMs = performance.now() + SECONDS * 1_000;
  let calls = 0;
  const loop = async (): Promise<void> => {
    while (performance.now() < endAtMs) {
      await call();
      calls += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, loop));
  process.stdout.write(`${name.padEnd(34)} ${inFlight} in flight: ${Math.round(calls / SECONDS)} per second\n`);
};

if (process.argv[2] === 'serve') {
  const server = await startGrpcServer({
    host: '127.0.0.1',
    port: 0,
    protos: echoProtos,
    services: [bindEcho()],
    sessionRoutes: [bindSessionMethod(blobMethod, (data) => data)],
  });
  process.send?.(server.port);
} else {
  const child = fork(fileURLToPath(import.meta.url), ['serve']);
  const [port] = await once(child, 'message');
  const session = new SessionClient({ address: `127.0.0.1:${port}` });
  const client = createEchoClient(Number(port));
  for (const [sizeBytes, inFlight] of [
    [300, 1],
    [300, 32],
    [300, 256],
    [4_096, 32],
    [4_194_304, 4],
  ] as const) {
    const data = Buffer.alloc(sizeBytes, 1);
    await measure(`session, ${sizeBytes} bytes each way`, inFlight, () => session.call(blobMethod, data));
  }
  const data = Buffer.alloc(300, 1);
  await measure('unary, 300 bytes each way', 32, () => client.call.Say({ data }));
  session.close();
  client.close();
  child.kill();
}

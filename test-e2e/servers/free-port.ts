import { createServer } from 'node:net';

const GRPC_OFFSET = 10_000;
/** Pairs are looked for here: below the ports that systems hand out by themselves, the gRPC twin included. */
const PAIR_FIRST_PORT = 12_000;
const PAIR_PORTS = 10_000;
/** At most so many test files run side by side without looking in the same place. */
const PLACES = 16;
const PAIRS_PER_PLACE = PAIR_PORTS / PLACES;

/** A loopback TCP port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const port = await tryListen(0);
  if (port === undefined) throw new Error('no loopback port is free');
  return port;
}

/**
 * A port that was free a moment ago together with the one 10,000 above it, where a service of ours puts its gRPC. Test files that run side
 * by side look in different places: what one of them found free, or frees while it starts a store anew, the other does not take meanwhile.
 */
export async function freePortPair(): Promise<number> {
  const firstPort = PAIR_FIRST_PORT + (Number(process.env.JEST_WORKER_ID ?? 0) % PLACES) * PAIRS_PER_PLACE;
  for (let tries = 0; tries < PAIR_PORTS; tries += 1) {
    const port = firstPort + Math.floor(Math.random() * PAIRS_PER_PLACE);
    if ((await tryListen(port)) !== undefined && (await tryListen(port + GRPC_OFFSET)) !== undefined) return port;
  }
  throw new Error('no pair of loopback ports is free');
}

function tryListen(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(address === null || typeof address === 'string' ? undefined : address.port));
    });
  });
}

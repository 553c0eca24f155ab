import type { Connection } from './connection.ts';
import type { Latencies } from './latencies.ts';

/** What one cell does. A workload belongs to one run against one server. */
export interface Workload {
  /** Objects, keys or needles that one operation counts for. */
  readonly unitsPerOperation: number;
  readonly bytesPerOperation: number;
  /** Latency of the last step of operations that have several. */
  readonly completeLatencies?: Latencies;
  /** Untimed: brings what the run needs into the store. Called before each run; what outlives a run is brought once. */
  prepare(connections: readonly Connection[]): Promise<void>;
  /** The next operation of one client. False when nothing is left to do. */
  operate(connection: Connection, client: number, sequence: number): Promise<boolean>;
}

/** Runs `count` numbered steps over all connections, each connection taking the next one as it gets free. */
export async function spread(
  connections: readonly Connection[],
  count: number,
  step: (connection: Connection, index: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  await Promise.all(
    connections.map(async (connection) => {
      while (next < count) {
        const index = next;
        next += 1;
        await step(connection, index);
      }
    }),
  );
}

/** A place in `count` that looks random, the same in each run. */
export function scatter(client: number, sequence: number, count: number): number {
  return (client * 7_919 + sequence * 104_729) % count;
}

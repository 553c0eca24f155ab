/** Clients of one process: connections that work on shared objects until told to stop, and write down what they were told. */
import { setTimeout as delay } from 'node:timers/promises';
import { SeededRandom } from '@needlestack/fuzz';
import type { StoreCredentials } from '@needlestack/test-servers';
import { SimpleS3 } from '../support/simple-s3.ts';
import { type Acted, UnsentError } from './ask-store.ts';
import { RegisterClient } from './register-client.ts';
import type { RegisterOperation } from './register-model.ts';
import { SetClient } from './set-client.ts';
import type { SetOperation } from './set-model.ts';
import { type LoggedOperation, nowUs } from './timed-log.ts';

export interface ClientLoopOptions {
  readonly url: string;
  readonly credentials: StoreCredentials;
  readonly seed: number;
  /** Of each of the two kinds. */
  readonly connections: number;
}

export interface ClientLog {
  readonly registers: readonly LoggedOperation<RegisterOperation>[];
  readonly sets: readonly LoggedOperation<SetOperation>[];
}

/** Objects change every so often, so that histories stay short enough to be searched. */
const ROUND_MS = 400;
const OBJECTS_PER_ROUND = 3;
const RETRY_MS = 20;

export async function runClients(options: ClientLoopOptions, signal: AbortSignal): Promise<ClientLog> {
  const registers: LoggedOperation<RegisterOperation>[] = [];
  const sets: LoggedOperation<SetOperation>[] = [];
  const random = new SeededRandom(options.seed);
  await Promise.all(
    Array.from({ length: options.connections }, async () => {
      const s3 = new SimpleS3(options.url, options.credentials);
      const name = `${options.seed}-${random.between(0, 2 ** 31)}`;
      const ofRegisters = new RegisterClient(s3, new SeededRandom(random.between(0, 2 ** 31)), name);
      const ofSets = new SetClient(s3, new SeededRandom(random.between(0, 2 ** 31)), name);
      await Promise.all([
        work((object) => ofRegisters.act(object), registers, signal),
        work((object) => ofSets.act(object), sets, signal),
      ]);
      s3.close();
    }),
  );
  return { registers, sets };
}

async function work<Operation>(
  act: (object: string) => Promise<Acted<Operation>>,
  log: LoggedOperation<Operation>[],
  signal: AbortSignal,
): Promise<void> {
  for (let count = 0; !signal.aborted; count += 1) {
    const callUs = nowUs();
    const round = Math.floor(callUs / 1_000 / ROUND_MS);
    const object = `round-${round}-${count % OBJECTS_PER_ROUND}`;
    try {
      const { operation, isCertain } = await act(object);
      const endUs = isCertain ? nowUs() : Number.POSITIVE_INFINITY;
      log.push({ object, timed: { operation, callUs, endUs, isCertain } });
      if (isCertain) continue;
    } catch (error) {
      if (!(error instanceof UnsentError)) throw error;
    }
    // The store is away, or cannot: no need to ask it a thousand times.
    await delay(RETRY_MS);
  }
}

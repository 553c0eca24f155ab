/** Many client processes against one store that is killed again and again, all with wrong clocks; then the checker reads what they saw. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { SeededRandom } from '@needlestack/fuzz';
import { type RunningNeedlestack, startNeedlestack } from '@needlestack/test-servers';
import { type SimpleAnswer, SimpleS3 } from '../support/simple-s3.ts';
import type { ClientLog, ClientLoopOptions } from './client-loop.ts';
import { CONSISTENCY_BUCKET, VERSIONED_BUCKET } from './consistency-bucket.ts';
import { findViolation, type SequentialModel, type TimedOperation } from './linearizability.ts';
import { registerModel } from './register-model.ts';
import { setModel } from './set-model.ts';
import { type LoggedOperation, nowUs } from './timed-log.ts';
import { clockEnvironment, wrongClocks } from './wrong-clock.ts';

export interface ConsistencyRun {
  readonly durationMs: number;
  /** Time from a start of the store to the kill, about. */
  readonly killEveryMs: number;
  readonly seed: number;
  readonly report: (line: string) => void;
}

export interface ConsistencyResult {
  readonly registerOperations: number;
  readonly setOperations: number;
  /** Operations without an answer, or with one that says nothing. */
  readonly unknown: number;
  /** Registers and sets. */
  readonly objects: number;
  readonly kills: number;
}

const PROCESSES = 2;
const CONNECTIONS = 3;
/** The time that a slow machine may take between two looks at a clock. */
const CLOCK_TOLERANCE_MS = 20_000;
const CLIENT = fileURLToPath(new URL('client-process.ts', import.meta.url));

/** Rejects when some object's history has no order, or an answer is none that the store may give. */
export async function runConsistency(run: ConsistencyRun): Promise<ConsistencyResult> {
  const random = new SeededRandom(run.seed);
  const clocks = wrongClocks(random);
  let offsetMs = clocks.next().value;
  let store = await startNeedlestack({ environment: clockEnvironment(offsetMs) });
  const clients: ChildProcess[] = [];
  try {
    await createBuckets(store);
    await proveClock(store, offsetMs);
    const deadUs: number[] = [];
    for (let index = 0; index < PROCESSES; index += 1) clients.push(startClient(store, random, clocks.next().value));
    const logs = Promise.all(clients.map(receiveLog));
    logs.catch(() => undefined);
    const untilMs = performance.now() + run.durationMs;
    for (;;) {
      const leftMs = untilMs - performance.now();
      const loadMs = run.killEveryMs * (0.5 + random.next());
      await Promise.race([delay(Math.max(0, Math.min(leftMs, loadMs))), logs]);
      if (leftMs <= loadMs) break;
      await store.end('SIGKILL');
      deadUs.push(nowUs());
      offsetMs = clocks.next().value;
      store = await store.restart(clockEnvironment(offsetMs));
      run.report(`kill ${deadUs.length}, then a clock that is wrong by ${offsetMs} ms`);
    }
    for (const client of clients) client.send('stop');
    const seen = await logs;
    run.report('the clients have ended');
    return checkLogs(seen, deadUs);
  } catch (error) {
    run.report(`the store's log ends with:\n${store.log()}`);
    throw error;
  } finally {
    for (const client of clients) client.kill('SIGKILL');
    await store.stop();
  }
}

async function createBuckets(store: RunningNeedlestack): Promise<void> {
  const versions = Buffer.from('<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>');
  await askOnce(store, 'PUT', `/${CONSISTENCY_BUCKET}`);
  await askOnce(store, 'PUT', `/${VERSIONED_BUCKET}`);
  await askOnce(store, 'PUT', `/${VERSIONED_BUCKET}`, 'versioning', versions);
}

/** The run means nothing if the store's clock is right after all. */
async function proveClock(store: RunningNeedlestack, offsetMs: number): Promise<void> {
  await askOnce(store, 'PUT', `/${CONSISTENCY_BUCKET}/clock`);
  const { headers } = await askOnce(store, 'HEAD', `/${CONSISTENCY_BUCKET}/clock`);
  const wrongByMs = Date.parse(String(headers['last-modified'])) - Date.now();
  if (Math.abs(wrongByMs - offsetMs) > CLOCK_TOLERANCE_MS)
    throw new Error(`the clock of the store is wrong by ${wrongByMs} ms, not by ${offsetMs} ms`);
}

async function askOnce(store: RunningNeedlestack, ...request: Parameters<SimpleS3['send']>): Promise<SimpleAnswer> {
  const s3 = new SimpleS3(store.urlOf('s3'), store.credentials);
  const answer = await s3.send(...request);
  s3.close();
  if (answer.status !== 200) throw new Error(`${request.join(' ')} answered ${answer.status}: ${answer.body}`);
  return answer;
}

function startClient(store: RunningNeedlestack, random: SeededRandom, offsetMs: number): ChildProcess {
  const client = fork(CLIENT, {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, ...clockEnvironment(offsetMs) },
  });
  const options: ClientLoopOptions = {
    url: store.urlOf('s3'),
    credentials: store.credentials,
    seed: random.between(0, 2 ** 31),
    connections: CONNECTIONS,
  };
  client.send(options);
  return client;
}

async function receiveLog(client: ChildProcess): Promise<ClientLog> {
  let said = '';
  client.stderr?.on('data', (piece: Buffer) => {
    said += piece.toString();
  });
  const log = once(client, 'message').then(([message]) => message as ClientLog);
  const ended = once(client, 'close').then(() => Promise.reject(new Error(`a client process ended: ${said}`)));
  ended.catch(() => undefined);
  return Promise.race([log, ended]);
}

function checkLogs(logs: readonly ClientLog[], deadUs: readonly number[]): ConsistencyResult {
  const registers = logs.flatMap((log) => log.registers);
  const sets = logs.flatMap((log) => log.sets);
  const objects =
    checkObjects('register', registerModel, registers, deadUs) + checkObjects('set', setModel, sets, deadUs);
  const unknown = [...registers, ...sets].filter(({ timed }) => !timed.isCertain).length;
  return { registerOperations: registers.length, setOperations: sets.length, unknown, objects, kills: deadUs.length };
}

function checkObjects<State, Operation>(
  kind: string,
  model: SequentialModel<State, Operation>,
  log: readonly LoggedOperation<Operation>[],
  deadUs: readonly number[],
): number {
  const histories = Map.groupBy(log, ({ object }) => object);
  for (const [object, entries] of histories) {
    const history = entries.map(({ timed }) => endWithProcess(timed, deadUs));
    const violation = findViolation(model, history);
    if (violation !== undefined)
      throw new Error(
        `${kind} ${object} is not linearizable: ${inspect({ violation, history }, { depth: 6, maxArrayLength: null })}`,
      );
  }
  return histories.size;
}

/** What was asked of a process that was killed happened before its end was seen, or never. */
function endWithProcess<Operation>(
  timed: TimedOperation<Operation>,
  deadUs: readonly number[],
): TimedOperation<Operation> {
  if (timed.isCertain) return timed;
  return { ...timed, endUs: deadUs.find((endUs) => endUs > timed.callUs) ?? timed.endUs };
}

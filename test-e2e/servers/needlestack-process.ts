import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { findExecutable } from './find-executable.ts';

export const NEEDLESTACK_COMMAND = fileURLToPath(new URL('../../bin/needlestack', import.meta.url));

const READY_POLL_MS = 25;
const READY_TIMEOUT_MS = 100_000;
const LOG_KEPT_CHARACTERS = 64 * 1024;

export interface StoreCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Credentials of tests and benchmarks; nothing outside them knows these. */
export const TEST_CREDENTIALS: StoreCredentials = {
  accessKeyId: 'AKTESTROOTNEEDLESTAK',
  secretAccessKey: 'test/secret+of/no+value/outside+this/test',
};

export interface CommandLine {
  readonly verb: string;
  readonly flags: readonly string[];
  readonly credentials: StoreCredentials;
  readonly environment: Readonly<Record<string, string>>;
  /** Answers 200 once the process can serve. */
  readonly readyUrl: string;
}

/** One running `needlestack` command. */
export interface NeedlestackProcess {
  readonly pid: number;
  /** What it wrote to standard output and error, the last 64 KiB. */
  log(): string;
  /** Sends a signal and resolves with the exit status once the process has ended; undefined when a signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | undefined>;
}

/** Starts a command and resolves when it is ready. Rejects with its log when it ends before, or takes too long. */
export async function startNeedlestackProcess(line: CommandLine): Promise<NeedlestackProcess> {
  const { command, args } = tiedToUs(NEEDLESTACK_COMMAND, [line.verb, ...line.flags]);
  const child = spawn(command, args, {
    env: {
      ...process.env,
      NEEDLESTACK_ROOT_ACCESS_KEY_ID: line.credentials.accessKeyId,
      NEEDLESTACK_ROOT_SECRET_ACCESS_KEY: line.credentials.secretAccessKey,
      ...line.environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = keepLog(child);
  await waitUntilReady(child, line.readyUrl, log);
  return { pid: child.pid ?? 0, log, end: (signal) => endChild(child, signal) };
}

/** Where the system can, the child is killed when we are: not even a killed test run leaves a store behind. */
function tiedToUs(command: string, args: readonly string[]): { command: string; args: string[] } {
  const setpriv = findExecutable('setpriv');
  if (setpriv === undefined) return { command, args: [...args] };
  return { command: setpriv, args: ['--pdeathsig', 'KILL', command, ...args] };
}

async function waitUntilReady(child: ChildProcess, url: string, log: () => string): Promise<void> {
  const deadlineMs = Date.now() + READY_TIMEOUT_MS;
  for (;;) {
    const response = await fetch(url).catch(() => undefined);
    await response?.arrayBuffer();
    if (response?.status === 200) return;
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`needlestack ended with ${child.exitCode ?? child.signalCode} before it was ready:\n${log()}`);
    if (Date.now() > deadlineMs) {
      await endChild(child, 'SIGKILL');
      throw new Error(`needlestack was not ready after ${READY_TIMEOUT_MS} ms:\n${log()}`);
    }
    await delay(READY_POLL_MS);
  }
}

async function endChild(child: ChildProcess, signal: NodeJS.Signals): Promise<number | undefined> {
  if (child.exitCode === null && child.signalCode === null) {
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }
  return child.exitCode ?? undefined;
}

function keepLog(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (bytes: Buffer) => {
      text = (text + bytes.toString()).slice(-LOG_KEPT_CHARACTERS);
    });
  return () => text;
}

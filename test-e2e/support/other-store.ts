import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Another S3 store, which runs until it is stopped. */
export interface RunningStore {
  /** Of its S3 port. */
  readonly url: string;
  stop(): Promise<void>;
}

export interface StoreProgram {
  readonly name: string;
  readonly program: string;
  /** Gets a temporary directory, which goes with the store. */
  readonly flags: (directory: string) => readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly url: string;
  /** Asked until it says so. */
  readonly isReady: () => Promise<boolean>;
}

const READY_TIMEOUT_MS = 50_000;
const READY_POLL_MS = 100;

/** The status of an answer; 0 when there is none. */
export const statusOf = async (url: string): Promise<number> => (await fetch(url).catch(() => undefined))?.status ?? 0;

export async function startOtherStore(store: StoreProgram): Promise<RunningStore> {
  const { name, program, flags, environment, url, isReady } = store;
  const directory = mkdtempSync(join(tmpdir(), `needlestack-${name.toLowerCase()}-`));
  const child = spawn(program, flags(directory), { env: { ...environment, HOME: directory }, stdio: 'ignore' });
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    }
    rmSync(directory, { recursive: true, force: true });
  };
  const deadlineMs = Date.now() + READY_TIMEOUT_MS;
  while (!(await isReady())) {
    if (Date.now() > deadlineMs || child.exitCode !== null) {
      await stop();
      throw new Error(`${name} is not ready at ${url}`);
    }
    await delay(READY_POLL_MS);
  }
  return { url, stop };
}

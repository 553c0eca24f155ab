import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort, NEEDLESTACK_COMMAND } from '@needlestack/test-servers';

const READY_TIMEOUT_MS = 100_000;
const POLL_MS = 20;

/** One `needlestack volume` as a process of its own, without a master, as an operator starts `weed volume`. */
export interface VolumeProcess {
  readonly url: string;
  readonly grpcAddress: string;
  readonly child: ChildProcess;
  /** What it printed so far. */
  log(): string;
  /** Sends the signal and resolves with the exit status once it has ended. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

const folders: string[] = [];
const running: ChildProcess[] = [];

afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
  }
});
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'needlestack-drop-in-'));
  folders.push(folder);
  return folder;
}

/** Starts it with these flags beside its ports and a master that is not there; resolves once `/healthz` answers. */
export async function startVolume(flags: readonly string[], globals: readonly string[] = []): Promise<VolumeProcess> {
  const [port, grpcPort, noMaster] = [await freePort(), await freePort(), await freePort()];
  const own = [
    '--port',
    `${port}`,
    '-port.grpc',
    `${grpcPort}`,
    `--ip=127.0.0.1`,
    `-master=127.0.0.1:${noMaster}.${noMaster}`,
  ];
  const child = spawn(NEEDLESTACK_COMMAND, [...globals, 'volume', ...own, ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (piece: Buffer) => {
      output += piece.toString();
    });
  }
  const url = `http://127.0.0.1:${port}`;
  const deadlineMs = Date.now() + READY_TIMEOUT_MS;
  while ((await statusOf(`${url}/healthz`)) !== 200) {
    if (child.exitCode !== null || Date.now() > deadlineMs)
      throw new Error(`the volume server did not start:\n${output}`);
    await delay(POLL_MS);
  }
  return {
    url,
    grpcAddress: `127.0.0.1:${grpcPort}`,
    child,
    log: () => output,
    end: async (signal) => {
      const closed = once(child, 'close');
      child.kill(signal);
      await closed;
      return child.exitCode;
    },
  };
}

/** The status of a GET, or undefined when nobody answers. */
export async function statusOf(url: string): Promise<number | undefined> {
  try {
    const response = await fetch(url);
    await response.arrayBuffer();
    return response.status;
  } catch {
    return undefined;
  }
}

/** Waits until the condition holds. */
export async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  const deadlineMs = Date.now() + READY_TIMEOUT_MS;
  while (!(await condition())) {
    if (Date.now() > deadlineMs) throw new Error('the condition was never met');
    await delay(POLL_MS);
  }
}

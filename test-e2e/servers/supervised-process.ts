import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

const READY_POLL_MS = 20;
const READY_TIMEOUT_MS = 100_000;
const OUTPUT_KEPT_CHARACTERS = 4_000;

/**
 * The server runs under a shell that holds a pipe to us. When the pipe closes, because we stop it or because we were killed, the shell
 * ends the server and removes its directory; so not even a crashed test run leaves anything behind.
 */
const SUPERVISOR = `
exec 3<&0
"$@" </dev/null &
server=$!
(cat <&3 >/dev/null; kill -"$STOP_SIGNAL" $server) &
watcher=$!
wait $server
status=$?
kill $watcher 2>/dev/null
rm -rf -- "$SERVER_DIRECTORY"
exit $status
`;

export interface SupervisedCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** Removed when the server has ended. */
  readonly directory: string;
  readonly stopSignal: 'TERM' | 'INT';
  /** Added to ours. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Account to run under; ours when absent. */
  readonly account?: { readonly uid: number; readonly gid: number };
  isReady(): Promise<boolean>;
}

export interface SupervisedProcess {
  stop(): Promise<void>;
}

/** Starts a server and resolves once it is ready. Rejects with the server's own output if it ends before or takes too long. */
export async function startSupervised(server: SupervisedCommand): Promise<SupervisedProcess> {
  const child = spawn('/bin/sh', ['-c', SUPERVISOR, 'supervisor', server.command, ...server.args], {
    env: { ...process.env, ...server.environment, STOP_SIGNAL: server.stopSignal, SERVER_DIRECTORY: server.directory },
    stdio: ['pipe', 'pipe', 'pipe'],
    cwd: server.directory,
    // A process group of its own: an interrupt typed at the terminal reaches the tests, which then stop the server.
    detached: true,
    ...server.account,
  });
  const output = keepOutput(child);
  const process_ = { stop: () => stopChild(child) };
  const deadlineMs = Date.now() + READY_TIMEOUT_MS;
  while (!(await server.isReady())) {
    if (child.exitCode !== null) throw new Error(`${server.command} ended with ${child.exitCode}: ${output()}`);
    if (Date.now() > deadlineMs) {
      await process_.stop();
      throw new Error(`${server.command} was not ready after ${READY_TIMEOUT_MS} ms: ${output()}`);
    }
    await delay(READY_POLL_MS);
  }
  return process_;
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.stdin?.end();
  await exited;
}

function keepOutput(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (bytes: Buffer) => {
      text = (text + bytes.toString()).slice(-OUTPUT_KEPT_CHARACTERS);
    });
  child.stdin?.on('error', () => undefined);
  return () => text;
}

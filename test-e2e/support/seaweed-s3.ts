import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePortPair, TEST_CREDENTIALS } from '@needlestack/test-servers';

/** SeaweedFS's program; tests beside it are skipped without. */
export const WEED_BINARY = process.env.WEED_BINARY ?? '';

export interface RunningStore {
  /** Of its S3 port. */
  readonly url: string;
  stop(): Promise<void>;
}

const READY_TIMEOUT_MS = 50_000;
const READY_POLL_MS = 100;

/** SeaweedFS with its S3 gateway in one process on a temporary directory, with the credentials of tests. */
export async function startSeaweedS3(): Promise<RunningStore> {
  const directory = mkdtempSync(join(tmpdir(), 'needlestack-seaweed-s3-'));
  const [master, volume, filer, s3] = [
    await freePortPair(),
    await freePortPair(),
    await freePortPair(),
    await freePortPair(),
  ];
  const { accessKeyId: accessKey, secretAccessKey: secretKey } = TEST_CREDENTIALS;
  const identity = { name: 'test', credentials: [{ accessKey, secretKey }], actions: ['Admin'] };
  writeFileSync(join(directory, 'identities.json'), JSON.stringify({ identities: [identity] }));
  const places = { '-master.port': master, '-volume.port': volume, '-filer.port': filer, '-s3.port': s3 };
  const flags = [
    '-ip=127.0.0.1',
    '-ip.bind=127.0.0.1',
    `-dir=${directory}`,
    '-filer',
    '-s3',
    '-volume.max=100',
    '-master.telemetry=false',
    `-s3.config=${join(directory, 'identities.json')}`,
    ...Object.entries(places).map(([flag, port]) => `${flag}=${port}`),
  ];
  const child = spawn(WEED_BINARY, [`-logdir=${directory}`, 'server', ...flags], { stdio: 'ignore' });
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    }
    rmSync(directory, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${s3}`;
  try {
    // It answers before its volume server is known to its master; a first file id says that it is.
    await untilOk(`http://127.0.0.1:${master}/dir/assign`);
    await untilAnswered(url);
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function untilOk(url: string): Promise<void> {
  const deadlineMs = Date.now() + READY_TIMEOUT_MS;
  while ((await fetch(url).catch(() => undefined))?.status !== 200) {
    if (Date.now() > deadlineMs) throw new Error(`SeaweedFS is not ready at ${url}`);
    await delay(READY_POLL_MS);
  }
}

async function untilAnswered(url: string): Promise<void> {
  const deadlineMs = Date.now() + READY_TIMEOUT_MS;
  while ((await fetch(url).catch(() => undefined)) === undefined) {
    if (Date.now() > deadlineMs) throw new Error(`SeaweedFS does not answer at ${url}`);
    await delay(READY_POLL_MS);
  }
}

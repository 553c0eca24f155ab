import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePortPair, TEST_CREDENTIALS } from '@needlestack/test-servers';
import type { RunningStore } from './seaweed-s3.ts';

/** MinIO's program; tests beside it are skipped without. */
export const MINIO_BINARY = process.env.MINIO_BINARY ?? '';

const READY_TIMEOUT_MS = 50_000;
const READY_POLL_MS = 100;

/** MinIO on one temporary directory, with the credentials of tests. */
export async function startMinio(): Promise<RunningStore> {
  const directory = mkdtempSync(join(tmpdir(), 'needlestack-minio-s3-'));
  const [port, consolePort] = [await freePortPair(), await freePortPair()];
  const flags = [`--address=127.0.0.1:${port}`, `--console-address=127.0.0.1:${consolePort}`];
  const { accessKeyId, secretAccessKey } = TEST_CREDENTIALS;
  const child = spawn(MINIO_BINARY, ['server', ...flags, directory], {
    env: { HOME: directory, MINIO_ROOT_USER: accessKeyId, MINIO_ROOT_PASSWORD: secretAccessKey },
    stdio: 'ignore',
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    }
    rmSync(directory, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}`;
  const deadlineMs = Date.now() + READY_TIMEOUT_MS;
  while ((await fetch(`${url}/minio/health/ready`).catch(() => undefined))?.status !== 200) {
    if (Date.now() > deadlineMs) {
      await stop();
      throw new Error(`MinIO is not ready at ${url}`);
    }
    await delay(READY_POLL_MS);
  }
  return { url, stop };
}

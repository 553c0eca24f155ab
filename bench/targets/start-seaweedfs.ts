import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePortPair, TEST_CREDENTIALS } from '@needlestack/test-servers';
import type { Target } from './target.ts';

const READY_TIMEOUT_MS = 60_000;
const READY_POLL_MS = 100;
/** It answers before its volume server is known to its master; a first file id says that it is. */
const ASSIGN_PATH = '/dir/assign';

/**
 * SeaweedFS with its S3 gateway in one process, on a new temporary directory, with its own defaults; its program is named by
 * `WEED_BINARY`. It does not sync what it has acknowledged.
 *
 * @throws Error without that program, or when it is not ready within a minute
 */
export async function startSeaweedfs(): Promise<Target> {
  const program = process.env.WEED_BINARY ?? '';
  if (program === '') throw new Error('--vs seaweedfs needs the path of its program in WEED_BINARY');
  const directory = mkdtempSync(join(tmpdir(), 'needlestack-seaweedfs-'));
  const ports = {
    s3: await freePortPair(),
    filer: await freePortPair(),
    master: await freePortPair(),
    volume: await freePortPair(),
  };
  const child = spawn(program, serverArguments(directory, ports), { stdio: 'ignore' });
  const killWithUs = (): boolean => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const urlOf = (service: keyof typeof ports): string => `http://127.0.0.1:${ports[service]}`;
  await Promise.race([
    waitUntilReady([`${urlOf('master')}${ASSIGN_PATH}`, urlOf('s3')]),
    once(child, 'exit').then(() => Promise.reject(new Error(`${program} ended before it was ready`))),
  ]);
  return {
    endpoint: {
      name: 'vs',
      s3Url: urlOf('s3'),
      credentials: TEST_CREDENTIALS,
      volumeUrl: urlOf('volume'),
      masterUrl: urlOf('master'),
    },
    pids: [child.pid ?? 0],
    stop: async () => {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
      process.off('exit', killWithUs);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function serverArguments(
  directory: string,
  ports: Readonly<Record<'s3' | 'filer' | 'master' | 'volume', number>>,
): string[] {
  const identitiesPath = join(directory, 'identities.json');
  const { accessKeyId: accessKey, secretAccessKey: secretKey } = TEST_CREDENTIALS;
  const identity = { name: 'bench', credentials: [{ accessKey, secretKey }], actions: ['Admin'] };
  writeFileSync(identitiesPath, JSON.stringify({ identities: [identity] }));
  return [
    `-logdir=${directory}`,
    'server',
    `-dir=${directory}`,
    '-ip=127.0.0.1',
    '-ip.bind=127.0.0.1',
    `-master.port=${ports.master}`,
    '-master.telemetry=false',
    `-volume.port=${ports.volume}`,
    // By default it takes as few as fit the disk when they are full.
    '-volume.max=100',
    '-filer',
    `-filer.port=${ports.filer}`,
    '-s3',
    `-s3.port=${ports.s3}`,
    // Their ports are fixed by default, and one that is taken ends the process.
    '-s3.port.iceberg=0',
    '-s3.port.lance=0',
    `-s3.config=${identitiesPath}`,
  ];
}

/** Ready when the master gives a file id and the gateway answers at all. */
async function waitUntilReady(urls: readonly string[]): Promise<void> {
  const deadlineMs = Date.now() + READY_TIMEOUT_MS;
  for (const url of urls) {
    while (!(await answers(url))) {
      if (Date.now() > deadlineMs) throw new Error(`${url} did not answer within ${READY_TIMEOUT_MS} ms`);
      await delay(READY_POLL_MS);
    }
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url);
    await response.arrayBuffer();
    return url.endsWith(ASSIGN_PATH) ? response.ok : response.status < 500;
  } catch {
    return false;
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { S3Storage } from '@needlestack/object-storage';
import { NEEDLESTACK_COMMAND, type StoreCredentials } from '@needlestack/test-servers';
import type { CountingProxy } from './counting-proxy.ts';

export interface KillCopyOptions {
  readonly storeUrl: string;
  readonly proxy: CountingProxy;
  readonly credentials: StoreCredentials;
  readonly bucket: string;
  readonly objects: number;
  readonly kills: number;
  readonly manifestDirectory: string;
}

export interface KillCopyFigures {
  /** Objects on the record when each kill came. */
  readonly confirmedAtKills: readonly number[];
  /** What the last run, which was not killed, printed. */
  readonly outcome: {
    readonly complete: boolean;
    readonly copied: number;
    readonly skipped: number;
    readonly failed: number;
  };
  /** Keys that were written again after they had been confirmed. */
  readonly copiedTwice: readonly string[];
  /** Keys whose bytes at the target differ from those at the source, or that are missing. */
  readonly different: readonly string[];
  /** Uploads that the kills have left at the target. */
  readonly leftUploads: number;
  readonly seconds: number;
}

const SOURCE_PREFIX = 'from/';
const TARGET_PREFIX = 'to/some/where/';
const FILL_AT_ONCE = 16;
const KIB = 1024;
const POLL_MS = 5;
/** One object in so many is sent in parts. */
const LARGE_EVERY = 500;
const LARGE_BYTES = 9 * KIB * KIB;

/** Fills a prefix, copies it to another one while killing the copy again and again, and compares. */
export async function killCopy(options: KillCopyOptions): Promise<KillCopyFigures> {
  const { storeUrl, credentials, bucket, objects, kills, proxy, manifestDirectory } = options;
  const source = new S3Storage({ bucket, endpoint: storeUrl, credentials, prefix: SOURCE_PREFIX });
  const target = new S3Storage({ bucket, endpoint: storeUrl, credentials, prefix: TARGET_PREFIX });
  try {
    const digests = await fill(source, objects);
    const startMs = performance.now();
    const confirmedAtKills: number[] = [];
    const writesAtKills: { readonly confirmed: ReadonlySet<string>; readonly writes: number }[] = [];
    for (let kill = 1; kill <= kills; kill += 1) {
      const child = startCopy(options);
      const aim = Math.floor((objects * kill) / (kills + 1));
      await untilConfirmed(manifestDirectory, aim, child);
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
      const confirmed = readConfirmed(manifestDirectory);
      confirmedAtKills.push(confirmed.size);
      // What the killed process had sent may still arrive; nothing it sent is of a key that it had confirmed before.
      writesAtKills.push({ confirmed, writes: proxy.writes.length });
    }
    const child = startCopy(options);
    const outcome = JSON.parse(await readOutput(child));
    const seconds = (performance.now() - startMs) / 1_000;
    const leftUploads = await target.abortStaleUploads('', -60_000);
    return {
      confirmedAtKills,
      outcome,
      copiedTwice: writesAtKills.flatMap(({ confirmed, writes }) =>
        proxy.writes.slice(writes).flatMap(({ key }) => {
          const name = key.slice(TARGET_PREFIX.length);
          return confirmed.has(name) ? [name] : [];
        }),
      ),
      different: await compare(target, digests),
      leftUploads,
      seconds,
    };
  } finally {
    source.close();
    target.close();
  }
}

function startCopy({ storeUrl, proxy, credentials, bucket, manifestDirectory }: KillCopyOptions): ChildProcess {
  const { accessKeyId, secretAccessKey } = credentials;
  const side = (name: string, endpoint: string): string[] => [
    `-${name}.endpoint=${endpoint}`,
    `-${name}.accessKeyId=${accessKeyId}`,
    `-${name}.secretAccessKey=${secretAccessKey}`,
  ];
  return spawn(
    NEEDLESTACK_COMMAND,
    [
      'copy',
      `s3://${bucket}/${SOURCE_PREFIX}`,
      `s3://${bucket}/${TARGET_PREFIX}`,
      ...side('source', storeUrl),
      ...side('target', proxy.url),
      `-manifest=${manifestDirectory}`,
      '-o=json',
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
}

async function fill(source: S3Storage, objects: number): Promise<ReadonlyMap<string, string>> {
  const digests = new Map<string, string>();
  const noise = randomBytes(LARGE_BYTES);
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < objects) {
      const index = next;
      next += 1;
      const key = `${index % 7}/object ${index.toString().padStart(6, '0')}`;
      const lengthBytes = index % LARGE_EVERY === 1 ? LARGE_BYTES : (index * 97) % (16 * KIB);
      const bytes = noise.subarray(0, lengthBytes);
      const stamped = Buffer.concat([Buffer.from(`${index}:`), bytes]);
      await source.put(key, stamped, {
        attributes: { contentType: 'text/x-test', metadata: { index: String(index) } },
      });
      digests.set(key, `${digestOf(stamped)} text/x-test ${index}`);
    }
  };
  await Promise.all(Array.from({ length: FILL_AT_ONCE }, work));
  return digests;
}

async function compare(target: S3Storage, digests: ReadonlyMap<string, string>): Promise<string[]> {
  const different: string[] = [];
  const left = new Map(digests);
  const keys: string[] = [];
  for await (const { key } of target.list('')) keys.push(key);
  const work = async (): Promise<void> => {
    for (let key = keys.pop(); key !== undefined; key = keys.pop()) {
      const { bytes, attributes } = await target.get(key);
      const pieces: Buffer[] = [];
      for await (const piece of bytes) pieces.push(piece);
      const found = `${digestOf(Buffer.concat(pieces))} ${attributes.contentType} ${attributes.metadata?.index}`;
      if (left.get(key) !== found) different.push(key);
      left.delete(key);
    }
  };
  await Promise.all(Array.from({ length: FILL_AT_ONCE }, work));
  return [...different, ...left.keys()];
}

async function untilConfirmed(directory: string, count: number, child: ChildProcess): Promise<void> {
  while (readConfirmed(directory).size < count) {
    if (child.exitCode !== null) throw new Error(`the copy ended with ${child.exitCode} before it could be killed`);
    await delay(POLL_MS);
  }
}

/** Keys on the record, as anybody can read them: the third field on of a line is JSON. */
function readConfirmed(directory: string): ReadonlySet<string> {
  const path = join(directory, 'confirmed.log');
  if (!existsSync(path)) return new Set();
  const lines = readFileSync(path, 'utf8').split('\n').slice(1, -1);
  return new Set(lines.map((line) => String(JSON.parse(line.slice(line.indexOf(' ') + 1))[0])));
}

async function readOutput(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const piece of child.stdout ?? []) text += String(piece);
  return text;
}

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

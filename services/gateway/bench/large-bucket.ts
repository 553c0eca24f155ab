// `node services/gateway/bench/large-bucket.ts [keys] [versions]`: pages of a bucket of a million keys under one prefix and of a hundred thousand versions
// of one key, and DeleteObjects, signed requests to a store in a process of its own, whose memory is told after each round of listings.
// Goals: p99 of a page <= 50 ms, the whole walk <= 8 s, a page with delimiter <= 20 ms, >= 20,000 keys/s deleted.
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SeededRandom } from '@needlestack/fuzz';
import { ROOT } from '../test/support/start-test-store.ts';
import { TestClient } from '../test/support/test-client.ts';
import { keyOf, LARGE_BUCKET, type LargeBucketOrder, VERSIONED_BUCKET } from './large-bucket-store.ts';

const ROUNDS = 3;
const PAGES = 500;
const DELIMITER_PAGES = 100;
const DELETE_REQUESTS = 100;
const DELETES_AT_ONCE = 4;
const KEYS_PER_REQUEST = 1_000;
/** Sets the highest resident memory back to the present one. */
const RESET_PEAK = '5';

const order: LargeBucketOrder = {
  keys: Number(process.argv[2] ?? 1_000_000),
  versions: Number(process.argv[3] ?? 100_000),
};
const random = new SeededRandom(1);
const say = (line: string): boolean => process.stdout.write(`${line}\n`);
const seconds = (startMs: number): number => (performance.now() - startMs) / 1_000;

const store = fork(fileURLToPath(new URL('large-bucket-store.ts', import.meta.url)));
const filledMs = performance.now();
store.send(order);
const [port] = (await once(store, 'message')) as [number];
say(`${order.keys} keys and ${order.versions} versions of one key are there after ${seconds(filledMs).toFixed(0)} s`);
const client = new TestClient(port, ROOT);

sayMemory('before');
for (let round = 1; round <= ROUNDS; round += 1) {
  await measureListings();
  sayMemory(`after round ${round} of ${ROUNDS}`);
}
await deleteMany();
sayMemory('after deletes');
store.send('stop');
await once(store, 'exit');

async function measureListings(): Promise<void> {
  await measurePages('page of 1,000 keys, anywhere', PAGES, () => {
    const after = encodeURIComponent(keyOf(random.between(0, order.keys)));
    return list(LARGE_BUCKET, `list-type=2&prefix=all%2F&start-after=${after}`);
  });
  await measurePages('page of 1,000 common prefixes', DELIMITER_PAGES, () =>
    list(LARGE_BUCKET, 'list-type=2&prefix=all%2F&delimiter=%2F'),
  );
  await measurePages('page of one common prefix of all', DELIMITER_PAGES, () =>
    list(LARGE_BUCKET, 'list-type=2&delimiter=%2F'),
  );
  await walkKeys();
  await walkVersions();
}

/** Resident memory of the store. Of its mapped files the system may take the pages back: they are told apart. */
function sayMemory(when: string): void {
  const status = readFileSync(`/proc/${store.pid}/status`, 'utf8');
  const megabytes = (field: string): string =>
    (Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) / 1000).toFixed(0);
  say(
    `memory ${when}: ${megabytes('RssAnon')} MB of its own, ${megabytes('RssFile')} of files, ${megabytes('VmHWM')} at most`,
  );
  writeFileSync(`/proc/${store.pid}/clear_refs`, RESET_PEAK);
}

async function list(bucket: string, query: string) {
  const page = await client.call('GET', `/${bucket}`, { query });
  if (page.status !== 200) throw new Error(`LIST answered ${page.status}: ${page.text}`);
  return page;
}

async function measurePages(what: string, pages: number, ask: () => Promise<unknown>): Promise<void> {
  const times: number[] = [];
  for (let page = 0; page < pages; page += 1) {
    const startMs = performance.now();
    await ask();
    times.push(performance.now() - startMs);
  }
  sayTimes(what, times);
}

function sayTimes(what: string, times: number[]): void {
  times.sort((a, b) => a - b);
  const at = (share: number): string => (times[Math.floor((times.length - 1) * share)] ?? 0).toFixed(1);
  say(`${what}: median ${at(0.5)} ms, p99 ${at(0.99)} ms, of ${times.length}`);
}

async function walkKeys(): Promise<void> {
  const startMs = performance.now();
  let keys = 0;
  for (let token = ''; ; ) {
    const page = await list(LARGE_BUCKET, `list-type=2${token === '' ? '' : `&continuation-token=${token}`}`);
    keys += Number(page.element('KeyCount'));
    if (page.element('IsTruncated') !== 'true') break;
    token = encodeURIComponent(page.element('NextContinuationToken') ?? '');
  }
  say(`walk of ${keys} keys: ${seconds(startMs).toFixed(2)} s`);
}

async function walkVersions(): Promise<void> {
  const times: number[] = [];
  for (let markers = ''; ; ) {
    const startMs = performance.now();
    const page = await list(VERSIONED_BUCKET, `versions${markers}`);
    times.push(performance.now() - startMs);
    if (page.element('IsTruncated') !== 'true') break;
    markers = `&key-marker=${page.element('NextKeyMarker') ?? ''}&version-id-marker=${page.element('NextVersionIdMarker') ?? ''}`;
  }
  sayTimes('page of 1,000 versions of one key', times);
}

async function deleteMany(): Promise<void> {
  const requests = Math.min(DELETE_REQUESTS, Math.floor(order.keys / KEYS_PER_REQUEST));
  const startMs = performance.now();
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < requests) {
      const from = next * KEYS_PER_REQUEST;
      next += 1;
      const objects = Array.from(
        { length: KEYS_PER_REQUEST },
        (_, index) => `<Object><Key>${keyOf(from + index)}</Key></Object>`,
      );
      const body = `<Delete><Quiet>true</Quiet>${objects.join('')}</Delete>`;
      const headers = { 'content-md5': createHash('md5').update(body).digest('base64') };
      const answer = await client.call('POST', `/${LARGE_BUCKET}`, { query: 'delete', body, headers });
      if (answer.status !== 200 || answer.text.includes('<Error>')) throw new Error(`Delete answered ${answer.text}`);
    }
  };
  await Promise.all(Array.from({ length: DELETES_AT_ONCE }, work));
  const rate = (requests * KEYS_PER_REQUEST) / seconds(startMs);
  say(`DeleteObjects, ${DELETES_AT_ONCE} at once: ${rate.toFixed(0)} keys/s`);
}

/**
 * The change log as a file of lines that one process writes and another reads, for tests that kill the reader. Rows are lines
 * `{"bucket","key"}`; their seq is the number of the line. Cursors are files.
 */
import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { encodeNotificationConfiguration } from '@needlestack/event-model';
import type { OutboxRow } from '@needlestack/service-contracts';
import type { OutboxPort } from '../../src/core/ports.ts';
import { objectChange } from './memory-outbox.ts';

const POLL_MS = 5;

/** Commits events: they count from the moment it returns. */
export function commitEvents(directory: string, keys: readonly string[]): void {
  appendFileSync(join(directory, 'outbox'), keys.map((key) => `${key}\n`).join(''));
}

export function openFileOutbox(directory: string): OutboxPort {
  const path = join(directory, 'outbox');
  const cursorPath = (consumer: string): string => join(directory, `cursor-${consumer.replaceAll(':', '-')}`);
  const readCursor = (consumer: string): bigint | undefined =>
    existsSync(cursorPath(consumer)) ? BigInt(readFileSync(cursorPath(consumer), 'utf8')) : undefined;
  let known = '';
  let rows: OutboxRow[] = [];
  const readRows = (): OutboxRow[] => {
    const text = readFileSync(path, 'utf8');
    if (text === known) return rows;
    const keys = text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .slice(0, -1);
    const fresh = keys.slice(rows.length).map((key, index) => ({
      seq: BigInt(rows.length + index + 2),
      atMs: 1_700_000_000_000,
      bucket: 'b',
      change: objectChange(key),
    }));
    rows = [...rows, ...fresh];
    known = text;
    return rows;
  };
  const rules: OutboxRow = {
    seq: 1n,
    atMs: 0,
    bucket: 'b',
    change: {
      kind: 'rules',
      configuration: encodeNotificationConfiguration({
        rules: [{ id: 'r', arn: '', targetId: '1:webhook', events: ['s3:ObjectCreated:*'] }],
      }),
    },
  };
  return {
    readOutbox: async ({ fromSeq, maxRows, waitMs, signal }) => {
      const deadline = performance.now() + waitMs;
      for (;;) {
        const start = Math.max(0, Number(fromSeq) - 1);
        const page = [rules, ...readRows()].slice(start, start + maxRows);
        const last = page.at(-1);
        if (last !== undefined) return { rows: page, nextSeq: last.seq + 1n };
        if (performance.now() > deadline || signal?.aborted === true) return { rows: [], nextSeq: fromSeq };
        await delay(POLL_MS);
      }
    },
    advanceOutboxCursor: async (consumer, seq) => {
      if (seq <= (readCursor(consumer) ?? -1n)) return;
      const temporary = `${cursorPath(consumer)}.tmp`;
      const file = openSync(temporary, 'w');
      writeFileSync(file, seq.toString());
      fsyncSync(file);
      closeSync(file);
      renameSync(temporary, cursorPath(consumer));
    },
    getOutboxCursor: async (consumer) => readCursor(consumer),
    listBuckets: async () => ({ buckets: [], isTruncated: false }),
    getBucketConfig: async () => undefined,
  };
}

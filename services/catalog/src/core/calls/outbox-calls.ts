import type { CatalogPort, OutboxPage } from '@needlestack/service-contracts';
import { OUTBOX_POLL_MS, OUTBOX_WAIT_MAX_MS } from '../limits.ts';
import { advanceOutboxCursor, getOutboxCursor, trimOutbox } from '../outbox/outbox-cursor.ts';
import type { OutboxSignal } from '../outbox/outbox-signal.ts';
import { readOutbox } from '../outbox/read-outbox.ts';
import type { Clock } from '../ports.ts';
import type { Transactions } from '../transactions.ts';

type OutboxCalls = Pick<CatalogPort, 'readOutbox' | 'advanceOutboxCursor' | 'getOutboxCursor'>;

export interface OutboxParts {
  readonly transactions: Transactions;
  readonly signal: OutboxSignal;
  /** Other processes append too, and do not wake this one's readers. */
  readonly othersWrite: boolean;
  readonly clock: Clock;
}

export function makeOutboxCalls({ transactions, signal, othersWrite, clock }: OutboxParts): OutboxCalls {
  const readPage = (fromSeq: bigint, maxRows: number): Promise<OutboxPage> =>
    transactions.read((tx) => readOutbox(tx, fromSeq, maxRows));
  return {
    readOutbox: async (request) => {
      const untilMs = clock() + Math.min(request.waitMs, OUTBOX_WAIT_MAX_MS);
      for (;;) {
        const page = await readPage(request.fromSeq, request.maxRows);
        const leftMs = untilMs - clock();
        if (page.rows.length > 0 || leftMs <= 0 || request.signal?.aborted === true) return page;
        await signal.wait(othersWrite ? Math.min(leftMs, OUTBOX_POLL_MS) : leftMs, request.signal);
      }
    },
    advanceOutboxCursor: async (consumer, seq) => {
      await transactions.write((tx) => advanceOutboxCursor(tx, consumer, seq));
      while (await transactions.write((tx, { nowMs }) => trimOutbox(tx, nowMs)));
    },
    getOutboxCursor: (consumer) => transactions.read((tx) => getOutboxCursor(tx, consumer)),
  };
}

/**
 * The catalog in process: every call of the contract as one transaction over the store. Holds no state but two conveniences,
 * remembered buckets and the readers that wait for the outbox.
 */
import type { Sealer } from '@needlestack/access-control';
import type { OrderedKv } from '@needlestack/ordered-kv';
import type { CatalogPort } from '@needlestack/service-contracts';
import { BucketReader } from './buckets/bucket-reader.ts';
import { type BucketCalls, makeBucketCalls } from './calls/bucket-calls.ts';
import { type GarbageCalls, makeGarbageCalls } from './calls/garbage-calls.ts';
import { makeIamCalls } from './calls/iam-calls.ts';
import { makeIdentityCalls } from './calls/identity-calls.ts';
import { type LifecycleCalls, makeLifecycleCalls } from './calls/lifecycle-calls.ts';
import { makeObjectCalls } from './calls/object-calls.ts';
import { makeOutboxCalls } from './calls/outbox-calls.ts';
import { makeUploadCalls, type UploadCalls } from './calls/upload-calls.ts';
import { OutboxSignal } from './outbox/outbox-signal.ts';
import type { Clock, RandomBytes } from './ports.ts';
import { Transactions } from './transactions.ts';

export interface CatalogParts {
  readonly kv: OrderedKv;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  /** Seals the secrets of identities. Without one there can be none. */
  readonly sealer?: Sealer | undefined;
}

/** The contract, and what the service itself needs beside it. */
export type Catalog = CatalogPort & BucketCalls & GarbageCalls & LifecycleCalls & UploadCalls;

export function createCatalog({ kv, clock, randomBytes, sealer }: CatalogParts): Catalog {
  const outboxSignal = new OutboxSignal();
  const transactions = new Transactions({ kv, clock, randomBytes, onOutboxRow: () => outboxSignal.notify() });
  const buckets = new BucketReader(kv, clock);
  return {
    ...makeBucketCalls(transactions, buckets),
    ...makeObjectCalls(transactions, buckets),
    ...makeUploadCalls(transactions, randomBytes),
    ...makeOutboxCalls({ transactions, signal: outboxSignal, othersWrite: kv.writers === 'many', clock }),
    ...makeGarbageCalls(transactions, clock),
    ...makeIdentityCalls(transactions, sealer),
    ...makeIamCalls(transactions),
    ...makeLifecycleCalls(transactions),
  };
}

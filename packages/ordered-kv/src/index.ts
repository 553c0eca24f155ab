export { endOfPrefix, keyAfter } from './key-range.ts';
export { KV_ERROR_CODES, KvError, type KvErrorCode } from './kv-error.ts';
export { acquireLease, type Lease, type LeaseRequest, releaseLease } from './lease.ts';
export { KEY_BYTES_MAX } from './limits.ts';
export { type LmdbKvOptions, openLmdbKv } from './lmdb/open-lmdb-kv.ts';
export type {
  KvEffect,
  KvEntry,
  KvPage,
  KvProgram,
  KvRange,
  KvReader,
  KvRequest,
  KvTransaction,
  KvWalk,
  OrderedKv,
  PinnedView,
  RowDecoder,
  RowVisitor,
  RowWalker,
  SynchronousReads,
  WalkStep,
} from './ordered-kv.ts';
export { openPostgresKv, type PostgresKvOptions } from './postgres/open-postgres-kv.ts';

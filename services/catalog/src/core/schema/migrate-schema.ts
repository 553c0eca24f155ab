/**
 * The version of the rows' layout, and the steps between versions. A store is brought up to date before anything else reads
 * it, by one process at a time; one that is newer than this program is refused.
 */
import { acquireLease, type KvProgram, type KvReader, type OrderedKv, releaseLease } from '@needlestack/ordered-kv';
import { leaseKey, schemaKey } from '../keys.ts';
import type { Clock } from '../ports.ts';

export const SCHEMA_VERSION = 3;

/** Brings a store from `from` to the next version. May run again from its start after a crash. */
export interface SchemaStep {
  readonly from: number;
  run(kv: OrderedKv): Promise<void>;
}

export class SchemaError extends Error {
  override readonly name = 'SchemaError';
}

export interface MigrationOptions {
  readonly kv: OrderedKv;
  readonly clock: Clock;
  /** Names this process among those that may start at once. */
  readonly holder: string;
  readonly steps?: readonly SchemaStep[];
  readonly targetVersion?: number;
  /** Between looks at a lock that another process holds. */
  readonly pause: (ms: number) => Promise<void>;
}

const LOCK_NAME = 'schema migration';
const LOCK_TTL_MS = 60_000;
const LOCK_LOOK_MS = 500;

export function* readSchemaVersion(tx: KvReader): KvProgram<number | undefined> {
  const row = yield* tx.get(schemaKey());
  return row?.readUInt32BE(0);
}

function encodeVersion(version: number): Buffer {
  const row = Buffer.allocUnsafe(4);
  row.writeUInt32BE(version);
  return row;
}

/** Resolves when the store has the target version. SchemaError when it is newer, or a step is missing. */
export async function migrateSchema(options: MigrationOptions): Promise<void> {
  const { kv, targetVersion = SCHEMA_VERSION, steps = [] } = options;
  if ((await kv.read(readSchemaVersion)) === targetVersion) return;
  const token = await takeLock(options);
  try {
    for (;;) {
      const version = await kv.transact(function* (tx) {
        const found = yield* readSchemaVersion(tx);
        if (found === undefined) tx.put(schemaKey(), encodeVersion(targetVersion));
        return found ?? targetVersion;
      });
      if (version === targetVersion) return;
      if (version > targetVersion)
        throw new SchemaError(`the store has schema ${version}, newer than ${targetVersion} of this program`);
      const step = steps.find(({ from }) => from === version);
      if (step === undefined) throw new SchemaError(`there is no step from schema ${version} to ${version + 1}`);
      await step.run(kv);
      await kv.transact(function* (tx) {
        tx.put(schemaKey(), encodeVersion(version + 1));
        yield* acquireLease(tx, lockRequest(options));
      });
    }
  } finally {
    await kv.transact((tx) => releaseLease(tx, { key: leaseKey(LOCK_NAME), holder: options.holder, token }));
  }
}

function lockRequest({ holder, clock }: MigrationOptions) {
  return { key: leaseKey(LOCK_NAME), holder, ttlMs: LOCK_TTL_MS, nowMs: clock() };
}

async function takeLock(options: MigrationOptions): Promise<bigint> {
  for (;;) {
    const lease = await options.kv.transact((tx) => acquireLease(tx, lockRequest(options)));
    if (lease !== undefined) return lease.token;
    await options.pause(LOCK_LOOK_MS);
  }
}

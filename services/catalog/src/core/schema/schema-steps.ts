import type { Sealer } from '@needlestack/access-control';
import { type KvProgram, type KvTransaction, keyAfter } from '@needlestack/ordered-kv';
import { BUCKET_CONFIG_CODES, type BucketConfigKind, withBucketConfig } from '@needlestack/service-contracts';
import { decodeBucketRecord, encodeBucketRecord } from '../codec/bucket-record.ts';
import { decodeIdentityRecord } from '../codec/identity-record.ts';
import { sealIdentity } from '../identities/identities.ts';
import {
  bucketConfigsRange,
  bucketKey,
  bucketNameOf,
  bucketsRange,
  configCodeOf,
  identitiesRange,
  identityKey,
} from '../keys.ts';
import { SchemaError, type SchemaStep } from './migrate-schema.ts';

const BUCKETS_PER_STEP = 100;
const IDENTITIES_PER_STEP = 100;
const KIND_OF_CODE = new Map(
  Object.entries(BUCKET_CONFIG_CODES).map(([kind, code]) => [code as number, kind as BucketConfigKind]),
);

/**
 * Steps from each schema to the next one.
 * @param sealer seals what must not lie in the clear
 */
export const makeSchemaSteps = (sealer: Sealer | undefined): readonly SchemaStep[] => [
  {
    // From 2 on a bucket's row says which configurations are set, and object lock means versioning.
    from: 1,
    run: async (kv) => {
      let after: Buffer | undefined;
      do {
        const start = after;
        after = await kv.transact((tx) => noteConfigs(tx, start));
      } while (after !== undefined);
    },
  },
  {
    // From 3 on secrets of identities are sealed.
    from: 2,
    run: async (kv) => {
      let after: Buffer | undefined;
      do {
        const start = after;
        after = await kv.transact((tx) => sealIdentities(tx, start, sealer));
      } while (after !== undefined);
    },
  },
];

function* noteConfigs(tx: KvTransaction, after: Buffer | undefined): KvProgram<Buffer | undefined> {
  const range = bucketsRange('');
  const start = after === undefined ? range.start : keyAfter(after);
  const page = yield* tx.scanDecoded({ ...range, start, limit: BUCKETS_PER_STEP }, (key, row) =>
    decodeBucketRecord(bucketNameOf(key), Buffer.from(row)),
  );
  for (const bucket of page.rows) {
    const configs = { ...bucketConfigsRange(bucket.id), limit: KIND_OF_CODE.size };
    const codes = yield* tx.scanDecoded(configs, configCodeOf);
    let configBits = 0;
    for (const code of codes.rows) {
      const kind = KIND_OF_CODE.get(code);
      if (kind !== undefined) configBits = withBucketConfig(configBits, kind, true);
    }
    const versioning = bucket.objectLockEnabled ? 'Enabled' : bucket.versioning;
    tx.put(bucketKey(bucket.name), encodeBucketRecord({ ...bucket, versioning, configBits }));
  }
  const last = page.rows.at(-1);
  return page.hasMore && last !== undefined ? bucketKey(last.name) : undefined;
}

/** @throws SchemaError where there is something to seal and no key */
function* sealIdentities(
  tx: KvTransaction,
  after: Buffer | undefined,
  sealer: Sealer | undefined,
): KvProgram<Buffer | undefined> {
  const range = identitiesRange();
  const start = after === undefined ? range.start : keyAfter(after);
  const page = yield* tx.scanDecoded({ ...range, start, limit: IDENTITIES_PER_STEP }, (key, row) =>
    decodeIdentityRecord(key.toString('utf8', 1), row),
  );
  for (const identity of page.rows) {
    if (!('secretAccessKey' in identity)) continue;
    if (sealer === undefined)
      throw new SchemaError(
        'the store keeps secrets of identities in the clear: start the catalog once with the root key of its gateways (-root.key)',
      );
    tx.put(identityKey(identity.accessKeyId), sealIdentity(identity, sealer));
  }
  const last = page.rows.at(-1);
  return page.hasMore && last !== undefined ? identityKey(last.accessKeyId) : undefined;
}

import type { CatalogErrorCode, CatalogPort } from '@needlestack/service-contracts';
import type { BucketReader } from '../buckets/bucket-reader.ts';
import type { StoredBucket } from '../codec/bucket-record.ts';
import { commitObject } from '../objects/commit-object.ts';
import { deleteObject } from '../objects/delete-object.ts';
import { deleteObjects } from '../objects/delete-objects.ts';
import { listObjectVersions } from '../objects/list-object-versions.ts';
import { listObjects } from '../objects/list-objects.ts';
import { lookupObject, lookupObjectNow } from '../objects/lookup-object.ts';
import { renameObject } from '../objects/rename-object.ts';
import { updateVersion } from '../objects/update-version.ts';
import type { Transactions } from '../transactions.ts';

type ObjectCalls = Pick<
  CatalogPort,
  | 'lookupObject'
  | 'commitObject'
  | 'deleteObject'
  | 'deleteObjects'
  | 'listObjects'
  | 'listObjectVersions'
  | 'updateVersion'
  | 'renameObject'
>;

export function makeObjectCalls(transactions: Transactions, buckets: BucketReader): ObjectCalls {
  const { synchronous } = transactions;
  return {
    lookupObject: (name, key, versionId) => {
      const bucket = buckets.require(name);
      const lookup = (found: StoredBucket) =>
        synchronous === undefined
          ? transactions.read((tx) => lookupObject(tx, found, key, versionId))
          : synchronous((reads) => lookupObjectNow(reads, found, key, versionId));
      return bucket instanceof Promise ? bucket.then(lookup) : lookup(bucket);
    },
    commitObject: (request) =>
      transactions.write((tx, context) => commitObject(tx, request, context), conflictCode(request.condition)),
    deleteObject: (request) =>
      transactions.write((tx, context) => deleteObject(tx, request, context), conflictCode(request.condition)),
    deleteObjects: (request) => transactions.write((tx, context) => deleteObjects(tx, request, context)),
    listObjects: async (request) => {
      const bucket = await buckets.require(request.bucket);
      return transactions.read((tx) => listObjects(tx, bucket.id, request));
    },
    listObjectVersions: async (request) => {
      const bucket = await buckets.require(request.bucket);
      return transactions.read((tx) => listObjectVersions(tx, bucket, request));
    },
    updateVersion: (request) =>
      transactions.write((tx, context) => updateVersion(tx, request, context), conflictCode(request.ifMatch)),
    renameObject: (request) =>
      transactions.write((tx, context) => renameObject(tx, request, context), conflictCode(request.condition)),
  };
}

/** Who asked for a compare-and-set hears that it collided. */
const conflictCode = (condition: unknown): CatalogErrorCode | undefined =>
  condition === undefined ? undefined : 'ConditionalRequestConflict';

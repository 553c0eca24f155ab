import { CatalogError, type CatalogPort } from '@needlestack/service-contracts';
import type { BucketReader } from '../buckets/bucket-reader.ts';
import type { StoredBucket } from '../codec/bucket-record.ts';
import { commitObject } from '../objects/commit-object.ts';
import { deleteObject } from '../objects/delete-object.ts';
import { deleteObjects } from '../objects/delete-objects.ts';
import { listObjects } from '../objects/list-objects.ts';
import { lookupObject, lookupObjectNow } from '../objects/lookup-object.ts';
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
      const lookup = ({ id }: StoredBucket) =>
        synchronous === undefined
          ? transactions.read((tx) => lookupObject(tx, id, key, versionId))
          : synchronous((reads) => lookupObjectNow(reads, id, key, versionId));
      return bucket instanceof Promise ? bucket.then(lookup) : lookup(bucket);
    },
    commitObject: (request) => transactions.write((tx, context) => commitObject(tx, request, context)),
    deleteObject: (request) => transactions.write((tx, context) => deleteObject(tx, request, context)),
    deleteObjects: (request) => transactions.write((tx, context) => deleteObjects(tx, request, context)),
    listObjects: async (request) => {
      const bucket = await buckets.require(request.bucket);
      return transactions.read((tx) => listObjects(tx, bucket.id, request));
    },
    listObjectVersions: () => Promise.reject(new CatalogError('Unavailable', 'not yet')),
    updateVersion: () => Promise.reject(new CatalogError('Unavailable', 'not yet')),
    renameObject: () => Promise.reject(new CatalogError('Unavailable', 'not yet')),
  };
}

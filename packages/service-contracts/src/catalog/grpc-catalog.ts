/** The catalog in another process: hot calls over one multiplexed session, the rest as unary calls. */
import {
  type CallOptions,
  type ChannelSecurity,
  createGrpcClient,
  type GrpcClient,
  loadProtos,
  type ServiceCallers,
  SessionClient,
  type SessionMethod,
} from '@needlestack/rpc';
import type { Catalog } from '@needlestack/rpc/wire/needlestack-catalog';
import type { CatalogPort } from '../catalog-api.ts';
import { bucketFromWire, createBucketToWire } from './bucket-wire.ts';
import { rpcToCatalogError } from './catalog-failure.ts';
import {
  CATALOG_RECORDS,
  COMMIT_OBJECT,
  DELETE_OBJECT,
  GET_BUCKET,
  LIST_OBJECTS,
  LOOKUP_OBJECT,
} from './catalog-session.ts';
import { definedFields } from './defined-fields.ts';
import { decodeIamDocument, encodeIamDocument } from './iam-wire.ts';
import { identityFromWire, identityToWire } from './identity-wire.ts';
import {
  committedFromWire,
  deleteConditionToWire,
  eventToWire,
  outcomeFromWire,
  versionsPageFromWire,
} from './object-wire.ts';
import { garbageFromWire, outboxRowFromWire } from './outbox-wire.ts';
import {
  completedFromWire,
  completeUploadToWire,
  createUploadToWire,
  partFromWire,
  partsPageFromWire,
  putPartToWire,
  uploadFromWire,
  uploadNameToWire,
  uploadsPageFromWire,
} from './upload-wire.ts';
import { renameObjectToWire, updateVersionToWire } from './version-change-wire.ts';
import { chunkToWire } from './version-wire.ts';

export const CATALOG_SERVICE = 'needlestack_catalog.Catalog';

/** Beyond the time that a reader of the outbox asked to wait. */
const WAIT_MARGIN_MS = 10_000;

export interface GrpcCatalogOptions extends ChannelSecurity {
  /** `host:port` of the catalog's gRPC. */
  readonly address: string;
}

/** A catalog that is reached over the network, until it is closed. */
export interface GrpcCatalog extends CatalogPort {
  close(): void;
}

/** Connects with the first call, and again by itself. */
export function createGrpcCatalog(options: GrpcCatalogOptions): GrpcCatalog {
  const client: GrpcClient<Catalog> = createGrpcClient<Catalog>({
    ...options,
    protos: loadProtos(['catalog.proto']),
    service: CATALOG_SERVICE,
  });
  const calls = new CatalogCalls(client.call, new SessionClient({ ...options, records: CATALOG_RECORDS }));
  return {
    ...bucketCalls(calls),
    ...objectCalls(calls),
    ...uploadCalls(calls),
    ...outboxCalls(calls),
    ...garbageCalls(calls),
    ...identityCalls(calls),
    ...iamCalls(calls),
    close: () => {
      calls.session.close();
      client.close();
    },
  };
}

/** Makes calls and says what failed in the catalog's words. */
class CatalogCalls {
  readonly unary: ServiceCallers<Catalog>;
  readonly session: SessionClient;

  constructor(unary: ServiceCallers<Catalog>, session: SessionClient) {
    this.unary = unary;
    this.session = session;
  }

  async ask<Req, Res>(method: SessionMethod<Req, Res>, request: Req, idempotent: boolean): Promise<Res> {
    try {
      return await this.session.call(method, request);
    } catch (error) {
      throw rpcToCatalogError(error, idempotent);
    }
  }

  /** A call that changes nothing. */
  async read<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      throw rpcToCatalogError(error, true);
    }
  }

  async write<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      throw rpcToCatalogError(error, false);
    }
  }
}

function bucketCalls(
  calls: CatalogCalls,
): Pick<
  CatalogPort,
  | 'createBucket'
  | 'getBucket'
  | 'deleteBucket'
  | 'listBuckets'
  | 'getBucketUsage'
  | 'getBucketConfig'
  | 'putBucketConfig'
  | 'putBucketVersioning'
  | 'putBucketObjectLock'
  | 'getAccountConfig'
  | 'putAccountConfig'
> {
  const { unary } = calls;
  return {
    createBucket: async (request) => bucketFromWire(await calls.write(unary.CreateBucket(createBucketToWire(request)))),
    getBucket: (name) => calls.ask(GET_BUCKET, name, true),
    deleteBucket: async (name) => {
      await calls.write(unary.DeleteBucket({ name }));
    },
    listBuckets: async ({ ownerId, prefix, startAfter, maxBuckets }) => {
      const request = { owner_id: ownerId, prefix, start_after: startAfter, max_buckets: maxBuckets };
      const page = await calls.read(unary.ListBuckets(request));
      return { buckets: page.buckets.map(bucketFromWire), isTruncated: page.is_truncated };
    },
    getBucketUsage: async (name) => {
      const { objects, bytes } = await calls.read(unary.GetBucketUsage({ name }));
      return { objects: Number(objects), bytes: Number(bytes) };
    },
    getBucketConfig: async (bucket, kind) => (await calls.read(unary.GetBucketConfig({ bucket, kind }))).value,
    putBucketConfig: async (bucket, kind, value, options) => {
      await calls.write(unary.PutBucketConfig({ bucket, kind, value, if_revision: options?.ifRevision }));
    },
    putBucketVersioning: async (bucket, state) => {
      await calls.write(unary.PutBucketVersioning({ bucket, state }));
    },
    putBucketObjectLock: async (bucket, retention) => {
      await calls.write(unary.PutBucketObjectLock({ bucket, default_retention: retention }));
    },
    getAccountConfig: async (accountId, kind) =>
      (await calls.read(unary.GetAccountConfig({ account_id: accountId, kind }))).value,
    putAccountConfig: async (accountId, kind, value) => {
      await calls.write(unary.PutAccountConfig({ account_id: accountId, kind, value }));
    },
  };
}

function objectCalls(
  calls: CatalogCalls,
): Pick<
  CatalogPort,
  | 'lookupObject'
  | 'commitObject'
  | 'deleteObject'
  | 'deleteObjects'
  | 'listObjects'
  | 'listObjectVersions'
  | 'updateVersion'
  | 'renameObject'
> {
  return {
    lookupObject: (bucket, key, versionId) => calls.ask(LOOKUP_OBJECT, definedFields({ bucket, key, versionId }), true),
    commitObject: (request) => calls.ask(COMMIT_OBJECT, request, false),
    deleteObject: (request) => calls.ask(DELETE_OBJECT, request, false),
    deleteObjects: async ({ bucket, objects, bypassGovernance, event }) => {
      const request = {
        bucket,
        objects: objects.map(({ key, versionId, condition }) => ({
          key,
          version_id: versionId,
          condition: deleteConditionToWire(condition),
        })),
        bypass_governance: bypassGovernance,
        event: eventToWire(event),
      };
      return (await calls.write(calls.unary.DeleteObjects(request))).outcomes.map(outcomeFromWire);
    },
    listObjects: (request) => calls.ask(LIST_OBJECTS, request, true),
    listObjectVersions: async (request) => {
      const page = await calls.read(
        calls.unary.ListObjectVersions({
          bucket: request.bucket,
          prefix: request.prefix,
          delimiter: request.delimiter,
          key_marker: request.keyMarker,
          version_id_marker: request.versionIdMarker,
          max_keys: request.maxKeys,
          with_details: request.withDetails,
        }),
      );
      return versionsPageFromWire(page);
    },
    updateVersion: async (request) =>
      committedFromWire(await calls.write(calls.unary.UpdateVersion(updateVersionToWire(request)))),
    renameObject: async (request) =>
      committedFromWire(await calls.write(calls.unary.RenameObject(renameObjectToWire(request)))),
  };
}

function uploadCalls(
  calls: CatalogCalls,
): Pick<
  CatalogPort,
  'createUpload' | 'getUpload' | 'putPart' | 'listParts' | 'listUploads' | 'completeUpload' | 'abortUpload'
> {
  const { unary } = calls;
  return {
    createUpload: async (request) => uploadFromWire(await calls.write(unary.CreateUpload(createUploadToWire(request)))),
    getUpload: async (bucket, key, uploadId) => {
      const { upload } = await calls.read(unary.GetUpload(uploadNameToWire({ bucket, key, uploadId })));
      return upload === null ? undefined : uploadFromWire(upload);
    },
    putPart: async (request) => partFromWire(await calls.write(unary.PutPart(putPartToWire(request)))),
    listParts: async (request) => {
      const page = await calls.read(
        unary.ListParts({
          upload: uploadNameToWire(request),
          part_number_marker: request.partNumberMarker,
          max_parts: request.maxParts,
        }),
      );
      return partsPageFromWire(page);
    },
    listUploads: async (request) => {
      const page = await calls.read(
        unary.ListUploads({
          bucket: request.bucket,
          prefix: request.prefix,
          delimiter: request.delimiter,
          key_marker: request.keyMarker,
          upload_id_marker: request.uploadIdMarker,
          max_uploads: request.maxUploads,
        }),
      );
      return uploadsPageFromWire(page);
    },
    completeUpload: async (request) =>
      completedFromWire(await calls.write(unary.CompleteUpload(completeUploadToWire(request)))),
    abortUpload: async (bucket, key, uploadId) => {
      await calls.write(unary.AbortUpload(uploadNameToWire({ bucket, key, uploadId })));
    },
  };
}

function outboxCalls(calls: CatalogCalls): Pick<CatalogPort, 'readOutbox' | 'advanceOutboxCursor' | 'getOutboxCursor'> {
  const { unary } = calls;
  return {
    readOutbox: async ({ fromSeq, maxRows, waitMs, signal }) => {
      const options: CallOptions = definedFields({ deadlineMs: waitMs + WAIT_MARGIN_MS, signal });
      const request = { from_seq: fromSeq, max_rows: maxRows, wait_ms: waitMs };
      const page = await calls.read(unary.ReadOutbox(request, options));
      return { rows: page.rows.map(outboxRowFromWire), nextSeq: BigInt(page.next_seq) };
    },
    advanceOutboxCursor: async (consumer, seq) => {
      await calls.write(unary.AdvanceOutboxCursor({ consumer, seq }));
    },
    getOutboxCursor: async (consumer) => {
      const { seq } = await calls.read(unary.GetOutboxCursor({ consumer }));
      return seq === undefined ? undefined : BigInt(seq);
    },
  };
}

function garbageCalls(calls: CatalogCalls): Pick<CatalogPort, 'addGarbage' | 'listGarbage' | 'forgetGarbage'> {
  const { unary } = calls;
  return {
    addGarbage: async (chunks) => {
      await calls.write(unary.AddGarbage({ chunks: chunks.map(chunkToWire) }));
    },
    listGarbage: async ({ maxEntries, olderThanMs }) => {
      const request = { max_entries: maxEntries, older_than_ms: olderThanMs };
      return (await calls.read(unary.ListGarbage(request))).entries.map(garbageFromWire);
    },
    forgetGarbage: async (garbageIds) => {
      await calls.write(unary.ForgetGarbage({ garbage_ids: garbageIds }));
    },
  };
}

function identityCalls(
  calls: CatalogCalls,
): Pick<CatalogPort, 'getIdentity' | 'putIdentity' | 'deleteIdentity' | 'listIdentities'> {
  const { unary } = calls;
  return {
    getIdentity: async (accessKeyId) => {
      const { identity } = await calls.read(unary.GetIdentity({ access_key_id: accessKeyId }));
      return identity === null ? undefined : identityFromWire(identity);
    },
    putIdentity: async (identity) => {
      await calls.write(unary.PutIdentity(identityToWire(identity)));
    },
    deleteIdentity: async (accessKeyId) => {
      await calls.write(unary.DeleteIdentity({ access_key_id: accessKeyId }));
    },
    listIdentities: async ({ startAfter, max }) => {
      const page = await calls.read(unary.ListIdentities({ start_after: startAfter, max }));
      return page.identities.map(identityFromWire);
    },
  };
}

function iamCalls(calls: CatalogCalls): Pick<CatalogPort, 'readIam' | 'changeIam'> {
  const { unary } = calls;
  return {
    readIam: async (name, question) =>
      decodeIamDocument((await calls.read(unary.ReadIam({ name, question: encodeIamDocument(question) }))).json),
    changeIam: async (change) =>
      decodeIamDocument((await calls.write(unary.ChangeIam({ json: encodeIamDocument(change) }))).json),
  };
}

/** Builds the table catalog out of its parts; part of the service's wiring. */
import { randomUUID } from 'node:crypto';
import type { ObjectWriter } from '@needlestack/object-io';
import type { OrderedKv } from '@needlestack/ordered-kv';
import type { CatalogPort, ObjectReader } from '@needlestack/service-contracts';
import type { Logger } from '@needlestack/service-kit';
import type { Router } from 'express';
import { openTableCatalog } from './core/tables/table-catalog.ts';
import { createIcebergRouter } from './http/iceberg/iceberg-router.ts';
import { authorizeByPermissions, identifyByGateway } from './http/iceberg/internal-principal.ts';
import { createStoredObjects, type FileEncryption } from './peers/stored-objects.ts';

export interface TableRouterOptions {
  readonly kv: OrderedKv;
  readonly catalog: CatalogPort;
  /** For metadata files, which are ordinary objects. */
  readonly writer: ObjectWriter;
  readonly reader: ObjectReader;
  /** Metadata files lie plain without it, and encrypted ones cannot be read. */
  readonly encryption?: FileEncryption | undefined;
  /** Shared with the gateway: its statement of who asks is signed with it. */
  readonly internalSecret: string;
  /** The S3 door as clients reach it; it replaces their own setting, so leave it out unless it is true for all of them. */
  readonly s3Endpoint?: string;
  readonly logger: Logger;
}

/** The Iceberg REST doors over one store; one per process. */
export function createTableRouter(options: TableRouterOptions): Router {
  const { kv, catalog, writer, reader, encryption, internalSecret, s3Endpoint, logger } = options;
  const objects = createStoredObjects({
    catalog,
    writer,
    reader,
    encryption,
    newRequestId: randomUUID,
    garbageLost: (chunks, error) => logger.warn({ chunks: chunks.length, err: error }, 'needles left without a name'),
  });
  const tables = openTableCatalog({
    kv,
    objects,
    buckets: catalog,
    events: {
      cleanupFailed: (location, error) => logger.warn({ location, err: error }, 'metadata file left over'),
    },
    now: Date.now,
    newUuid: randomUUID,
  });
  return createIcebergRouter({
    catalog: tables,
    settings: { isPathStyle: true, ...(s3Endpoint === undefined ? {} : { s3Endpoint }) },
    identify: identifyByGateway(internalSecret, Date.now),
    authorize: authorizeByPermissions(async (bucket) => (await catalog.getBucket(bucket))?.ownerId),
    requestFailed: ({ method, path }, error) => logger.error({ method, path, err: error }, 'table request failed'),
  });
}

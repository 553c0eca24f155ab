import { bindService, type GrpcServer, loadProtos, type ServerSecurity, startGrpcServer } from '@needlestack/rpc';
import type { Catalog as CatalogWire } from '@needlestack/rpc/wire/needlestack-catalog';
import type { Catalog } from '../core/catalog.ts';
import { makeBucketHandlers } from './bucket-handlers.ts';
import { makeIdentityHandlers } from './identity-handlers.ts';
import { makeObjectHandlers } from './object-handlers.ts';
import { makeOutboxHandlers } from './outbox-handlers.ts';
import { makeSessionRoutes } from './session-routes.ts';
import { makeUploadHandlers } from './upload-handlers.ts';

export const CATALOG_SERVICE = 'needlestack_catalog.Catalog';

export interface CatalogGrpcOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly security: ServerSecurity;
  readonly onFault: (error: unknown, path: string) => void;
}

export function startCatalogGrpc(catalog: Catalog, options: CatalogGrpcOptions): Promise<GrpcServer> {
  return startGrpcServer({
    ...options.security,
    host: options.host,
    port: options.port,
    protos: loadProtos(['catalog.proto']),
    services: [
      bindService<CatalogWire>(CATALOG_SERVICE, {
        ...makeBucketHandlers(catalog),
        ...makeObjectHandlers(catalog),
        ...makeUploadHandlers(catalog),
        ...makeOutboxHandlers(catalog),
        ...makeIdentityHandlers(catalog),
      }),
    ],
    sessionRoutes: makeSessionRoutes(catalog),
    onFault: options.onFault,
  });
}

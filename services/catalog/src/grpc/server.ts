import { bindService, type GrpcServer, loadProtos, type ServerSecurity, startGrpcServer } from '@needlestack/rpc';
import type { Catalog as CatalogWire } from '@needlestack/rpc/wire/needlestack-catalog';
import type { KvScan } from '@needlestack/rpc/wire/needlestack-kv-scan';
import { CATALOG_RECORDS } from '@needlestack/service-contracts/catalog/catalog-session';
import type { Catalog } from '../core/catalog.ts';
import type { KvScans } from '../core/scan/kv-scans.ts';
import { makeBucketHandlers } from './bucket-handlers.ts';
import { makeIamHandlers } from './iam-handlers.ts';
import { makeIdentityHandlers } from './identity-handlers.ts';
import { makeObjectHandlers } from './object-handlers.ts';
import { makeOutboxHandlers } from './outbox-handlers.ts';
import { makeScanHandlers, SCAN_SERVICE, type ScanAccess } from './scan-handlers.ts';
import { makeSessionRoutes } from './session-routes.ts';
import { makeUploadHandlers } from './upload-handlers.ts';

export const CATALOG_SERVICE = 'needlestack_catalog.Catalog';

export interface CatalogGrpcOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly security: ServerSecurity;
  readonly scanAccess: ScanAccess;
  readonly onFault: (error: unknown, path: string) => void;
}

export function startCatalogGrpc(
  { catalog, scans }: { readonly catalog: Catalog; readonly scans: KvScans },
  options: CatalogGrpcOptions,
): Promise<GrpcServer> {
  return startGrpcServer({
    ...options.security,
    host: options.host,
    port: options.port,
    protos: loadProtos(['catalog.proto', 'kv_scan.proto']),
    services: [
      bindService<CatalogWire>(CATALOG_SERVICE, {
        ...makeBucketHandlers(catalog),
        ...makeObjectHandlers(catalog),
        ...makeUploadHandlers(catalog),
        ...makeOutboxHandlers(catalog),
        ...makeIdentityHandlers(catalog),
        ...makeIamHandlers(catalog),
      }),
      bindService<KvScan>(SCAN_SERVICE, makeScanHandlers(scans, options.scanAccess), {
        ScanKv: { spentField: 'records', rest: () => scans.restWhileSending() },
      }),
    ],
    sessionRoutes: makeSessionRoutes(catalog),
    sessionRecords: CATALOG_RECORDS,
    onFault: options.onFault,
  });
}

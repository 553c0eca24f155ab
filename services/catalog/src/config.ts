/** Flags of `needlestack catalog`; the only place that would read the environment. */
import { REAL_DAY_MS } from '@needlestack/s3-protocol';
import {
  commonFlags,
  durationFlag,
  type FlagValues,
  integerFlag,
  listFlag,
  optionalFlag,
  portFlag,
  secretFlag,
  textFlag,
} from '@needlestack/service-kit';
import { SCAN_LIMITS } from './core/scan/scan-limits.ts';
import type { CatalogStore } from './open-store.ts';
import type { ScanOptions } from './start-scans.ts';

export const catalogFlags = {
  ...commonFlags,
  dir: textFlag('./data/catalog', 'directory of the embedded store'),
  ip: textFlag('127.0.0.1', 'address to listen on'),
  port: portFlag(9400, 'HTTP port: health, metrics, Iceberg REST'),
  'port.grpc': optionalFlag(portFlag(0, 'gRPC port of the catalog; HTTP port + 10000 when not set')),
  'db.url': secretFlag(
    'PostgreSQL-wire database instead of the embedded store: postgresql://user:password@host/database',
  ),
  'db.schema': textFlag('needlestack', 'namespace of the catalog within the database'),
  'db.connections': integerFlag(16, 'connections of this process to the database', { min: 1, max: 1000 }),
  'gc.delay': durationFlag(60_000, 'age at which needles of deleted objects are deleted'),
  'gc.interval': durationFlag(10_000, 'pause between passes over the garbage list'),
  'lifecycle.debugDay': durationFlag(
    REAL_DAY_MS,
    'length of a day for lifecycle rules, to try them out; expiry dates in answers count real days',
  ),
  'scan.clients': listFlag(
    [],
    'names of certificates whose owners may scan tables; everybody who is let in when empty',
  ),
  'scan.scannersMax': integerFlag(SCAN_LIMITS.scannersMax, 'scanners that may be open at a time', { min: 1, max: 200 }),
  'scan.scannersPerBucketMax': integerFlag(SCAN_LIMITS.scannersPerBucketMax, 'of them on one bucket of a table', {
    min: 1,
    max: 200,
  }),
  'scan.idle': durationFlag(SCAN_LIMITS.idleMs, 'how long a scanner stays that nobody uses'),
  'scan.batchBytesMax': integerFlag(SCAN_LIMITS.batchBytesMax, 'most bytes of one batch of a scan', {
    min: 1024,
    max: 32 * 1024 * 1024,
  }),
} as const;

type StoreFlags = Pick<FlagValues<typeof catalogFlags>, 'dir' | 'db.url' | 'db.schema' | 'db.connections'>;

/** Where the catalog's rows lie, by the flags. */
export function storeOfFlags(flags: StoreFlags): CatalogStore {
  if (flags['db.url'] === '') return { kind: 'embedded', directory: flags.dir };
  return {
    kind: 'postgres',
    url: flags['db.url'],
    schema: flags['db.schema'],
    connectionsMax: flags['db.connections'],
  };
}

/** Bounds of scans, and who may scan, by the flags. */
export function scanOfFlags(flags: FlagValues<typeof catalogFlags>): ScanOptions {
  return {
    clientNames: flags['scan.clients'],
    limits: {
      scannersMax: flags['scan.scannersMax'],
      scannersPerBucketMax: flags['scan.scannersPerBucketMax'],
      idleMs: flags['scan.idle'],
      batchBytesMax: flags['scan.batchBytesMax'],
    },
  };
}

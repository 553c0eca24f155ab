import {
  choiceFlag,
  commonFlags,
  durationFlag,
  integerFlag,
  listFlag,
  numberFlag,
  optionalFlag,
  portFlag,
  secretFlag,
  textFlag,
} from '@needlestack/service-kit';
import { FSYNC_MODES } from '@needlestack/volume-service';
import { ldapFlags } from './compose/ldap-directory.ts';
import { keyServiceFlags } from './compose/object-keys.ts';

const VOLUME_SIZE_LIMIT_MB = 30_720;
const REAL_DAY_MS = 24 * 60 * 60 * 1000;

/** The gRPC port of a service. */
const grpcPortFlag = (of: string) => optionalFlag(portFlag(0, `gRPC port of ${of}; HTTP port + 10000 when not set`));

/** Root credentials, for every verb that checks or makes signatures. */
export const rootFlags = {
  'root.accessKeyId': textFlag('', 'access key id that may do everything; made at the first start when empty'),
  'root.secretAccessKey': secretFlag('its secret; made at the first start when empty'),
  'root.key': secretFlag(
    'key under which secrets and encrypted objects are kept, 32 bytes in base64; older ones after commas; root.key of -dir when empty',
  ),
} as const;

/** What guards the ports of services against each other and the world. */
export const securityFlags = {
  authToken: secretFlag('bearer token of the cluster; needed off loopback, unless mTLS is set'),
  'grpc.cert': textFlag('', 'PEM file of the certificate for gRPC; plain text when empty'),
  'grpc.key': textFlag('', 'PEM file of its key'),
  'grpc.ca': textFlag('', 'PEM file of the authority whose clients are let in (mTLS)'),
} as const;

/** What gateways and catalogs of one cluster share. */
export const clusterFlags = {
  'cluster.secret': secretFlag('secret that gateways and catalogs share; the table doors stay closed without it'),
} as const;

/** Flags of `needlestack server`: all services in one process. */
export const serverFlags = {
  ...commonFlags,
  ...rootFlags,
  ...securityFlags,
  ...keyServiceFlags,
  ...ldapFlags,
  dir: textFlag('./data', 'directory for everything the store keeps'),
  ip: textFlag('127.0.0.1', 'address under which the services are reached'),
  'ip.bind': textFlag('', 'address to listen on; that of -ip when empty'),
  region: textFlag('us-east-1', 'region that signatures must name'),
  's3.port': portFlag(9000, 'port of S3 and Iceberg REST'),
  's3.config': textFlag('', 'JSON file with static identities, read again when it changes'),
  's3.domainName': listFlag([], 'host names under which buckets are reached as the first label'),
  's3.compat': listFlag([], 'where to behave as RGW-style clients expect: aws, rgw, or names of switches'),
  's3.website.port': optionalFlag(portFlag(0, 'port of websites; none when not set')),
  's3.website.domainName': listFlag([], 'host names below which each bucket has its website, on the S3 port too'),
  's3.logging.rollInterval': optionalFlag(
    durationFlag(300_000, 'how long access log records are gathered before they are delivered'),
  ),
  's3.lifecycle.debugDay': durationFlag(
    REAL_DAY_MS,
    'length of a day for lifecycle rules, to try them out; expiry dates in answers count real days',
  ),
  's3.trustedProxies': listFlag([], 'addresses and ranges of proxies that are believed in what they say of clients'),
  's3.externalUrl': textFlag('', 'URL under which clients reach the S3 port, for answers that name it'),
  'master.port': portFlag(9333, 'HTTP port of the master'),
  'master.port.grpc': grpcPortFlag('the master'),
  'master.volumeSizeLimitMB': integerFlag(VOLUME_SIZE_LIMIT_MB, 'size in MiB at which a volume takes no more needles', {
    min: 1,
    max: VOLUME_SIZE_LIMIT_MB,
  }),
  'master.garbageThreshold': numberFlag(0.3, 'share of garbage, 0 to 1, from which a volume is vacuumed'),
  'volume.port': portFlag(8080, 'HTTP port of the volume server'),
  'volume.port.grpc': grpcPortFlag('the volume server'),
  'volume.max': integerFlag(100, 'volumes this server may hold', { min: 1 }),
  'volume.fsync': choiceFlag(
    FSYNC_MODES,
    'group',
    'when a needle reaches stable storage: before the answer, in groups or alone; or never',
  ),
  'catalog.port': portFlag(9400, 'HTTP port of the catalog'),
  'catalog.port.grpc': grpcPortFlag('the catalog'),
  'catalog.garbageDelay': durationFlag(60_000, 'how long needles of deleted objects stay for reads that are under way'),
  'notify.port': portFlag(9500, 'HTTP port of notify'),
  'notify.port.grpc': grpcPortFlag('notify'),
  'select.port': portFlag(9600, 'HTTP port of select'),
  'select.port.grpc': grpcPortFlag('select'),
  'select.workers': integerFlag(0, 'queries that run at a time; 0: one less than there are cores', { min: 0 }),
} as const;

/** The flags of `needlestack volume`: those of `weed volume` with the same meaning, and a few of our own. */
import {
  booleanFlag,
  choiceFlag,
  durationFlag,
  type Flag,
  integerFlag,
  listFlag,
  numberFlag,
  portFlag,
  secretFlag,
  textFlag,
} from '@needlestack/service-kit';
import { FSYNC_MODES } from './core/append/append-queue.ts';
import { INDEX_KINDS, READ_MODES } from './volume-options.ts';

const megabytes = (defaultValue: number, help: string): Flag<number> => integerFlag(defaultValue, help, { min: 0 });
const seconds = (defaultValue: number, help: string): Flag<number> => numberFlag(defaultValue, `${help}, in seconds`);

/** Where this server is and what it keeps. */
const placeFlags = {
  ip: textFlag('', 'address under which others reach this server; 127.0.0.1 when empty'),
  'ip.bind': textFlag('', 'address to listen on; that of -ip when empty'),
  port: portFlag(8080, 'HTTP port'),
  'port.grpc': portFlag(0, 'gRPC port; 0: HTTP port + 10000'),
  'port.public': portFlag(0, 'HTTP port that only reads; 0: none beside -port'),
  publicUrl: textFlag('', 'host:port that clients are told; that of -ip and the public port when empty'),
  id: textFlag('', 'stable name of this server; host:port when empty'),
  dir: listFlag(['./data/volume'], 'directories for volumes, with commas between'),
  'dir.idx': textFlag('', 'directory for index files; beside the volumes when empty'),
  max: listFlag(
    ['8'],
    'volumes per directory, one number or one for each directory; 0: as many as the disk has room for',
  ),
  disk: textFlag('', 'hdd, ssd or a tag: kind of disk, one or one for each directory'),
  tags: textFlag('', 'tags of each directory, with commas between directories and colons between tags'),
  minFreeSpacePercent: textFlag('1', 'older spelling of -minFreeSpace, in percent'),
  minFreeSpace: textFlag(
    '',
    'percent (up to 100) or size such as 10GiB that stays free; volumes are read-only below it',
  ),
  master: listFlag(['127.0.0.1:9333'], 'masters as host:port or host:port.grpcPort, with commas between'),
  mserver: listFlag([], 'older spelling of -master; wins when given'),
  dataCenter: textFlag('', 'name of the data center'),
  rack: textFlag('', 'name of the rack'),
  pulse: durationFlag(5_000, 'pause between heartbeats'),
} as const;

/** How needles are taken and given. */
const serviceFlags = {
  fsync: choiceFlag(
    FSYNC_MODES,
    'group',
    'when a needle reaches stable storage: before the answer, in groups or alone; or never',
  ),
  index: choiceFlag(
    INDEX_KINDS,
    'memory',
    'kind of needle index; all are the same here: in memory, at most 24 bytes a needle',
  ),
  'index.leveldbTimeout': integerFlag(0, 'accepted for weed volume; there is no LevelDB to unload', { min: 0 }),
  readMode: choiceFlag(READ_MODES, 'proxy', 'reads for volumes that are elsewhere: not found, fetched, or redirected'),
  fileSizeLimitMB: integerFlag(256, 'largest upload', { min: 1 }),
  concurrentUploadLimitMB: megabytes(0, 'bytes of uploads under way at a time; 0: no limit'),
  concurrentDownloadLimitMB: megabytes(0, 'bytes of downloads under way at a time; 0: no limit'),
  inflightUploadDataTimeout: durationFlag(60_000, 'how long an upload waits for room before it is refused'),
  inflightDownloadDataTimeout: durationFlag(60_000, 'how long a download waits for room before it is refused'),
  hasSlowRead: booleanFlag(
    true,
    'read large needles from the disk piece by piece, so that reads of others come in between',
  ),
  readBufferSizeMB: integerFlag(
    4,
    'length of such a piece; a needle is held whole in either case, because its checksum goes before its first byte',
    { min: 1, max: 1024 },
  ),
  idleTimeout: seconds(30, 'how long a connection is kept on which nothing moves; 0 for no limit'),
  'images.fix.orientation': booleanFlag(false, 'turn JPEG pictures upright on upload'),
  compactionMBps: megabytes(0, 'bound on the reads of a compaction; 0: none'),
  maintenanceMBps: megabytes(0, 'bound on copies, repairs and scrubs; 0: none'),
  preStopSeconds: seconds(0, 'how long a stop goes on serving after the masters know of it'),
} as const;

/** Who is let in. */
const accessFlags = {
  authToken: secretFlag('bearer token of the cluster; needed off loopback, unless mTLS is set'),
  'grpc.cert': textFlag('', 'PEM file of the certificate for gRPC; plain text when empty'),
  'grpc.key': textFlag('', 'PEM file of its key'),
  'grpc.ca': textFlag('', 'PEM file of the authority whose clients are let in (mTLS)'),
  whiteList: listFlag([], 'addresses and networks that may change things; all when empty'),
  securityFile: textFlag('', 'security.toml; looked for in the usual places when empty'),
  config_dir: textFlag('', 'first place to look for security.toml'),
  trustNetwork: booleanFlag(false, 'listen off loopback without token or mTLS, as weed volume does'),
  'volume.allowUntrustedRemoteEndpoints': booleanFlag(false, 'fetch remote data from internal addresses, too'),
} as const;

/** What can be seen of it. */
const observationFlags = {
  metricsPort: portFlag(
    0,
    'port that serves /metrics, ours and by the names of SeaweedFS; 0: none, and -port has none either',
  ),
  metricsIp: textFlag('', 'address of that port; that of -ip.bind when empty'),
  logdir: textFlag('', 'directory for a log file; standard output when empty'),
  pprof: booleanFlag(
    false,
    'serve profiles of this process under /debug/pprof/ on -port; keeps -cpuprofile and -memprofile off',
  ),
  cpuprofile: textFlag('', 'file for a .cpuprofile of the whole run'),
  memprofile: textFlag('', 'file for a .heapprofile of the whole run'),
  debug: booleanFlag(false, 'serve profiles of this process on -debug.port of this machine'),
  'debug.port': portFlag(6060, 'port of -debug'),
} as const;

export const volumeFlags = { ...placeFlags, ...serviceFlags, ...accessFlags, ...observationFlags } as const;

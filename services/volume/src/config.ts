/** What the flags of a volume server mean together. The command line reads them; nothing else here knows the environment. */
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import type { ChannelSecurity, ServerSecurity } from '@needlestack/rpc';
import { FlagError, type FlagValues } from '@needlestack/service-kit';
import { type FreeSpaceRule, parseFreeSpaceRule } from './core/volume/free-space-rule.ts';
import { toGrpcAddress } from './peers/master-client.ts';
import { certificatePair, SecurityFile } from './security-file.ts';
import type { DataDirectoryOptions } from './storage/data-directory.ts';
import type { volumeFlags } from './volume-flags.ts';
import type { AccessOptions, VolumeServiceOptions } from './volume-options.ts';

export type VolumeFlagValues = FlagValues<typeof volumeFlags>;
type Environment = Readonly<Record<string, string | undefined>>;
type ReadFile = (path: string) => string;

const BYTES_PER_MIB = 2 ** 20;
const GRPC_PORT_DISTANCE = 10_000;
const LOOPBACK = '127.0.0.1';

const readText: ReadFile = (path) => readFileSync(path, 'utf8');

/** @throws FlagError when flags contradict each other or a named file cannot be read */
export function readVolumeOptions(values: VolumeFlagValues, environment: Environment): VolumeServiceOptions {
  const file = readSecurityFile(values, environment, readText);
  const security = readServerSecurity(values, file);
  const isGuarded = security.authToken !== undefined || security.tls?.clientCaPem !== undefined || values.trustNetwork;
  const ip = values.ip === '' ? (isGuarded ? detectAddress() : LOOPBACK) : values.ip;
  const host = values['ip.bind'] === '' ? ip : values['ip.bind'];
  const { port } = values;
  const publicPort = values['port.public'] === 0 ? port : values['port.public'];
  return {
    ...timesAndSizes(values),
    ...readAccess(values, file),
    directories: readDirectories(values),
    host,
    ip,
    port,
    grpcPort: values['port.grpc'] === 0 && port !== 0 ? port + GRPC_PORT_DISTANCE : values['port.grpc'],
    ...(publicPort === port ? undefined : { publicPort }),
    ...(values.publicUrl === '' ? undefined : { publicUrl: values.publicUrl }),
    ...(values.id === '' ? undefined : { id: values.id }),
    masters: (values.mserver.length > 0 ? values.mserver : values.master).map(toGrpcAddress),
    dataCenter: values.dataCenter,
    rack: values.rack,
    readMode: values.readMode,
    indexKind: values.index,
    fsync: values.fsync,
    hasSlowRead: values.hasSlowRead,
    fixesJpegOrientation: values['images.fix.orientation'],
    allowsUntrustedRemotes: values['volume.allowUntrustedRemoteEndpoints'],
    security,
    trustsNetwork: values.trustNetwork,
    hidesMetrics: true,
    ...readHttpSecurity(values, file, security),
    clientSecurity: readClientSecurity(values, file),
    ...(values.metricsPort === 0
      ? undefined
      : { metricsListener: { host: values.metricsIp === '' ? host : values.metricsIp, port: values.metricsPort } }),
  };
}

/** What may change while the server runs: read again on SIGHUP. @throws FlagError */
export function readAccessAgain(values: VolumeFlagValues, environment: Environment): AccessOptions {
  return readAccess(values, readSecurityFile(values, environment, readText));
}

function timesAndSizes(values: VolumeFlagValues) {
  return {
    pulseMs: values.pulse,
    fileSizeBytesMax: values.fileSizeLimitMB * BYTES_PER_MIB,
    uploadsUnderWayBytesMax: values.concurrentUploadLimitMB * BYTES_PER_MIB,
    downloadsUnderWayBytesMax: values.concurrentDownloadLimitMB * BYTES_PER_MIB,
    uploadWaitMs: values.inflightUploadDataTimeout,
    downloadWaitMs: values.inflightDownloadDataTimeout,
    idleTimeoutMs: values.idleTimeout * 1_000,
    readBufferBytes: values.readBufferSizeMB * BYTES_PER_MIB,
    compactionBytesPerSecond: values.compactionMBps * BYTES_PER_MIB,
    maintenanceBytesPerSecond: values.maintenanceMBps * BYTES_PER_MIB,
    preStopMs: values.preStopSeconds * 1_000,
  };
}

function readAccess(values: VolumeFlagValues, file: SecurityFile): AccessOptions {
  const writeKey = file.text('jwt.signing.key');
  const readKey = file.text('jwt.signing.read.key');
  const whiteList = [...values.whiteList, ...file.list('guard.white_list')];
  return {
    ...(writeKey === '' ? undefined : { writeKey }),
    ...(readKey === '' ? undefined : { readKey }),
    whiteList,
    showsUi: file.flag('access.ui'),
  };
}

function readSecurityFile(values: VolumeFlagValues, environment: Environment, readFile: ReadFile): SecurityFile {
  const { securityFile: path, config_dir: configDirectory } = values;
  return SecurityFile.read({ path, configDirectory, environment, readFile });
}

/** gRPC: our own flags, or `[grpc.volume]` and `[grpc] ca` of the security file. */
function readServerSecurity(values: VolumeFlagValues, file: SecurityFile): ServerSecurity {
  const { 'grpc.cert': cert, 'grpc.key': key, 'grpc.ca': ca } = values;
  if ((cert === '') !== (key === '')) throw new FlagError('-grpc.cert and -grpc.key belong together');
  if (ca !== '' && cert === '') throw new FlagError('-grpc.ca needs -grpc.cert and -grpc.key');
  const token = values.authToken === '' ? undefined : { authToken: values.authToken };
  if (cert !== '') return { ...token, tls: serverTls(cert, key, ca) };
  const pair = certificatePair(file, 'grpc.volume');
  if (pair === undefined) return { ...token };
  const tls = serverTls(pair.certPath, pair.keyPath, file.path('grpc.ca'));
  const commonNames = file.list('grpc.volume.allowed_commonNames');
  const domain = file.text('grpc.allowed_wildcard_domain');
  const isNamed = commonNames.length > 0 || domain !== '';
  return { ...token, tls: isNamed ? { ...tls, clientNames: { commonNames, domain } } : tls };
}

/** HTTP: the same flags guard both ports; the security file has sections of its own, and none means plain text. */
function readHttpSecurity(
  values: VolumeFlagValues,
  file: SecurityFile,
  { authToken, tls }: ServerSecurity,
): Pick<VolumeServiceOptions, 'httpSecurity' | 'replicaSecurity'> {
  if (tls === undefined && certificatePair(file, 'https.volume') === undefined) return {};
  if (values['grpc.cert'] !== '') return {};
  const token = authToken === undefined ? undefined : { authToken };
  const pair = certificatePair(file, 'https.volume');
  const client = certificatePair(file, 'https.client');
  const ca = file.path('https.client.ca');
  const usesTls = file.flag('https.client.enabled') || pair !== undefined;
  return {
    httpSecurity:
      pair === undefined
        ? { ...token }
        : { ...token, tls: serverTls(pair.certPath, pair.keyPath, file.path('https.volume.ca')) },
    replicaSecurity: usesTls ? { ...token, tls: clientTls(client?.certPath, client?.keyPath, ca) } : { ...token },
  };
}

/** How masters and other volume servers are called: with the same certificate, or the dedicated one of `[grpc.volume]`. */
function readClientSecurity(values: VolumeFlagValues, file: SecurityFile): ChannelSecurity {
  const token = values.authToken === '' ? undefined : { authToken: values.authToken };
  if (values['grpc.cert'] !== '') {
    return { ...token, tls: clientTls(values['grpc.cert'], values['grpc.key'], values['grpc.ca']) };
  }
  const ca = file.path('grpc.ca');
  const cert = file.path('grpc.volume.client_cert') || file.path('grpc.volume.cert');
  const key = file.path('grpc.volume.client_key') || file.path('grpc.volume.key');
  // As SeaweedFS has it: without an authority there is nobody to believe, and calls are plain.
  return cert === '' || key === '' || ca === '' ? { ...token } : { ...token, tls: clientTls(cert, key, ca) };
}

function serverTls(certPath: string, keyPath: string, caPath: string) {
  const pair = { certPem: readPem(certPath), keyPem: readPem(keyPath) };
  return caPath === '' ? pair : { ...pair, clientCaPem: readPem(caPath) };
}

function clientTls(certPath: string | undefined, keyPath: string | undefined, caPath: string) {
  return {
    ...(certPath === undefined || keyPath === undefined
      ? undefined
      : { certPem: readPem(certPath), keyPem: readPem(keyPath) }),
    ...(caPath === '' ? undefined : { caPem: readPem(caPath) }),
  };
}

function readPem(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new FlagError(`cannot read the PEM file: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function readDirectories(values: VolumeFlagValues): readonly DataDirectoryOptions[] {
  const { dir, 'dir.idx': indexPath, tags } = values;
  const count = dir.length;
  const maxima = perDirectory('max', values.max, count).map(readMaximum);
  const diskTypes = perDirectory('disk', values.disk.split(','), count).map(toDiskType);
  const freeSpace = values.minFreeSpace === '' ? values.minFreeSpacePercent : values.minFreeSpace;
  const rules = perDirectory('minFreeSpace', freeSpace.split(','), count).map(readFreeSpaceRule);
  const tagTexts = tags === '' ? [] : tags.split(',');
  return dir.map((path, index) => ({
    path,
    volumesMax: maxima[index] ?? 0,
    diskType: diskTypes[index] ?? '',
    tags: toTags((tagTexts.length === 1 ? tagTexts[0] : tagTexts[index]) ?? ''),
    ...(rules[index] === undefined ? undefined : { freeSpace: rules[index] }),
    ...(indexPath === '' ? undefined : { indexPath }),
  }));
}

/** One value for all directories, or one for each. */
function perDirectory(flag: string, given: readonly string[], count: number): readonly string[] {
  if (given.length === 1) return Array.from({ length: count }, () => given[0] ?? '');
  if (given.length === count) return given;
  throw new FlagError(`-${flag} has ${given.length} values for ${count} directories; give one, or one for each`);
}

function readMaximum(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new FlagError(`flag -max: "${text}" is not a number of volumes`);
  return Number(text);
}

function readFreeSpaceRule(text: string): FreeSpaceRule {
  const rule = parseFreeSpaceRule(text);
  if (rule === undefined)
    throw new FlagError(`flag -minFreeSpace: "${text}" is neither a percentage nor a size such as 10GiB`);
  return rule;
}

/** SeaweedFS keeps hard disks as the empty type. */
function toDiskType(text: string): string {
  const type = text.trim().toLowerCase();
  return type === 'hdd' ? '' : type;
}

function toTags(text: string): readonly string[] {
  const tags = text.split(':').map((tag) => tag.trim().toLowerCase());
  return [...new Set(tags)].filter((tag) => tag !== '');
}

/** The first address that other machines can reach; this machine's own when there is none. */
function detectAddress(): string {
  for (const addresses of Object.values(networkInterfaces())) {
    const found = addresses?.find(({ family, internal }) => family === 'IPv4' && !internal);
    if (found !== undefined) return found.address;
  }
  return LOOPBACK;
}

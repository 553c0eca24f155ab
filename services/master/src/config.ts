/** The master's flags, and what they mean together. The command line reads them; nothing else here knows the environment. */
import { readFileSync } from 'node:fs';
import type { ChannelSecurity, ServerSecurity } from '@needlestack/rpc';
import {
  booleanFlag,
  choiceFlag,
  FlagError,
  type FlagValues,
  integerFlag,
  numberFlag,
  optionalFlag,
  portFlag,
  secretFlag,
  textFlag,
} from '@needlestack/service-kit';
import { VACUUM_PAUSE_MS } from './core/limits.ts';
import type { VacuumSettings } from './core/vacuum-volumes.ts';

const GRPC_PORT_DISTANCE = 10_000;
const VOLUME_SIZE_LIMIT_MB = 30_720;
const GARBAGE_THRESHOLD = 0.3;

/** When nothing is said. */
export const DEFAULT_VACUUM: VacuumSettings = {
  garbageThreshold: GARBAGE_THRESHOLD,
  parallelPerServerMax: 1,
  pauseMs: VACUUM_PAUSE_MS,
};

export const masterFlags = {
  ip: textFlag('127.0.0.1', 'address under which others reach this master'),
  'ip.bind': textFlag('', 'address to listen on; that of -ip when empty'),
  port: portFlag(9333, 'HTTP port'),
  'port.grpc': optionalFlag(portFlag(0, 'gRPC port; HTTP port + 10000 when not set')),
  mdir: textFlag('./data/master', 'directory for the little that must survive: ceilings of ids'),
  peers: choiceFlag(['', 'none'], '', 'this master runs alone'),
  volumeSizeLimitMB: integerFlag(VOLUME_SIZE_LIMIT_MB, 'size in MiB at which a volume takes no more files', {
    min: 1,
    max: VOLUME_SIZE_LIMIT_MB,
  }),
  volumePreallocate: booleanFlag(false, 'take the disk space of a volume when it is made'),
  defaultReplication: textFlag('', 'placement xyz for clients that name none; empty is 000'),
  garbageThreshold: numberFlag(GARBAGE_THRESHOLD, 'share of garbage, 0 to 1, from which a volume is vacuumed'),
  maxParallelVacuumPerServer: integerFlag(1, 'volumes that a server compacts at a time, never two on a disk', {
    min: 1,
  }),
  disableHttp: booleanFlag(false, 'serve health and metrics only on the HTTP port'),
  authToken: secretFlag('bearer token that every request must carry; needed off loopback, unless mTLS is set'),
  'grpc.cert': textFlag('', 'PEM file of the certificate for gRPC; plain text when empty'),
  'grpc.key': textFlag('', 'PEM file of its key'),
  'grpc.ca': textFlag('', 'PEM file of the authority whose clients are let in (mTLS)'),
} as const;

/** What starting a master needs. */
export interface MasterOptions {
  readonly ip: string;
  readonly bindIp: string;
  readonly port: number;
  readonly grpcPort: number;
  readonly directory: string;
  readonly volumeSizeLimitMb: number;
  readonly volumePreallocate: boolean;
  readonly defaultReplication: string;
  /** When volumes are vacuumed. */
  readonly vacuum?: VacuumSettings;
  readonly isHttpDisabled: boolean;
  readonly security: ServerSecurity;
  /** How the master proves itself to volume servers. */
  readonly peerSecurity: ChannelSecurity;
}

const readPem = (path: string, flag: string): Buffer => {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new FlagError(`flag -${flag}: ${error instanceof Error ? error.message : String(error)}`);
  }
};

const readSecurity = (values: FlagValues<typeof masterFlags>): ServerSecurity => {
  const certPath = values['grpc.cert'];
  const keyPath = values['grpc.key'];
  const caPath = values['grpc.ca'];
  if ((certPath === '') !== (keyPath === '')) throw new FlagError('-grpc.cert and -grpc.key belong together');
  if (caPath !== '' && certPath === '') throw new FlagError('-grpc.ca needs -grpc.cert and -grpc.key');
  return {
    ...(values.authToken === '' ? {} : { authToken: values.authToken }),
    ...(certPath === ''
      ? {}
      : {
          tls: {
            certPem: readPem(certPath, 'grpc.cert'),
            keyPem: readPem(keyPath, 'grpc.key'),
            ...(caPath === '' ? {} : { clientCaPem: readPem(caPath, 'grpc.ca') }),
          },
        }),
  };
};

const readThreshold = (share: number): number => {
  if (share >= 0 && share <= 1) return share;
  throw new FlagError(`flag -garbageThreshold: ${share} is not between 0 and 1`);
};

/** The servers of a cluster share token and authority, so the master shows volume servers what it asks of its own clients. */
const toPeerSecurity = ({ authToken, tls }: ServerSecurity): ChannelSecurity => ({
  ...(authToken === undefined ? {} : { authToken }),
  ...(tls === undefined
    ? {}
    : {
        tls: {
          certPem: tls.certPem,
          keyPem: tls.keyPem,
          ...(tls.clientCaPem === undefined ? {} : { caPem: tls.clientCaPem }),
        },
      }),
});

/** @throws FlagError when flags contradict each other or a named file cannot be read */
export const readMasterOptions = (values: FlagValues<typeof masterFlags>): MasterOptions => {
  const security = readSecurity(values);
  return {
    ip: values.ip,
    bindIp: values['ip.bind'] === '' ? values.ip : values['ip.bind'],
    port: values.port,
    grpcPort: values['port.grpc'] ?? (values.port === 0 ? 0 : values.port + GRPC_PORT_DISTANCE),
    directory: values.mdir,
    volumeSizeLimitMb: values.volumeSizeLimitMB,
    volumePreallocate: values.volumePreallocate,
    defaultReplication: values.defaultReplication,
    vacuum: {
      ...DEFAULT_VACUUM,
      garbageThreshold: readThreshold(values.garbageThreshold),
      parallelPerServerMax: values.maxParallelVacuumPerServer,
    },
    isHttpDisabled: values.disableHttp,
    security,
    peerSecurity: toPeerSecurity(security),
  };
};

/** The environment of this process, for `main.ts`. */
export const readProcessEnvironment = (): Readonly<Record<string, string | undefined>> => process.env;

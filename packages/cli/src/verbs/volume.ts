import {
  choiceFlag,
  commonFlags,
  durationFlag,
  FlagError,
  integerFlag,
  listFlag,
  optionalFlag,
  portFlag,
  textFlag,
} from '@needlestack/service-kit';
import { FSYNC_MODES, startVolumeService, toGrpcAddress } from '@needlestack/volume-service';
import { defineCommand } from '../command.ts';
import { toChannelSecurity } from '../compose/channel-security.ts';
import { grpcPortOf } from '../grpc-port.ts';
import { runService } from '../run-service.ts';
import { readServerSecurity } from '../security-options.ts';
import { securityFlags } from '../server-flags.ts';

const BYTES_PER_MIB = 2 ** 20;
const VOLUMES_MAX = 8;

const volumeFlags = {
  ...commonFlags,
  ...securityFlags,
  ip: textFlag('127.0.0.1', 'address under which others reach this server'),
  'ip.bind': textFlag('', 'address to listen on; that of -ip when empty'),
  port: portFlag(8080, 'HTTP port'),
  'port.grpc': optionalFlag(portFlag(0, 'gRPC port; HTTP port + 10000 when not set')),
  publicUrl: textFlag('', 'host:port that clients are told; that of -ip when empty'),
  id: textFlag('', 'stable name of this server; host:port when empty'),
  dir: listFlag(['./data/volume'], 'directories for volumes, with commas between'),
  'dir.idx': textFlag('', 'directory for index files; beside the volumes when empty'),
  max: listFlag([String(VOLUMES_MAX)], 'volumes per directory, one number or one for each directory'),
  master: listFlag(['127.0.0.1:9333'], 'masters, with commas between'),
  dataCenter: textFlag('', 'name of the data center'),
  rack: textFlag('', 'name of the rack'),
  fsync: choiceFlag(
    FSYNC_MODES,
    'group',
    'when a needle reaches stable storage: before the answer, in groups or alone; or never',
  ),
  fileSizeLimitMB: integerFlag(256, 'largest upload', { min: 1 }),
  pulse: durationFlag(5_000, 'pause between heartbeats'),
} as const;

function directoriesOf(paths: readonly string[], maxima: readonly string[], indexPath: string) {
  if (maxima.length !== 1 && maxima.length !== paths.length) {
    throw new FlagError(`-max has ${maxima.length} numbers for ${paths.length} directories; give one, or one for each`);
  }
  return paths.map((path, index) => {
    const text = maxima[maxima.length === 1 ? 0 : index] ?? '';
    if (!/^[1-9]\d*$/.test(text)) throw new FlagError(`flag -max: "${text}" is not a number of volumes`);
    return { path, volumesMax: Number(text), ...(indexPath === '' ? undefined : { indexPath }) };
  });
}

/** `needlestack volume`: one volume server as this process. */
export const volumeCommand = defineCommand({
  verb: 'volume',
  summary: 'Keeps the bytes of objects as needles in volume files.',
  flags: volumeFlags,
  run: async (values) => {
    const security = readServerSecurity(values);
    const directories = directoriesOf(values.dir, values.max, values['dir.idx']);
    return runService({
      name: 'volume',
      verbosity: values.v,
      graceMs: values['shutdown.grace'],
      start: (logger) =>
        startVolumeService({
          directories,
          host: values['ip.bind'] === '' ? values.ip : values['ip.bind'],
          port: values.port,
          grpcPort: grpcPortOf(values.port, values['port.grpc']),
          ip: values.ip,
          ...(values.publicUrl === '' ? undefined : { publicUrl: values.publicUrl }),
          ...(values.id === '' ? undefined : { id: values.id }),
          masters: values.master.map(toGrpcAddress),
          dataCenter: values.dataCenter,
          rack: values.rack,
          pulseMs: values.pulse,
          fsync: values.fsync,
          fileSizeBytesMax: values.fileSizeLimitMB * BYTES_PER_MIB,
          security,
          clientSecurity: toChannelSecurity(security),
          logger,
        }),
    });
  },
});

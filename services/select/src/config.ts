import { availableParallelism } from 'node:os';
import { commonFlags, integerFlag, optionalFlag, portFlag, textFlag } from '@needlestack/service-kit';

/** Flags of `needlestack select`; the command adds a prefix when it runs all services. */
export const selectFlags = {
  ...commonFlags,
  ip: textFlag('127.0.0.1', 'address to listen on'),
  port: portFlag(9600, 'HTTP port: health and metrics'),
  'port.grpc': optionalFlag(portFlag(0, 'gRPC port of the select service; HTTP port + 10000 when not set')),
  master: textFlag('127.0.0.1:9333', 'HTTP address of the master, to find the volumes of objects'),
  workers: integerFlag(0, 'queries that run at a time; 0: one less than there are cores'),
} as const;

/** One core is left to whoever serves requests. */
export const defaultWorkerCount = (): number => Math.max(1, availableParallelism() - 1);

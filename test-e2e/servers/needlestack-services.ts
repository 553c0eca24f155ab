import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type NeedlestackProcess,
  type StoreCredentials,
  startNeedlestackProcess,
  TEST_CREDENTIALS,
} from './needlestack-process.ts';
import { freePorts, type ServiceName, type ServicePorts } from './service-ports.ts';

/** A store whose services run in a process each. */
export interface RunningServices {
  readonly ports: ServicePorts;
  readonly credentials: StoreCredentials;
  readonly pids: readonly number[];
  /** The process of one service. */
  readonly processes: ReadonlyMap<ServiceName, NeedlestackProcess>;
  urlOf(service: ServiceName): string;
  /** Ends all of them gracefully, those first that need others, and removes the data. */
  stop(): Promise<void>;
}

/** Root key of gateways and catalogs of tests; nothing outside them knows it. */
const TEST_ROOT_KEY = Buffer.alloc(32, 'root key of tests').toString('base64');

/** In the order in which they start: each needs only services before it. */
const START_ORDER: readonly ServiceName[] = ['master', 'volume', 'catalog', 'notify', 'select', 's3'];

export interface ServicesOptions {
  /** More environment for the process of a service. */
  readonly environmentOf?: (service: ServiceName) => NodeJS.ProcessEnv;
  /** More flags of the gateway. */
  readonly gatewayFlags?: readonly string[];
}

/** Starts `needlestack master`, `volume`, `catalog`, `notify`, `select` and `gateway`, which talk over gRPC on loopback. */
export async function startNeedlestackServices(options: ServicesOptions = {}): Promise<RunningServices> {
  const directory = mkdtempSync(join(tmpdir(), 'needlestack-services-'));
  const ports = await freePorts();
  const urlOf = (service: ServiceName): string => `http://127.0.0.1:${ports[service]}`;
  const processes = new Map<ServiceName, NeedlestackProcess>();
  const stop = async (): Promise<void> => {
    for (const service of START_ORDER.toReversed()) await processes.get(service)?.end('SIGTERM');
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    for (const service of START_ORDER) {
      const environment = options.environmentOf?.(service) ?? {};
      const flags = service === 's3' ? (options.gatewayFlags ?? []) : [];
      processes.set(service, await startService(service, { root: directory, ports, environment, flags }));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  const pids = [...processes.values()].map((one) => one.pid);
  return { ports, credentials: TEST_CREDENTIALS, pids, processes, urlOf, stop };
}

function startService(
  service: ServiceName,
  place: {
    readonly root: string;
    readonly ports: ServicePorts;
    readonly environment: NodeJS.ProcessEnv;
    readonly flags: readonly string[];
  },
): Promise<NeedlestackProcess> {
  const { root, ports, environment } = place;
  const directory = join(root, service);
  mkdirSync(directory);
  const url = `http://127.0.0.1:${ports[service]}`;
  return startNeedlestackProcess({
    verb: service === 's3' ? 'gateway' : service,
    flags: ['-ip=127.0.0.1', `-port=${ports[service]}`, ...flagsOf(service, directory, ports), ...place.flags],
    credentials: TEST_CREDENTIALS,
    environment: {
      NEEDLESTACK_CLUSTER_SECRET: 'secret of the services under test',
      NEEDLESTACK_ROOT_KEY: TEST_ROOT_KEY,
      ...environment,
    },
    readyUrl: service === 's3' ? `${url}/-/readyz` : `${url}/readyz`,
  });
}

function flagsOf(service: ServiceName, directory: string, ports: ServicePorts): string[] {
  const peer = (name: ServiceName): string => `-${name}=127.0.0.1:${ports[name]}`;
  switch (service) {
    case 'master':
      return [`-mdir=${directory}`];
    case 'volume':
      return [`-dir=${directory}`, peer('master')];
    case 'catalog':
      return [`-dir=${directory}`, peer('master')];
    case 'notify':
      return [`-dir=${directory}`, peer('catalog')];
    case 'select':
      return [peer('master')];
    case 's3':
      return [peer('catalog'), peer('master'), peer('notify'), peer('select')];
  }
}

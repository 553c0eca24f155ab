import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type NeedlestackProcess,
  type StoreCredentials,
  startNeedlestackProcess,
  TEST_CREDENTIALS,
} from './needlestack-process.ts';
import { freePorts, SERVICES, type ServiceName, type ServicePorts } from './service-ports.ts';

export interface NeedlestackOptions {
  /** Data directory; a temporary one, removed by `stop`, when absent. */
  readonly directory?: string;
  /** Free ones when absent; give those of an earlier run to restart a store in place. */
  readonly ports?: ServicePorts;
  readonly credentials?: StoreCredentials;
  /** More flags of `needlestack server`. */
  readonly flags?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** A store, ready for requests. */
export interface RunningNeedlestack extends NeedlestackProcess {
  readonly ports: ServicePorts;
  readonly directory: string;
  readonly credentials: StoreCredentials;
  urlOf(service: ServiceName): string;
  /** Starts it again in place, once its process has ended. @param environment in place of what it had */
  restart(environment?: Readonly<Record<string, string>>): Promise<RunningNeedlestack>;
  /** Ends it gracefully and removes a temporary directory. */
  stop(): Promise<void>;
}

/** Starts `needlestack server`: all services in one process, on free loopback ports. */
export async function startNeedlestack(options: NeedlestackOptions = {}): Promise<RunningNeedlestack> {
  const isTemporary = options.directory === undefined;
  return startInPlace({
    directory: options.directory ?? mkdtempSync(join(tmpdir(), 'needlestack-store-')),
    ports: options.ports ?? (await freePorts()),
    credentials: options.credentials ?? TEST_CREDENTIALS,
    flags: options.flags ?? [],
    environment: options.environment ?? {},
    isTemporary,
  });
}

async function startInPlace(
  place: Required<NeedlestackOptions> & { isTemporary: boolean },
): Promise<RunningNeedlestack> {
  const { directory, ports, credentials } = place;
  const urlOf = (service: ServiceName): string => `http://127.0.0.1:${ports[service]}`;
  const removeTemporary = (): void => {
    if (place.isTemporary) rmSync(directory, { recursive: true, force: true });
  };
  const store = await startNeedlestackProcess({
    verb: 'server',
    flags: [
      `-dir=${directory}`,
      '-ip=127.0.0.1',
      ...SERVICES.map((name) => `-${name}.port=${ports[name]}`),
      ...place.flags,
    ],
    credentials,
    environment: place.environment,
    readyUrl: `${urlOf('s3')}/-/readyz`,
  }).catch((error: unknown) => {
    removeTemporary();
    throw error;
  });
  const stop = async (): Promise<void> => {
    await store.end('SIGTERM');
    removeTemporary();
  };
  const restart: RunningNeedlestack['restart'] = (environment = place.environment) =>
    startInPlace({ ...place, environment });
  return { ...store, ports, directory, credentials, urlOf, stop, restart };
}

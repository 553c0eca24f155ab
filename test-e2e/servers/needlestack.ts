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
  /** Ends it gracefully and removes a temporary directory. */
  stop(): Promise<void>;
}

/** Starts `needlestack server`: all services in one process, on free loopback ports. */
export async function startNeedlestack(options: NeedlestackOptions = {}): Promise<RunningNeedlestack> {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'needlestack-store-'));
  const ports = options.ports ?? (await freePorts());
  const credentials = options.credentials ?? TEST_CREDENTIALS;
  const urlOf = (service: ServiceName): string => `http://127.0.0.1:${ports[service]}`;
  const store = await startNeedlestackProcess({
    verb: 'server',
    flags: [
      `-dir=${directory}`,
      '-ip=127.0.0.1',
      ...SERVICES.map((name) => `-${name}.port=${ports[name]}`),
      ...(options.flags ?? []),
    ],
    credentials,
    environment: options.environment ?? {},
    readyUrl: `${urlOf('s3')}/-/readyz`,
  });
  const stop = async (): Promise<void> => {
    await store.end('SIGTERM');
    if (options.directory === undefined) rmSync(directory, { recursive: true, force: true });
  };
  return { ...store, ports, directory, credentials, urlOf, stop };
}

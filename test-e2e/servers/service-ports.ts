import { freePortPair } from './free-port.ts';

/** The services by the names that their flags carry; `s3` is the gateway. */
export const SERVICES = ['s3', 'master', 'volume', 'catalog', 'notify', 'select'] as const;

export type ServiceName = (typeof SERVICES)[number];
export type ServicePorts = Readonly<Record<ServiceName, number>>;

/** A port for each service, free together with its gRPC twin. */
export async function freePorts(): Promise<ServicePorts> {
  const taken = new Set<number>();
  while (taken.size < SERVICES.length) taken.add(await freePortPair());
  const [s3 = 0, master = 0, volume = 0, catalog = 0, notify = 0, select = 0] = taken;
  return { s3, master, volume, catalog, notify, select };
}

import type { ChannelSecurity } from '@needlestack/rpc';
import { createGrpcCatalog, GrpcMaster, GrpcNotify, GrpcSelect } from '@needlestack/service-contracts';
import { toGrpcAddress } from '@needlestack/volume-service';
import { createObjectStore, DataPlaneSessions, type ObjectStore } from './object-store.ts';

const DEFAULT_PLACEMENT = { collection: '', replication: '', ttl: '', dataCenter: '' };

/** Something that was opened and must be closed. */
interface Closable {
  close(): Promise<void> | void;
}

/**
 * Clients of the other services of a cluster, opened as they are asked for and closed together. Addresses are those of the HTTP ports,
 * `host:port` or `host:port.grpcPort`; gRPC is port + 10000 unless said.
 */
export class ClusterConnections {
  readonly #security: ChannelSecurity;
  readonly #open: Closable[] = [];

  constructor(security: ChannelSecurity) {
    this.#security = security;
  }

  #keep<T extends Closable>(connection: T): T {
    this.#open.push(connection);
    return connection;
  }

  #to(address: string): ChannelSecurity & { readonly address: string } {
    return { ...this.#security, address: toGrpcAddress(address) };
  }

  catalog(address: string) {
    return this.#keep(createGrpcCatalog(this.#to(address)));
  }

  notify(address: string): GrpcNotify {
    return this.#keep(new GrpcNotify(this.#to(address)));
  }

  select(address: string): GrpcSelect {
    return this.#keep(new GrpcSelect(this.#to(address)));
  }

  /** Bytes of objects on the volume servers that this master knows. */
  objectStore(masterAddress: string): ObjectStore {
    const master = this.#keep(new GrpcMaster(this.#to(masterAddress)));
    const sessions = this.#keep(new DataPlaneSessions(this.#security));
    return this.#keep(createObjectStore({ master, connect: sessions.connect, placement: DEFAULT_PLACEMENT }));
  }

  async close(): Promise<void> {
    for (const connection of this.#open.reverse()) await connection.close();
  }
}

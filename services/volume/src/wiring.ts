/** Builds the service out of its parts, and takes it down in the opposite order. */
import type { VolumeDataPlane } from '@needlestack/service-contracts';
import { createSilentLogger, Lifecycle, MetricsRegistry, Readiness } from '@needlestack/service-kit';
import { LocalDataPlane } from './core/data-plane.ts';
import type { VolumeEvents } from './core/ports.ts';
import { ServerState } from './core/server-state.ts';
import { VolumeRegistry } from './core/volume-registry.ts';
import type { GrpcContext } from './grpc/grpc-context.ts';
import { startVolumeGrpc } from './grpc/server.ts';
import { startVolumeHttp } from './http/server.ts';
import { addVolumeGauges, createVolumeEvents } from './observability/volume-events.ts';
import { deltaBeat, fullBeat, type ServerIdentity } from './peers/heartbeat-messages.ts';
import { MasterClient, type MasterClientEvents } from './peers/master-client.ts';
import { ReplicaClient } from './peers/replica-client.ts';
import { DiskVolumeStore } from './storage/disk-volume-store.ts';
import { nodeFileSystem } from './storage/file-system.ts';
import { serverStateFile } from './storage/server-state-file.ts';
import { systemClock } from './system-clock.ts';
import { DEFAULTS, SERVER_VERSION, type VolumeServiceOptions } from './volume-options.ts';
import { wireHttp } from './wiring-http.ts';
import { wireTransfers } from './wiring-transfers.ts';

export interface VolumeService {
  /** Reads, writes and deletions without a wire. */
  readonly dataPlane: VolumeDataPlane;
  readonly httpPort: number;
  readonly grpcPort: number;
  readonly metrics: MetricsRegistry;
  readonly readiness: Readiness;
  /** Methods of the wire contract that answer UNIMPLEMENTED. */
  readonly unimplementedMethods: readonly string[];
  /** Refuses new work, ends what is under way within the grace time, and closes all. */
  close(graceMs?: number): Promise<void>;
}

type Events = VolumeEvents & MasterClientEvents;

/**
 * Starts a volume server. Rejects when a directory belongs to another process, a port is taken, or a port would be open to everybody
 * without a token or mTLS. A volume that cannot be opened is logged and left out.
 */
export async function startVolumeService(options: VolumeServiceOptions): Promise<VolumeService> {
  const logger = options.logger ?? createSilentLogger();
  const metrics = new MetricsRegistry('volume');
  const events = createVolumeEvents(logger, metrics);
  const readiness = new Readiness();
  const lifecycle = new Lifecycle(logger);
  const registry = await startRegistry(options, events, lifecycle);
  addVolumeGauges(metrics, registry);
  const state = await ServerState.load(serverStateFile(options.directories[0]?.path ?? '.'));

  // Masters and replicas are told of ports that are known only when they listen.
  const link: ClusterLink = { identity: undefined, master: undefined };
  const replicas = await lifecycle.start(
    'replicas',
    () => startReplicas(options, link),
    (client) => client.close(),
  );
  const replication = { peers: replicas, events };
  const dataPlane = new LocalDataPlane(registry, replication);
  const host = options.host ?? DEFAULTS.host;
  const onFault = (error: unknown, path: string): void => logger.error({ err: error, path }, 'request failed');
  const http = await lifecycle.start(
    'http',
    () =>
      startVolumeHttp(wireHttp(options, { registry, replication, state, metrics, readiness, onFault }), {
        host,
        port: options.port ?? 0,
        security: options.httpSecurity ?? options.security ?? {},
      }),
    (server, deadline) => server.close(deadline),
  );
  const ip = options.ip ?? host;
  const serverId = options.id ?? `${ip}:${http.port}`;
  const grpcContext = controlPlane(options, { registry, replication, state, link, serverId });
  const grpc = await lifecycle.start(
    'grpc',
    () =>
      startVolumeGrpc(grpcContext, dataPlane, {
        ...options.security,
        host,
        port: options.grpcPort ?? 0,
        trustsNetwork: options.trustsNetwork ?? false,
        onFault,
      }),
    (server, deadline) => server.close(deadline),
  );
  link.identity = {
    id: options.id ?? '',
    ip,
    port: http.port,
    publicUrl: options.publicUrl ?? `${ip}:${http.port}`,
    grpcPort: grpc.port,
    dataCenter: options.dataCenter ?? '',
    rack: options.rack ?? '',
  };
  await startHeartbeats(options, link.identity, { registry, state, events, link, readiness, lifecycle });
  readiness.markStarted();
  logger.info({ httpPort: http.port, grpcPort: grpc.port, volumes: registry.list().length }, 'volume server started');
  return {
    dataPlane,
    httpPort: http.port,
    grpcPort: grpc.port,
    metrics,
    readiness,
    unimplementedMethods: grpc.unimplementedMethods,
    close: (graceMs = DEFAULTS.closeGraceMs) => {
      readiness.markStopping();
      return lifecycle.close(graceMs);
    },
  };
}

/** What is known of the cluster once everything listens. */
interface ClusterLink {
  identity: ServerIdentity | undefined;
  master: MasterClient | undefined;
}

async function startRegistry(
  options: VolumeServiceOptions,
  events: VolumeEvents,
  lifecycle: Lifecycle,
): Promise<VolumeRegistry> {
  const fsync = options.fsync ?? DEFAULTS.fsync;
  return lifecycle.start(
    'volumes',
    async () => {
      const store = await DiskVolumeStore.open({
        directories: options.directories,
        files: options.files ?? nodeFileSystem,
        syncedWrites: fsync !== 'never',
        offsetWidth: 4,
        events,
        nowMs: systemClock.nowMs,
      });
      return new VolumeRegistry(store, { fsync, clock: systemClock, events }, await store.openAll());
    },
    (registry) => registry.close(),
  );
}

function startReplicas(options: VolumeServiceOptions, link: ClusterLink): ReplicaClient {
  return new ReplicaClient({
    lookup: async (volumeId, signal) => (await link.master?.lookupVolume(volumeId, signal)) ?? [],
    isOwnAddress: (address) =>
      link.identity !== undefined &&
      (address === `${link.identity.ip}:${link.identity.port}` || address === link.identity.publicUrl),
    security: options.replicaSecurity ?? options.clientSecurity ?? {},
    fsync: (options.fsync ?? DEFAULTS.fsync) !== 'never',
    nowMs: systemClock.nowMs,
  });
}

function controlPlane(
  options: VolumeServiceOptions,
  parts: Pick<GrpcContext, 'registry' | 'replication' | 'state' | 'serverId'> & { readonly link: ClusterLink },
): GrpcContext {
  const { link, ...rest } = parts;
  const masters = options.masters ?? [];
  return {
    ...rest,
    ...wireTransfers(options),
    shardDisks: () => [],
    clock: systemClock,
    version: SERVER_VERSION,
    dataCenter: options.dataCenter ?? '',
    rack: options.rack ?? '',
    announce: () => link.master?.announce(),
    isKnownMaster: (address) => masters.includes(address),
    pingMaster: async (address, signal) => (await link.master?.ping(address, signal)) ?? 0n,
  };
}

interface HeartbeatParts {
  readonly registry: VolumeRegistry;
  readonly state: ServerState;
  readonly events: Events;
  readonly link: ClusterLink;
  readonly readiness: Readiness;
  readonly lifecycle: Lifecycle;
}

async function startHeartbeats(
  options: VolumeServiceOptions,
  identity: ServerIdentity,
  { registry, state, events, link, readiness, lifecycle }: HeartbeatParts,
): Promise<void> {
  const masters = options.masters ?? [];
  if (masters.length === 0) return;
  const { store } = registry;
  const buildBeat = async () => {
    if (state.hasLeft) return undefined;
    const disks = await store.diskStatuses();
    registry.resumeFullVolumes(disks);
    return fullBeat(identity, {
      volumes: registry.list(),
      disks,
      directoryUuids: store.directoryUuids,
      state: state.record,
    });
  };
  const pulseMs = options.pulseMs ?? DEFAULTS.pulseMs;
  const security = options.clientSecurity ?? {};
  const master = new MasterClient({ masters, security, pulseMs, buildBeat, events });
  link.master = master;
  readiness.addCheck('master', () => (master.isConnected ? undefined : 'no master answers'));
  await lifecycle.start(
    'heartbeats',
    () => {
      const stopListening = registry.onChange((change) => master.announce(deltaBeat(identity, change)));
      master.start();
      return stopListening;
    },
    async (stopListening) => {
      stopListening();
      await master.close();
    },
  );
}

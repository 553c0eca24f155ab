/** Builds the service out of its parts, and takes it down in the opposite order. */
import type { VolumeDataPlane } from '@needlestack/service-contracts';
import { createSilentLogger, Lifecycle, MetricsRegistry, Readiness } from '@needlestack/service-kit';
import { AccessRules } from './access-rules.ts';
import { LocalDataPlane } from './core/needles/data-plane.ts';
import type { VolumeEvents } from './core/ports.ts';
import { NO_COUNTERS, type ServerCounters } from './core/server-counters.ts';
import { ServerState } from './core/server-state.ts';
import type { EcEvents } from './core/shards/ec-ports.ts';
import type { EcRegistry } from './core/shards/ec-registry.ts';
import { VolumeRegistry } from './core/volume/volume-registry.ts';
import type { GrpcContext } from './grpc/grpc-context.ts';
import type { RepairContext } from './grpc/repair-service.ts';
import { startVolumeGrpc } from './grpc/server.ts';
import { addShardGauges, createShardEvents } from './observability/shard-events.ts';
import { addVolumeGauges, createVolumeEvents } from './observability/volume-events.ts';
import type { ConfiguredStorages } from './peers/configured-storages.ts';
import { type MasterClient, toGrpcAddress } from './peers/master-client.ts';
import { ReplicaClient } from './peers/replica-client.ts';
import { DiskVolumeStore } from './storage/disk-volume-store.ts';
import { nodeFileSystem } from './storage/files/file-system.ts';
import { serverStateFile } from './storage/server-state-file.ts';
import { systemClock } from './system-clock.ts';
import { type AccessOptions, DEFAULTS, SERVER_VERSION, type VolumeServiceOptions } from './volume-options.ts';
import { type ClusterLink, startHeartbeats } from './wiring/wire-heartbeats.ts';
import { createTransferLimits, startHttpPorts, wireHttp } from './wiring/wire-http.ts';
import { countDamage, startSeaweedMetrics, watchMasters } from './wiring/wire-metrics.ts';
import { suspectOnEvents, suspectShardsOnEvents, wireRepair } from './wiring/wire-repair.ts';
import { mountShards, openShardStore, startShardReads } from './wiring/wire-shards.ts';
import {
  createPacer,
  followStorages,
  startBackgroundScrub,
  wireStorages,
  wireTransfers,
} from './wiring/wire-transfers.ts';

export interface VolumeService {
  /** Reads, writes and deletions without a wire. */
  readonly dataPlane: VolumeDataPlane;
  readonly httpPort: number;
  /** The port that only reads; the same as `httpPort` when there is no other. */
  readonly publicHttpPort: number;
  readonly grpcPort: number;
  readonly metrics: MetricsRegistry;
  readonly readiness: Readiness;
  /** Methods of the wire contract that answer UNIMPLEMENTED. */
  readonly unimplementedMethods: readonly string[];
  /** Resolves when the service must not go on: another server has the same directories. */
  readonly failure: Promise<Error>;
  /** Takes over keys and white list, and mounts volumes whose files were put here meanwhile. */
  reload(access: AccessOptions): Promise<void>;
  /** Refuses new work, ends what is under way within the grace time, and closes all. */
  close(graceMs?: number): Promise<void>;
}

/**
 * Starts a volume server. Rejects when a directory belongs to another process, a port is taken, or a port would be open to everybody
 * without a token or mTLS. A volume that cannot be opened is logged and left out.
 */
export async function startVolumeService(options: VolumeServiceOptions): Promise<VolumeService> {
  const logger = options.logger ?? createSilentLogger();
  const metrics = new MetricsRegistry('volume');
  let repair: RepairContext | undefined;
  const told = createVolumeEvents(logger, metrics);
  const events = {
    ...told,
    ...suspectOnEvents(told, () => repair?.mender),
    masterConnected: (address: string) => {
      told.masterConnected(address);
      repair?.mender.start();
      repair?.mender.suspectAll();
      repair?.shardMender.start();
    },
  };
  const readiness = new Readiness();
  const lifecycle = new Lifecycle(logger);
  const shardEvents = suspectShardsOnEvents(createShardEvents(logger, metrics), () => repair?.shardMender);
  const storages = wireStorages(options, logger);
  let counters: ServerCounters = NO_COUNTERS;
  const countedEvents = countDamage({ ...events, ...shardEvents }, () => counters);
  const { registry, shards } = await startVolumes(options, countedEvents, storages, lifecycle);
  await startBackgroundScrub(options, registry, events, lifecycle);
  addVolumeGauges(metrics, registry);
  addShardGauges(metrics, shards);
  const state = await ServerState.load(serverStateFile(options.directories[0]?.path ?? '.'));

  // Masters and replicas are told of ports that are known only when they listen.
  const link: ClusterLink = { identity: undefined, master: undefined, volumeSizeLimitBytes: 0 };
  const access = new AccessRules(options);
  const replicas = await lifecycle.start(
    'replicas',
    () => startReplicas(options, link, () => counters.handled('errorUnmarshalPairs')),
    (client) => client.close(),
  );
  const limits = createTransferLimits(options);
  const seaweed = await startSeaweedMetrics(options, { registry, shards, metrics, lifecycle, limits });
  if (seaweed !== undefined) counters = seaweed.counters;
  const replication = { peers: replicas, events, counters };
  const shardParts = await startShardReads(options, { shards, events: countedEvents, link, lifecycle });
  const { ecNeedles } = shardParts;
  const dataPlane = new LocalDataPlane(registry, replication, ecNeedles);
  repair = await wireRepair(options, {
    registry,
    shards,
    ecNeedles,
    shardEvents,
    state,
    link,
    logger,
    metrics,
    lifecycle,
  });
  const host = options.host ?? DEFAULTS.host;
  const onFault = (error: unknown, path: string): void => logger.error({ err: error, path }, 'request failed');
  const httpContext = wireHttp(options, {
    registry,
    ...shardParts,
    replication,
    peers: replicas,
    state,
    metrics,
    readiness,
    access,
    seaweed,
    limits,
    onFault,
  });
  const http = await startHttpPorts(options, httpContext, lifecycle);
  const ip = options.ip ?? host;
  const serverId = options.id ?? `${ip}:${http.port}`;
  const grpcContext = controlPlane(options, {
    storages,
    registry,
    shards,
    ...shardParts,
    replication,
    counters,
    state,
    link,
    serverId,
  });
  const grpc = await lifecycle.start(
    'grpc',
    () =>
      startVolumeGrpc(grpcContext, dataPlane, {
        ...options.security,
        host,
        port: options.grpcPort ?? 0,
        trustsNetwork: options.trustsNetwork ?? false,
        allowsChangesFrom: (address) => access.allowsChangesFrom(address),
        repair,
        onFault,
      }),
    (server, deadline) => server.close(deadline),
  );
  link.identity = {
    id: options.id ?? '',
    ip,
    port: http.port,
    publicUrl: options.publicUrl ?? `${ip}:${http.publicPort}`,
    grpcPort: grpc.port,
    dataCenter: options.dataCenter ?? '',
    rack: options.rack ?? '',
  };
  const onStorages = await followStorages(storages, registry, lifecycle);
  const duplicate = Promise.withResolvers<Error>();
  const parts = {
    registry,
    shards,
    storages,
    state,
    events: watchMasters(events, seaweed),
    link,
    readiness,
    lifecycle,
    onDuplicate: duplicate.resolve,
    onStorages,
  };
  await startHeartbeats(options, link.identity, parts);
  readiness.markStarted();
  logger.info({ httpPort: http.port, grpcPort: grpc.port, volumes: registry.list().length }, 'volume server started');
  return {
    dataPlane,
    httpPort: http.port,
    publicHttpPort: http.publicPort,
    grpcPort: grpc.port,
    metrics,
    readiness,
    unimplementedMethods: grpc.unimplementedMethods,
    failure: duplicate.promise,
    reload: async (changed) => {
      access.replace(changed);
      await registry.mountNew();
      await shards.mountAll();
    },
    close: async (graceMs = DEFAULTS.closeGraceMs) => {
      readiness.markStopping();
      if (graceMs > 0) await keepServing(options.preStopMs ?? 0, link.master);
      await lifecycle.close(graceMs);
    },
  };
}

/** The masters know that this server goes; clients that do not know yet are still served. */
async function keepServing(preStopMs: number, master: MasterClient | undefined): Promise<void> {
  await master?.close();
  await new Promise((resolve) => setTimeout(resolve, preStopMs));
}

async function startVolumes(
  options: VolumeServiceOptions,
  events: VolumeEvents & EcEvents,
  storages: ConfiguredStorages,
  lifecycle: Lifecycle,
): Promise<{ readonly registry: VolumeRegistry; readonly shards: EcRegistry }> {
  const fsync = options.fsync ?? DEFAULTS.fsync;
  return lifecycle.start(
    'volumes',
    async () => {
      const store = await DiskVolumeStore.open({
        directories: options.directories,
        files: options.files ?? nodeFileSystem,
        syncedWrites: fsync !== 'never',
        ...(options.hasSlowRead === false
          ? undefined
          : { readPieceBytes: options.readBufferBytes ?? DEFAULTS.readBufferBytes }),
        offsetWidth: 4,
        events,
        nowMs: systemClock.nowMs,
        openRemote: (file) => storages.open(file),
      });
      const shardStore = await openShardStore(store, options, events);
      const compactionPacer = createPacer(options.compactionBytesPerSecond ?? 0);
      const volumeOptions = { fsync, clock: systemClock, events, compactionPacer };
      const registry = new VolumeRegistry(store, volumeOptions, await store.openAll());
      return { registry, shards: await mountShards(shardStore, registry, events) };
    },
    async ({ registry, shards }) => {
      await shards.close();
      await registry.close();
    },
  );
}

function startReplicas(options: VolumeServiceOptions, link: ClusterLink, onUnreadablePairs: () => void): ReplicaClient {
  return new ReplicaClient({
    lookup: async (volumeId, signal) => (await link.master?.lookupVolume(volumeId, signal)) ?? [],
    isOwnAddress: (address) =>
      link.identity !== undefined &&
      (address === `${link.identity.ip}:${link.identity.port}` || address === link.identity.publicUrl),
    security: options.replicaSecurity ?? options.clientSecurity ?? {},
    fsync: (options.fsync ?? DEFAULTS.fsync) !== 'never',
    nowMs: systemClock.nowMs,
    onUnreadablePairs,
  });
}

function controlPlane(
  options: VolumeServiceOptions,
  parts: Pick<
    GrpcContext,
    'storages' | 'registry' | 'shards' | 'ecNeedles' | 'shardPeers' | 'replication' | 'counters' | 'state' | 'serverId'
  > & { readonly link: ClusterLink },
): GrpcContext {
  const { link, ...rest } = parts;
  const masters = options.masters ?? [];
  return {
    ...rest,
    ...wireTransfers(options),
    onTierStep: options.onTierStep ?? (() => undefined),
    shardDisks: (volumeId) => parts.shards.diskIdsOf(volumeId),
    clock: systemClock,
    version: SERVER_VERSION,
    dataCenter: options.dataCenter ?? '',
    rack: options.rack ?? '',
    announce: () => link.master?.announce(),
    findMaster: (target) => [target, toGrpcAddress(target)].find((address) => masters.includes(address)),
    pingMaster: async (address, signal) => (await link.master?.ping(address, signal)) ?? 0n,
  };
}

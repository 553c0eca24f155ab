import type { AdminLocks } from './admin-locks.ts';
import type { FileIdAssigner } from './assign-file-ids.ts';
import type { ClusterMembers } from './cluster-members.ts';
import type { FileIdSequence } from './file-id-sequence.ts';
import type { VolumeGrower } from './grow-volumes.ts';
import type { Clock, MasterEvents, Random, VolumeServers } from './ports.ts';
import type { Topology } from './topology.ts';
import type { VacuumSettings, VolumeVacuum } from './vacuum-volumes.ts';

/** How this master is reached by others. */
export interface MasterAddress {
  readonly ip: string;
  readonly httpPort: number;
  readonly grpcPort: number;
}

export interface MasterSettings {
  readonly volumeSizeLimitMb: number;
  readonly volumePreallocate: boolean;
  /** `xyz`; empty is `000`. */
  readonly defaultReplication: string;
  readonly topologyId: string;
  readonly version: string;
  readonly vacuum: VacuumSettings;
}

/** The master's parts, as the rooms that take requests see them. */
export interface Master {
  readonly topology: Topology;
  readonly sequence: FileIdSequence;
  readonly grower: VolumeGrower;
  readonly assigner: FileIdAssigner;
  readonly vacuum: VolumeVacuum;
  readonly servers: VolumeServers;
  readonly members: ClusterMembers;
  readonly locks: AdminLocks;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: MasterEvents;
  readonly settings: MasterSettings;
  /** Known once the ports are bound. */
  readonly address: () => MasterAddress;
}

/** `host:port.grpcPort`, as SeaweedFS's clients expect a master's name. */
export const formatMasterAddress = ({ ip, httpPort, grpcPort }: MasterAddress): string =>
  `${ip}:${httpPort}.${grpcPort}`;

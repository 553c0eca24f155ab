import { type BoundService, bindService } from '@needlestack/rpc';
import type { Seaweed } from '@needlestack/rpc/wire/master-pb';
import type { Master } from '../core/master.ts';
import { assign } from './assign.ts';
import { collectionDelete } from './collection-delete.ts';
import { collectionList } from './collection-list.ts';
import { collectionStatistics } from './collection-statistics.ts';
import { getAdminLockStatus } from './get-admin-lock-status.ts';
import { getMasterConfiguration } from './get-master-configuration.ts';
import { keepConnected } from './keep-connected.ts';
import { leaseAdminToken } from './lease-admin-token.ts';
import { listClusterNodes } from './list-cluster-nodes.ts';
import { lookupEcVolume } from './lookup-ec-volume.ts';
import { lookupVolume } from './lookup-volume.ts';
import { ping } from './ping.ts';
import { raftListClusterServers } from './raft-list-cluster-servers.ts';
import { releaseAdminToken } from './release-admin-token.ts';
import { sendHeartbeat } from './send-heartbeat.ts';
import { statistics } from './statistics.ts';
import { streamAssign } from './stream-assign.ts';
import { disableVacuum, enableVacuum, vacuumVolume } from './vacuum-volume.ts';
import { volumeGrow } from './volume-grow.ts';
import { volumeList } from './volume-list.ts';
import { volumeListStream } from './volume-list-stream.ts';
import { volumeMarkReadonly } from './volume-mark-readonly.ts';

export const MASTER_SERVICE_NAME = 'master_pb.Seaweed';

/** The master's methods. What is missing here answers UNIMPLEMENTED: the changing raft calls. */
export const bindSeaweedService = (master: Master): BoundService =>
  bindService<Seaweed>(MASTER_SERVICE_NAME, {
    SendHeartbeat: sendHeartbeat(master),
    KeepConnected: keepConnected(master),
    LookupVolume: lookupVolume(master),
    Assign: assign(master),
    StreamAssign: streamAssign(master),
    Statistics: statistics(master),
    CollectionList: collectionList(master),
    CollectionDelete: collectionDelete(master),
    CollectionStatistics: collectionStatistics(master),
    VolumeList: volumeList(master),
    VolumeListStream: volumeListStream(master),
    LookupEcVolume: lookupEcVolume(master),
    VolumeMarkReadonly: volumeMarkReadonly(master),
    GetMasterConfiguration: getMasterConfiguration(master),
    ListClusterNodes: listClusterNodes(master),
    LeaseAdminToken: leaseAdminToken(master),
    ReleaseAdminToken: releaseAdminToken(master),
    GetAdminLockStatus: getAdminLockStatus(master),
    Ping: ping(master),
    RaftListClusterServers: raftListClusterServers(master),
    VolumeGrow: volumeGrow(master),
    VacuumVolume: vacuumVolume(master),
    DisableVacuum: disableVacuum(master),
    EnableVacuum: enableVacuum(master),
  });

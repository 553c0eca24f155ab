import { type CallContext, endOnAbort, PushQueue, RpcError } from '@needlestack/rpc';
import type {
  KeepConnectedRequest,
  KeepConnectedResponseInit,
  VolumeLocationInit,
} from '@needlestack/rpc/wire/master-pb';
import { formatMasterAddress, type Master } from '../core/master.ts';
import type { LocationChange } from '../core/topology.ts';
import type { VolumeServerNode } from '../core/volume-server-node.ts';

/** Changes that a client may be behind; a slower one is cut off and starts anew. */
const BEHIND_MAX = 10_000;

const writeServer = ({ url, identity }: VolumeServerNode): VolumeLocationInit => ({
  url,
  public_url: identity.publicUrl,
  data_center: identity.dataCenter,
  grpc_port: identity.grpcPort,
});

const writeChange = (change: LocationChange): KeepConnectedResponseInit => ({
  volume_location: {
    ...writeServer(change.server),
    new_vids: change.newVolumeIds,
    deleted_vids: change.deletedVolumeIds,
    new_ec_vids: change.newEcVolumeIds,
    deleted_ec_vids: change.deletedEcVolumeIds,
  },
});

const isEmpty = (change: LocationChange): boolean =>
  change.newVolumeIds.length +
    change.deletedVolumeIds.length +
    change.newEcVolumeIds.length +
    change.deletedEcVolumeIds.length ===
  0;

/** What a new client must know: the leader, then every server with all it holds, then who else is connected. */
const snapshot = (master: Master, filerGroup: string): KeepConnectedResponseInit[] => {
  const leader = formatMasterAddress(master.address());
  const servers = master.topology.servers.map((server) => ({
    volume_location: {
      ...writeServer(server),
      new_vids: [...server.volumes.keys()],
      new_ec_vids: [...master.topology.ecVolumes.volumeIdsOn(server)],
    },
  }));
  const members = ['filer', 'broker', 's3'].flatMap((type) =>
    master.members.list(type, filerGroup).map((member) => ({
      cluster_node_update: {
        node_type: type,
        address: member.address,
        is_add: true,
        filer_group: filerGroup,
        created_at_ns: BigInt(member.joinedAtMs) * 1_000_000n,
      },
    })),
  );
  return [{ volume_location: { leader } }, ...servers, ...members];
};

/** Passes every change on until the client leaves; fails the queue when the client is too slow. */
const follow = (master: Master, filerGroup: string, queue: PushQueue<KeepConnectedResponseInit>): (() => void) => {
  const push = (message: KeepConnectedResponseInit): void => {
    if (!queue.tryPush(message)) queue.end(new RpcError('resource-exhausted', 'the client does not keep up'));
  };
  const stopLocations = master.topology.onChange((change) => {
    if (!isEmpty(change)) push(writeChange(change));
  });
  const stopMembers = master.members.onChange(({ member, isAdd }) => {
    if (member.filerGroup !== filerGroup) return;
    push({
      cluster_node_update: {
        node_type: member.type,
        address: member.address,
        is_add: isAdd,
        filer_group: member.filerGroup,
        created_at_ns: BigInt(member.joinedAtMs) * 1_000_000n,
      },
    });
  });
  return () => {
    stopLocations();
    stopMembers();
  };
};

/** A client's live map of volumes and members. Its membership lasts as long as the stream. */
export const keepConnected = (master: Master) =>
  async function* (
    requests: AsyncIterable<KeepConnectedRequest>,
    context: CallContext,
  ): AsyncGenerator<KeepConnectedResponseInit> {
    const incoming = endOnAbort(requests, context.stopping);
    const first = await incoming.next();
    if (first.done === true) return;
    const info = first.value;
    const leave = master.members.join({
      type: info.client_type,
      address: info.client_address,
      version: info.version,
      filerGroup: info.filer_group,
      dataCenter: info.data_center,
      rack: info.rack,
    });
    const queue = new PushQueue<KeepConnectedResponseInit>(BEHIND_MAX);
    const unfollow = follow(master, info.filer_group, queue);
    const waitForEnd = async (): Promise<void> => {
      try {
        // What comes after the first request only says that the client still lives.
        while ((await incoming.next()).done !== true);
        queue.end();
      } catch {
        queue.end();
      }
    };
    void waitForEnd();
    try {
      yield* snapshot(master, info.filer_group);
      yield* queue;
    } finally {
      unfollow();
      leave();
    }
  };

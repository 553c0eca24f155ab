import { type BoundService, RpcError } from '@needlestack/rpc';

/** Methods that change nothing, and those by which servers of a cluster move data: the white list does not concern them. */
const OPEN_METHODS: ReadonlySet<string> = new Set([
  'Ping',
  'GetState',
  'VolumeServerStatus',
  'VolumeStatus',
  'VacuumVolumeCheck',
  'VolumeSyncStatus',
  'VolumeIncrementalCopy',
  'CopyFile',
  'ReceiveFile',
  'ReadNeedleBlob',
  'ReadNeedleMeta',
  'WriteNeedleBlob',
  'VolumeTailSender',
  'VolumeEcShardsMount',
  'VolumeEcShardsInfo',
  'VolumeEcShardRead',
  'VolumeEcBlobDelete',
  'Query',
]);

/** Puts the white list before every method that changes something. */
export function guardMethods(service: BoundService, allowsChangesFrom: (address: string) => boolean): BoundService {
  const guarded = Object.entries(service.handlers).map(([method, handler]) => {
    if (handler === undefined || OPEN_METHODS.has(method)) return [method, handler] as const;
    const guard: typeof handler = (input, call) => {
      const address = hostOf(call.peer);
      if (!allowsChangesFrom(address)) throw new RpcError('permission-denied', `not authorized: ${address}`);
      return handler(input, call);
    };
    return [method, guard] as const;
  });
  return { name: service.name, handlers: Object.fromEntries(guarded) };
}

/** `10.0.0.1:1234` and `[::1]:1234` without the port. */
function hostOf(peer: string): string {
  const colon = peer.lastIndexOf(':');
  return (colon < 0 ? peer : peer.slice(0, colon)).replace(/^\[|\]$/g, '');
}

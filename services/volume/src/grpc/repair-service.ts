import { type BoundService, bindService, type CallContext, RpcError } from '@needlestack/rpc';
import type {
  ListNeedlesRequest,
  ListNeedlesResponseInit,
  NeedleStateInit,
  VolumeRepair,
} from '@needlestack/rpc/wire/needlestack-repair';
import { LIMITS } from '../core/limits.ts';
import type { NeedleDigests } from '../core/repair/digest-needles.ts';
import { listNeedleStates, type NeedleSelection } from '../core/repair/list-needle-states.ts';
import type { NeedleState } from '../core/repair/needle-state.ts';
import type { ReplicaMender } from '../core/repair/replica-mender.ts';
import type { ShardMender } from '../core/repair/shard-mender.ts';
import { findVolume, type GrpcContext, refuseInMaintenance } from './grpc-context.ts';

export interface RepairContext {
  readonly digests: NeedleDigests;
  readonly mender: ReplicaMender;
  readonly shardMender: ShardMender;
}

const KINDS = { live: 'LIVE', deleted: 'DELETED', damaged: 'DAMAGED' } as const;
const ANY_KEYS_MAX = 100_000;

/** How copies of a volume are compared and mended. */
export function bindRepairService(context: GrpcContext, { digests, mender, shardMender }: RepairContext): BoundService {
  return bindService<VolumeRepair>('needlestack_repair.VolumeRepair', {
    DigestNeedles: async ({ volume_id }, { signal }) => {
      const volume = findVolume(context, volume_id);
      const damaged = volume.state === 'damaged' || volume.state === 'io-error';
      return { digests: await digests.of(volume.opened, signal), damaged, copies: volume.copies };
    },
    MendShards: async ({ volume_id }) => {
      refuseInMaintenance(context);
      const volume = context.shards.get(volume_id);
      if (volume === undefined) throw new RpcError('unknown', `EC volume ${volume_id} not found`);
      const { mended, damaged, failure } = await shardMender.mendNow(volume);
      return { mended_shard_ids: mended, damaged_shard_ids: damaged, failure };
    },
    ListNeedles: (request, call) => listNeedles(context, request, call),
    MendVolume: async ({ volume_id, in_background }) => {
      refuseInMaintenance(context);
      if (in_background) {
        mender.suspect(findVolume(context, volume_id).volumeId);
        return {};
      }
      const report = await mender.mendNow(findVolume(context, volume_id));
      return {
        written: report.written,
        deleted: report.deleted,
        undecided: report.undecided.length,
        equal: report.equal,
        incomplete_reason: report.incompleteReason,
        replaced: report.replaced,
      };
    },
  });
}

async function* listNeedles(
  context: GrpcContext,
  request: ListNeedlesRequest,
  { signal }: CallContext,
): AsyncGenerator<ListNeedlesResponseInit> {
  const volume = findVolume(context, request.volume_id);
  let needles: NeedleStateInit[] = [];
  for await (const state of listNeedleStates(volume, selectionOf(request), context.pacer(0), signal)) {
    needles.push(toWireState(state));
    if (needles.length < LIMITS.describedNeedles) continue;
    yield { needles };
    needles = [];
  }
  if (needles.length > 0) yield { needles };
}

function selectionOf({ buckets, since_ns, keys }: ListNeedlesRequest): NeedleSelection {
  if (keys.length > ANY_KEYS_MAX) throw new RpcError('invalid-argument', `more than ${ANY_KEYS_MAX} keys`);
  if (keys.length > 0) return { kind: 'keys', keys: new Set(keys.map((key) => BigInt(key))) };
  if (buckets.length > 0) return { kind: 'buckets', buckets: new Set(buckets) };
  return { kind: 'since', sinceNs: BigInt(since_ns) };
}

function toWireState(state: NeedleState): NeedleStateInit {
  return {
    key: state.key,
    kind: KINDS[state.kind],
    cookie: state.cookie,
    checksum: state.checksum,
    size: state.sizeBytes,
    append_at_ns: state.appendAtNs,
    offset: state.offsetBytes,
  };
}

import { type CallContext, RpcError } from '@needlestack/rpc';
import type { RemoteConf } from '@needlestack/rpc/wire/remote-pb';
import type { FetchAndWriteNeedleRequest } from '@needlestack/rpc/wire/volume-server-pb';
import { LIMITS } from '../core/limits.ts';
import { checkReplicaTarget } from '../core/needles/replica-target.ts';
import { plainNeedle, writeNeedle } from '../core/needles/write-needle.ts';
import type { RemoteObject } from '../core/tiering/remote-ports.ts';
import { findVolume, type GrpcContext, refuseInMaintenance } from './grpc-context.ts';

/** Fetches a part of an object of another store and writes it as a needle, here and on the replicas that the caller names. */
export async function fetchNeedle(context: GrpcContext, request: FetchAndWriteNeedleRequest, { signal }: CallContext) {
  refuseInMaintenance(context);
  const volume = findVolume(context, request.volume_id);
  const sizeBytes = Number(request.size);
  if (sizeBytes > LIMITS.needleDataBytes) {
    throw new RpcError('invalid-argument', `size ${sizeBytes}, the limit is ${LIMITS.needleDataBytes}`);
  }
  const data = await context.remoteObjects.read(toObject(request), Number(request.offset), sizeBytes, signal);
  for (const { url } of request.replicas) checkReplicaTarget(url);
  const id = BigInt(request.needle_id);
  const needle = plainNeedle(id, request.cookie, data, Math.floor(context.clock.nowMs() / 1_000));
  const fileId = { volumeId: request.volume_id, key: id, cookie: request.cookie };
  const authorization = request.auth === '' ? undefined : `Bearer ${request.auth}`;
  const write = { fileId, needle, fsync: false, authorization };
  const outcomes = await Promise.allSettled([
    writeNeedle(volume, needle),
    ...request.replicas.map(({ url }) => context.replication.peers.write(url, write, signal)),
  ]);
  for (const [at, outcome] of outcomes.entries()) {
    if (outcome.status === 'fulfilled') continue;
    const why = outcome.reason instanceof Error ? outcome.reason.message : String(outcome.reason);
    const where = at === 0 ? 'local' : 'remote';
    throw new RpcError('unknown', `${where} write needle ${id} size ${sizeBytes}: ${why}`, { cause: outcome.reason });
  }
  return { e_tag: needle.checksum.toString(16).padStart(8, '0') };
}

function toObject({ remote_conf, remote_location }: FetchAndWriteNeedleRequest): RemoteObject {
  const conf = remote_conf;
  const access = conf === null ? NO_ACCESS : accessOf(conf);
  return {
    ...access,
    type: conf?.type ?? '',
    pathStyle: conf?.s3_force_path_style === true || (conf?.type ?? 's3') !== 's3',
    bucket: remote_location?.bucket ?? '',
    path: remote_location?.path ?? '',
  };
}

type Access = Pick<RemoteObject, 'endpoint' | 'region' | 'accessKey' | 'secretKey'>;

const NO_ACCESS: Access = { endpoint: '', region: '', accessKey: '', secretKey: '' };

/** Each kind of store has fields of its own. */
function accessOf(conf: RemoteConf): Access {
  switch (conf.type) {
    case 's3':
      return access(conf.s3_endpoint, conf.s3_region, conf.s3_access_key, conf.s3_secret_key);
    case 'wasabi':
      return access(conf.wasabi_endpoint, conf.wasabi_region, conf.wasabi_access_key, conf.wasabi_secret_key);
    case 'backblaze':
      return access(
        conf.backblaze_endpoint,
        conf.backblaze_region,
        conf.backblaze_key_id,
        conf.backblaze_application_key,
      );
    case 'aliyun':
      return access(conf.aliyun_endpoint, conf.aliyun_region, conf.aliyun_access_key, conf.aliyun_secret_key);
    case 'tencent':
      return access(conf.tencent_endpoint, '', conf.tencent_secret_id, conf.tencent_secret_key);
    case 'baidu':
      return access(conf.baidu_endpoint, conf.baidu_region, conf.baidu_access_key, conf.baidu_secret_key);
    case 'filebase':
      return access(conf.filebase_endpoint, '', conf.filebase_access_key, conf.filebase_secret_key);
    case 'storj':
      return access(conf.storj_endpoint, '', conf.storj_access_key, conf.storj_secret_key);
    case 'contabo':
      return access(conf.contabo_endpoint, conf.contabo_region, conf.contabo_access_key, conf.contabo_secret_key);
    default:
      return NO_ACCESS;
  }
}

function access(endpoint: string, region: string, accessKey: string, secretKey: string): Access {
  return { endpoint, region, accessKey, secretKey };
}

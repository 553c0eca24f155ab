import { type CallContext, RpcError } from '@needlestack/rpc';
import type { PingRequest } from '@needlestack/rpc/wire/volume-server-pb';
import type { GrpcContext } from './grpc-context.ts';

/** Measures the way to one of our masters; without a target the way to this server. Nobody else is called on request. */
export async function ping(context: GrpcContext, request: PingRequest, { signal }: CallContext) {
  const start = context.clock.nowNs();
  const { target, target_type } = request;
  if (target === '') return { start_time_ns: start, remote_time_ns: 0, stop_time_ns: context.clock.nowNs() };
  const master = target_type === 'master' ? context.findMaster(target) : undefined;
  if (master === undefined) {
    throw new RpcError('invalid-argument', `unknown ping target ${target} of type ${target_type}`);
  }
  const remote = await context.pingMaster(master, signal);
  return { start_time_ns: start, remote_time_ns: remote, stop_time_ns: context.clock.nowNs() };
}

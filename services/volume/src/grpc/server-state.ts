import type { SetStateRequest } from '@needlestack/rpc/wire/volume-server-pb';
import type { GrpcContext } from './grpc-context.ts';

export function getState({ state }: GrpcContext) {
  return { state: state.record };
}

/** A request without a state changes nothing. */
export async function setState({ state }: GrpcContext, request: SetStateRequest) {
  return { state: request.state === null ? state.record : await state.change(request.state) };
}

/** Stops the heartbeats, so that the master forgets this server. Calling it again changes nothing. */
export function leaveCluster({ state, announce }: GrpcContext) {
  state.leave();
  announce();
  return {};
}

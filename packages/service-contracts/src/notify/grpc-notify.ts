import { type ChannelSecurity, createGrpcClient, type GrpcClient, loadProtos } from '@needlestack/rpc';
import type { Notify } from '@needlestack/rpc/wire/needlestack-notify';
import type { NotifyPort, NotifyTarget } from '../notify-api.ts';

const STATES = ['online', 'offline', 'error', 'paused', 'disabled'] as const satisfies readonly NotifyTarget['state'][];

/** A state that this client does not know is told as an error: the target cannot be counted on. */
function stateOf(text: string): NotifyTarget['state'] {
  return STATES.find((state) => state === text) ?? 'error';
}

/** The notify service in another process. */
export class GrpcNotify implements NotifyPort {
  readonly #client: GrpcClient<Notify>;

  constructor(options: ChannelSecurity & { readonly address: string }) {
    this.#client = createGrpcClient<Notify>({
      ...options,
      protos: loadProtos(['notify.proto']),
      service: 'needlestack_notify.Notify',
    });
  }

  async listTargets(): Promise<readonly NotifyTarget[]> {
    const { targets } = await this.#client.call.ListTargets({});
    return targets.map((target) => ({
      targetId: target.target_id,
      arn: target.arn,
      state: stateOf(target.state),
      ...(target.reason === '' ? undefined : { reason: target.reason }),
    }));
  }

  close(): void {
    this.#client.close();
  }
}

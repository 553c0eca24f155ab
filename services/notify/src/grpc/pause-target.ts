import type { TargetInit, TargetRequest } from '@needlestack/rpc/wire/needlestack-notify';
import type { NotifyContext } from './notify-context.ts';
import { toTargetMessage } from './proto-mapping.ts';

export async function pauseTarget({ registry }: NotifyContext, request: TargetRequest): Promise<TargetInit> {
  await registry.pause(request.target_id);
  return toTargetMessage(registry.status(request.target_id));
}

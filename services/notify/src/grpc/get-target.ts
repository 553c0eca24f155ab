import type { TargetInit, TargetRequest } from '@needlestack/rpc/wire/needlestack-notify';
import type { NotifyContext } from './notify-context.ts';
import { toTargetMessage } from './proto-mapping.ts';

export function getTarget({ registry }: NotifyContext, request: TargetRequest): TargetInit {
  return toTargetMessage(registry.status(request.target_id));
}

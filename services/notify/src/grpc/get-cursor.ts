import type { CursorInit, TargetRequest } from '@needlestack/rpc/wire/needlestack-notify';
import type { NotifyContext } from './notify-context.ts';
import { toCursorMessage } from './proto-mapping.ts';

export function getCursor({ registry, feed }: NotifyContext, request: TargetRequest): CursorInit {
  return toCursorMessage(request.target_id, registry.runner(request.target_id).cursor, feed.head);
}

import type { CursorInit, RewindCursorRequest } from '@needlestack/rpc/wire/needlestack-notify';
import type { NotifyContext } from './notify-context.ts';
import { parseSeq, toCursorMessage } from './proto-mapping.ts';

export function rewindCursor({ registry, feed }: NotifyContext, request: RewindCursorRequest): CursorInit {
  const seq = parseSeq(request.seq);
  registry.runner(request.target_id).rewind(seq);
  return toCursorMessage(request.target_id, seq, feed.head);
}

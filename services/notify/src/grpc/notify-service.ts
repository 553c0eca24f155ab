/** The methods of notify.proto, one file each. */
import { type BoundService, bindService } from '@needlestack/rpc';
import type { Notify } from '@needlestack/rpc/wire/needlestack-notify';
import { discardDeadLetters } from './discard-dead-letters.ts';
import { getCursor } from './get-cursor.ts';
import { getTarget } from './get-target.ts';
import { listDeadLetters } from './list-dead-letters.ts';
import { listTargets } from './list-targets.ts';
import type { NotifyContext } from './notify-context.ts';
import { pauseTarget } from './pause-target.ts';
import { replayDeadLetters } from './replay-dead-letters.ts';
import { resumeTarget } from './resume-target.ts';
import { rewindCursor } from './rewind-cursor.ts';
import { subscribe } from './subscribe.ts';
import { testTarget } from './test-target.ts';

export const NOTIFY_SERVICE = 'needlestack_notify.Notify';

export function bindNotifyService(context: NotifyContext): BoundService {
  return bindService<Notify>(NOTIFY_SERVICE, {
    ListTargets: () => listTargets(context),
    GetTarget: (request) => getTarget(context, request),
    TestTarget: (request, { signal }) => testTarget(context, request, signal),
    PauseTarget: (request) => pauseTarget(context, request),
    ResumeTarget: (request) => resumeTarget(context, request),
    ListDeadLetters: (request) => listDeadLetters(context, request),
    ReplayDeadLetters: (request, { signal }) => replayDeadLetters(context, request, signal),
    DiscardDeadLetters: (request) => discardDeadLetters(context, request),
    GetCursor: (request) => getCursor(context, request),
    RewindCursor: (request) => rewindCursor(context, request),
    Subscribe: (request, { signal, stopping }) => subscribe(context, request, AbortSignal.any([signal, stopping])),
  });
}

import type { DeadLettersRequest } from '@needlestack/rpc/wire/needlestack-notify';
import { DEAD_LETTERS_PER_PAGE_MAX } from '../core/limits.ts';
import { NotifyError } from '../core/notify-error.ts';
import type { TargetRunner } from '../core/target-runner.ts';

/**
 * Ids of the letters that a request names, or of all that were there when it was asked, page by page.
 * Throws NotifyError `invalid-argument` for both or neither, `unknown-dead-letter` before anything is done with those that exist.
 */
export async function* selectDeadLetters(runner: TargetRunner, request: DeadLettersRequest): AsyncGenerator<string> {
  if (request.all === request.event_ids.length > 0) {
    throw new NotifyError('invalid-argument', 'name event ids, or ask for all');
  }
  if (!request.all) {
    for (const eventId of request.event_ids) await runner.requireDeadLetter(eventId);
    yield* request.event_ids;
    return;
  }
  for (let afterSeq = -1n; ; ) {
    const page = await runner.listDeadLetters(afterSeq, DEAD_LETTERS_PER_PAGE_MAX);
    const last = page.at(-1);
    if (last === undefined) return;
    for (const { entry } of page) yield entry.eventId;
    afterSeq = last.entry.seq;
  }
}

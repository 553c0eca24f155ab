import type { DeadLettersRequest, ReplayDeadLettersResponseInit } from '@needlestack/rpc/wire/needlestack-notify';
import type { NotifyContext } from './notify-context.ts';
import { selectDeadLetters } from './select-dead-letters.ts';

export async function replayDeadLetters(
  { registry }: NotifyContext,
  request: DeadLettersRequest,
  signal: AbortSignal,
): Promise<ReplayDeadLettersResponseInit> {
  const runner = registry.runner(request.target_id);
  let delivered = 0;
  for await (const eventId of selectDeadLetters(runner, request)) {
    // Letters of one key follow each other: an earlier round may have taken this one along.
    delivered += await runner.replayDeadLetter(eventId, signal);
  }
  return { delivered, remaining: runner.deadLetterCount() };
}

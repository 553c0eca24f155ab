import type { DeadLettersRequest, DiscardDeadLettersResponseInit } from '@needlestack/rpc/wire/needlestack-notify';
import type { NotifyContext } from './notify-context.ts';
import { selectDeadLetters } from './select-dead-letters.ts';

export async function discardDeadLetters(
  { registry }: NotifyContext,
  request: DeadLettersRequest,
): Promise<DiscardDeadLettersResponseInit> {
  const runner = registry.runner(request.target_id);
  let discarded = 0;
  for await (const eventId of selectDeadLetters(runner, request)) {
    if (await runner.discardDeadLetter(eventId)) discarded += 1;
  }
  return { discarded, remaining: runner.deadLetterCount() };
}

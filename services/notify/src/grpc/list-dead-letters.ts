import type { ListDeadLettersRequest, ListDeadLettersResponseInit } from '@needlestack/rpc/wire/needlestack-notify';
import type { NotifyContext } from './notify-context.ts';
import { parseSeq, toDeadLetterMessage } from './proto-mapping.ts';

const PAGE_DEFAULT = 100;

export async function listDeadLetters(
  { registry }: NotifyContext,
  request: ListDeadLettersRequest,
): Promise<ListDeadLettersResponseInit> {
  const runner = registry.runner(request.target_id);
  const letters = await runner.listDeadLetters(parseSeq(request.after_seq), request.max || PAGE_DEFAULT);
  return { dead_letters: letters.map(toDeadLetterMessage) };
}

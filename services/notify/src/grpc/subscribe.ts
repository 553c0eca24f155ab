import type { EventInit, SubscribeRequest } from '@needlestack/rpc/wire/needlestack-notify';
import { subscribeEvents } from '../core/subscribe-events.ts';
import type { NotifyContext } from './notify-context.ts';
import { parseSeq, toEventMessage } from './proto-mapping.ts';

/** Ends when the client goes or the server stops. */
export async function* subscribe(
  { feed, origin }: NotifyContext,
  request: SubscribeRequest,
  signal: AbortSignal,
): AsyncGenerator<EventInit> {
  const afterSeq = request.from_now ? feed.head - 1n : parseSeq(request.after_seq);
  for await (const live of subscribeEvents(feed, request, afterSeq, origin, signal)) yield toEventMessage(live);
}

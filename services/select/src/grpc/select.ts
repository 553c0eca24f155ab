import type { SelectFrameInit, SelectRequest } from '@needlestack/rpc/wire/needlestack-select';
import type { SelectPort } from '@needlestack/service-contracts';
import { toSelectRequest } from './proto-mapping.ts';

/** Ends when the query does, or the client goes. */
export async function* select(
  port: SelectPort,
  request: SelectRequest,
  signal: AbortSignal,
): AsyncGenerator<SelectFrameInit> {
  for await (const frame of port.select(toSelectRequest(request), signal)) yield { frame };
}

import type { ServerDuplexStream, ServerReadableStream } from '@grpc/grpc-js';
import { RpcError } from '../rpc-error.ts';

/**
 * The client's messages, read no faster than they are asked for. Throws RpcError `cancelled` when the client is gone.
 *
 * The stream's own iterator is not used: it destroys the stream when the call fails, before the failure is sent.
 */
export async function* readMessages(
  call: ServerDuplexStream<unknown, unknown> | ServerReadableStream<unknown, unknown>,
): AsyncGenerator<unknown, void, undefined> {
  let ended = false;
  let wake: (() => void) | undefined;
  const onReadable = (): void => wake?.();
  const onEnd = (): void => {
    ended = true;
    wake?.();
  };
  call.on('readable', onReadable).on('end', onEnd).on('close', onEnd).on('error', onEnd).on('cancelled', onEnd);
  try {
    for (;;) {
      const message: unknown = call.read();
      if (message !== null) {
        yield message;
        continue;
      }
      if (call.cancelled) throw new RpcError('cancelled', 'the client is gone');
      if (ended) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    call.off('readable', onReadable).off('end', onEnd).off('close', onEnd).off('error', onEnd).off('cancelled', onEnd);
  }
}

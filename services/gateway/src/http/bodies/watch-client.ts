import type { ServerResponse } from 'node:http';

/** Tells work that is done for a client when the client has left. */
export interface ClientWatch {
  readonly signal: AbortSignal;
  /** Ends the watch; to be called when the work is over. */
  stop(): void;
}

/** The signal aborts when the connection closes before `stop`, at once when it has closed already. */
export const watchClient = (response: ServerResponse): ClientWatch => {
  const aborter = new AbortController();
  const abort = (): void => aborter.abort(new Error('the client went away'));
  // The socket's close, not the response's: a response that waits behind another one on its connection is never told.
  const { socket } = response.req;
  if (response.destroyed || socket.destroyed) abort();
  else socket.once('close', abort);
  return { signal: aborter.signal, stop: () => socket.off('close', abort) };
};

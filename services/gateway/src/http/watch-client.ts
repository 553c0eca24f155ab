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
  if (response.destroyed) abort();
  else response.once('close', abort);
  return { signal: aborter.signal, stop: () => response.off('close', abort) };
};

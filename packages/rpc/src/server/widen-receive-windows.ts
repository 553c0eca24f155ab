import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ServerHttp2Session } from 'node:http2';
import { RECEIVE_WINDOW_BYTES } from '../limits.ts';

/** Node tells this channel of every stream that a client opens on an HTTP/2 server of the process. */
const STREAM_CREATED = 'http2.server.stream.created';

const sessionOf = (message: unknown): ServerHttp2Session | undefined =>
  (message as { readonly stream?: { readonly session?: ServerHttp2Session } }).stream?.session;

/**
 * Lets clients of the gRPC server on `port` have RECEIVE_WINDOW_BYTES under way, from their first stream on. The library has a setting
 * for what its clients receive, but none for its servers: those would keep HTTP/2's 64 KiB. Returns what ends it.
 */
export const widenReceiveWindows = (port: number): (() => void) => {
  const widened = new WeakSet<ServerHttp2Session>();
  const onStream = (message: unknown): void => {
    const session = sessionOf(message);
    if (session === undefined || widened.has(session) || session.socket.localPort !== port) return;
    widened.add(session);
    session.setLocalWindowSize(RECEIVE_WINDOW_BYTES);
    session.settings({ initialWindowSize: RECEIVE_WINDOW_BYTES });
  };
  subscribe(STREAM_CREATED, onStream);
  return () => {
    unsubscribe(STREAM_CREATED, onStream);
  };
};

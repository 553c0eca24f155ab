import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Http2Session } from 'node:http2';
import { RECEIVE_WINDOW_BYTES } from '../limits.ts';
import { SERVER_STREAM_CREATED, type ServerStreamCreated } from './server-streams.ts';

const sessionOf = (message: unknown): Http2Session | undefined => (message as ServerStreamCreated).stream?.session;

/**
 * Lets clients of the gRPC server on `port` have RECEIVE_WINDOW_BYTES under way, from their first stream on. The library has a setting
 * for what its clients receive, but none for its servers: those would keep HTTP/2's 64 KiB. Returns what ends it.
 */
export const widenReceiveWindows = (port: number): (() => void) => {
  const widened = new WeakSet<Http2Session>();
  const onStream = (message: unknown): void => {
    const session = sessionOf(message);
    if (session === undefined || widened.has(session) || session.socket.localPort !== port) return;
    widened.add(session);
    session.setLocalWindowSize(RECEIVE_WINDOW_BYTES);
    session.settings({ initialWindowSize: RECEIVE_WINDOW_BYTES });
  };
  subscribe(SERVER_STREAM_CREATED, onStream);
  return () => {
    unsubscribe(SERVER_STREAM_CREATED, onStream);
  };
};

import type { Socket } from 'node:net';

/**
 * Connections on which nothing moves because of us: a body that waits for a buffer, a copy at work. That is not the client's silence,
 * so the idle timeout passes them over.
 */
const held = new WeakSet<Socket>();

/** Until `letGo`. One holder at a time: a connection has one request whose body is read. */
export const holdConnection = (socket: Socket): void => {
  held.add(socket);
};

export const letGo = (socket: Socket): void => {
  held.delete(socket);
};

/** Nothing has moved on the connection for the server's idle timeout. */
export const cutIdleConnection = (socket: Socket): void => {
  // The timeout strikes once; a connection that is held must be looked at again.
  if (held.has(socket)) socket.setTimeout(socket.timeout ?? 0);
  else socket.destroy();
};

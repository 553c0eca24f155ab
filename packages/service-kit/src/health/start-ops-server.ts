import { createServer } from 'node:http';
import type { OpsHandler } from './create-ops-handler.ts';

/** An HTTP port with nothing but health and metrics on it. */
export interface OpsServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves health and metrics for a service that has no other HTTP. Rejects when the port is taken.
 *
 * @param port 0 lets the system choose.
 */
export async function startOpsServer(host: string, port: number, handleOps: OpsHandler): Promise<OpsServer> {
  const server = createServer((request, response) => {
    const path = request.url?.split('?', 1)[0] ?? '/';
    const answering = handleOps(request.method ?? 'GET', path);
    if (answering === undefined) {
      response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('not found\n');
      return;
    }
    answering.then(
      ({ status, contentType, body }) => response.writeHead(status, { 'content-type': contentType }).end(body),
      () => response.writeHead(500).end(),
    );
  });
  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject);
  server.listen(port, host, listening.resolve);
  await listening.promise;
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The control-plane HTTP of the catalog: health and metrics, then whatever routers are mounted (Iceberg REST, S3 Tables). */
import { createServer } from 'node:http';
import type { OpsHandler } from '@needlestack/service-kit';
import express, { type Express, type Router } from 'express';

export interface HttpServer {
  readonly port: number;
  /** Takes no new connection, lets requests under way finish, and cuts them when the deadline aborts. */
  close(deadline?: AbortSignal): Promise<void>;
}

export interface HttpServerOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly handleOps: OpsHandler;
  /** Asked in this order; each passes on what is not its own. Paths and bodies reach them raw. */
  readonly routers: readonly Router[];
}

function createApp({ handleOps, routers }: HttpServerOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use((request, response, next) => {
    const answering = handleOps(request.method, request.path);
    if (answering === undefined) next();
    else
      answering.then(
        ({ status, contentType, body }) => response.status(status).type(contentType).send(body),
        (error: unknown) => next(error),
      );
  });
  for (const router of routers) app.use(router);
  app.use((_request, response) => {
    response.status(404).type('text/plain').send('not found\n');
  });
  return app;
}

export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const server = createServer(createApp(options));
  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject);
  server.listen(options.port, options.host, listening.resolve);
  await listening.promise;
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : options.port,
    close: (deadline) =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        const cut = (): void => server.closeAllConnections();
        if (deadline === undefined || deadline.aborted) cut();
        else deadline.addEventListener('abort', cut, { once: true });
      }),
  };
}

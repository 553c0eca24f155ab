import type { OpsHandler } from '@needlestack/service-kit';
import type { SideDoor } from './request-dispatcher.ts';

/** `/-/healthz`, `/-/readyz`, `/-/metrics`: paths that no bucket can have. */
export const createOpsDoor =
  (handle: OpsHandler): SideDoor =>
  (request, response, target) => {
    if (!target.rawPath.startsWith('/-/')) return false;
    const answering = handle(request.method ?? '', target.rawPath);
    if (answering === undefined) {
      response.writeHead(404, ['Content-Length', '0']);
      response.end();
      return true;
    }
    answering.then(
      ({ status, contentType, body }) => {
        response.writeHead(status, ['Content-Type', contentType, 'Content-Length', String(Buffer.byteLength(body))]);
        response.end(body);
      },
      () => {
        response.writeHead(500, ['Content-Length', '0']);
        response.end();
      },
    );
    return true;
  };

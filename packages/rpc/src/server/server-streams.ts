import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';

/** Node tells this channel of every stream that a client opens on an HTTP/2 server of the process. */
export const SERVER_STREAM_CREATED = 'http2.server.stream.created';

/** What it tells. */
export interface ServerStreamCreated {
  readonly stream?: ServerHttp2Stream;
  readonly headers?: IncomingHttpHeaders & { readonly ':path'?: string };
}

import type { ServerResponse } from 'node:http';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { ClientGoneError } from './pump-body.ts';

/** Whether what was thrown comes of a client that has left: nobody is there to be answered. */
export const isClientGone = (error: unknown, response: ServerResponse): boolean =>
  error instanceof ClientGoneError || response.destroyed;

/** Ends such an exchange. Clients leave every day: only who debugs wants to read of it. */
export const noteClientGone = (
  { response, requestId, method, rawPath }: S3Exchange,
  { logger }: GatewayContext,
  error: unknown,
): void => {
  response.destroy();
  logger.debug({ requestId, method, path: rawPath, err: error }, 'the client left');
};

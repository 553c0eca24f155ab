import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { type PreparedRead, prepareRead } from './get-object.ts';

export const headObject = (exchange: S3Exchange, context: GatewayContext): void | Promise<void> => {
  const read = prepareRead(exchange, context);
  return read instanceof Promise ? read.then((prepared) => sendHead(exchange, prepared)) : sendHead(exchange, read);
};

const sendHead = (exchange: S3Exchange, read: PreparedRead | undefined): void => {
  if (read === undefined) return;
  exchange.writeHead(read.plan.status, read.headers);
  exchange.response.end();
};

import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { prepareRead } from './get-object.ts';

export const headObject = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const read = await prepareRead(exchange, context);
  if (read === undefined) return;
  exchange.writeHead(read.plan.status, read.headers);
  exchange.response.end();
};

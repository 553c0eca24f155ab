import { S3Error } from '@needlestack/s3-protocol';
import { requireOwnAccount } from '../access/require-own-account.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendXml } from '../send-answer.ts';

/** GetPublicAccessBlock of S3 Control. */
export const getAccountPublicAccessBlock = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const stored = await context.catalog.getAccountConfig(requireOwnAccount(exchange), 'public-access-block');
  if (stored === undefined) throw new S3Error('NoSuchPublicAccessBlockConfiguration');
  sendXml(exchange, context, 200, Buffer.from(stored).toString());
};

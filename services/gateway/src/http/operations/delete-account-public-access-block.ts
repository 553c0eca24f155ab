import { requireOwnAccount } from '../access/require-own-account.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendEmpty } from '../send-answer.ts';

/** DeletePublicAccessBlock of S3 Control. */
export const deleteAccountPublicAccessBlock = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const accountId = requireOwnAccount(exchange);
  await context.catalog.putAccountConfig(accountId, 'public-access-block', undefined);
  context.access.forgetAccount(accountId);
  sendEmpty(exchange, context, 204);
};

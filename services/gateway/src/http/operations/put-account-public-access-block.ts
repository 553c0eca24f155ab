import { PUBLIC_ACCESS_BLOCK_CONFIGURATION } from '@needlestack/s3-protocol';
import { requireOwnAccount } from '../access/require-own-account.ts';
import { readDocument } from '../bodies/read-document.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendEmpty } from '../send-answer.ts';

/** PutPublicAccessBlock of S3 Control: for every bucket of the account, beside what each says itself. */
export const putAccountPublicAccessBlock = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const accountId = requireOwnAccount(exchange);
  const block = PUBLIC_ACCESS_BLOCK_CONFIGURATION.parse(await readDocument(exchange));
  const value = Buffer.from(PUBLIC_ACCESS_BLOCK_CONFIGURATION.write(block));
  await context.catalog.putAccountConfig(accountId, 'public-access-block', value);
  context.access.forgetAccount(accountId);
  sendEmpty(exchange, context, 200);
};

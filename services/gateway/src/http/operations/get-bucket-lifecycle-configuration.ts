import { getConfiguration } from '../configurations/configuration-operations.ts';
import { MINIMUM_SIZE_HEADERS } from '../configurations/transition-minimum-size.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';

const getDocument = getConfiguration('lifecycle', 'NoSuchLifecycleConfiguration');

export const getBucketLifecycleConfiguration = (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  exchange.addAnswerHeaders(MINIMUM_SIZE_HEADERS);
  return getDocument(exchange, context);
};

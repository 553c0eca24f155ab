import { writeListObjectsV2 } from '@needlestack/s3-protocol';
import {
  decodeContinuationToken,
  encodeContinuationToken,
  positionOfMarker,
  readCount,
  readEncodingType,
  readKeyParameter,
  readListDetails,
  refuseUnorderedDelimiter,
} from '../../core/list-parameters.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendXml } from '../send-answer.ts';

export const listObjectsV2 = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const { query, bucket } = exchange;
  const maxKeys = readCount(query, 'max-keys');
  const encodingType = readEncodingType(query);
  const prefix = readKeyParameter(query, 'prefix');
  const delimiter = query.get('delimiter') ?? '';
  if (delimiter !== '') refuseUnorderedDelimiter(query, context.compatibility);
  const startAfter = query.get('start-after');
  const token = query.get('continuation-token');
  // With a token, where to start was decided by the page before.
  const position =
    token === undefined || token === ''
      ? positionOfMarker(readKeyParameter(query, 'start-after'), prefix, delimiter)
      : decodeContinuationToken(token);
  const page = await context.catalog.listObjects({
    bucket,
    prefix,
    delimiter,
    maxKeys,
    withDetails: readListDetails(exchange.headers),
    ...position,
  });
  const document = writeListObjectsV2(
    {
      bucket,
      prefix,
      delimiter,
      maxKeys,
      encodingType,
      startAfter,
      continuationToken: token,
      nextContinuationToken:
        page.isTruncated && page.nextStartAfter !== undefined
          ? encodeContinuationToken({
              startAfter: page.nextStartAfter,
              resumeAfterPrefix: page.nextIsPrefix === true,
            })
          : undefined,
      fetchOwner: query.get('fetch-owner')?.toLowerCase() === 'true',
      isTruncated: page.isTruncated,
      objects: page.objects,
      commonPrefixes: page.commonPrefixes,
    },
    context.showOwner,
  );
  sendXml(exchange, context, 200, document);
};

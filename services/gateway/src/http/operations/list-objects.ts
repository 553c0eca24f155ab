import { writeListObjectsV1 } from '@needlestack/s3-protocol';
import {
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

/** ListObjects, the first version. */
export const listObjects = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const { query, bucket } = exchange;
  const maxKeys = readCount(query, 'max-keys');
  const encodingType = readEncodingType(query);
  const prefix = readKeyParameter(query, 'prefix');
  const delimiter = query.get('delimiter') ?? '';
  if (delimiter !== '') refuseUnorderedDelimiter(query, context.compatibility);
  const marker = readKeyParameter(query, 'marker');
  const page = await context.catalog.listObjects({
    bucket,
    prefix,
    delimiter,
    maxKeys,
    withDetails: readListDetails(exchange.headers),
    ...positionOfMarker(marker, prefix, delimiter),
  });
  const document = writeListObjectsV1(
    {
      bucket,
      prefix,
      delimiter,
      maxKeys,
      encodingType,
      showsPlainPrefix: context.compatibility.has('list-plain-prefix'),
      marker,
      isTruncated: page.isTruncated,
      // Only a listing with a delimiter names its next marker; without, it is the last key (s3.md rule 38).
      nextMarker: page.isTruncated && delimiter !== '' ? page.nextStartAfter : undefined,
      objects: page.objects,
      commonPrefixes: page.commonPrefixes,
    },
    context.showOwner,
  );
  sendXml(exchange, context, 200, document);
};

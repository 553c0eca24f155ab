import { invalidArgument, writeListVersions } from '@needlestack/s3-protocol';
import { readCount, readEncodingType, readKeyParameter, readListDetails } from '../../core/list-parameters.ts';
import { requireBucket } from '../access/require-bucket.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendXml } from '../send-answer.ts';

export const listObjectVersions = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const { bucket, query } = exchange;
  const encodingType = readEncodingType(query);
  const request = {
    bucket,
    prefix: readKeyParameter(query, 'prefix'),
    delimiter: query.get('delimiter') ?? '',
    keyMarker: readKeyParameter(query, 'key-marker'),
    versionIdMarker: query.get('version-id-marker') ?? '',
    maxKeys: readCount(query, 'max-keys'),
    withDetails: readListDetails(exchange.headers),
  };
  if (request.versionIdMarker !== '' && request.keyMarker === '') {
    throw invalidArgument(
      'A version-id marker cannot be specified without a key marker.',
      'version-id-marker',
      request.versionIdMarker,
    );
  }
  await requireBucket(exchange, context);
  const page = await context.catalog.listObjectVersions(request);
  const document = writeListVersions(
    {
      ...request,
      encodingType,
      nextKeyMarker: page.nextKeyMarker,
      nextVersionIdMarker: page.nextVersionIdMarker,
      isTruncated: page.isTruncated,
      versions: page.versions,
      commonPrefixes: page.commonPrefixes,
    },
    context.showOwner,
  );
  sendXml(exchange, context, 200, document);
};

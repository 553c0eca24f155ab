import {
  type AttributedParts,
  formatHttpDate,
  invalidArgument,
  type ObjectAttributesAnswer,
  S3Error,
  writeObjectAttributes,
} from '@needlestack/s3-protocol';
import type { CompletedPart, ObjectChecksum, ObjectVersion } from '@needlestack/service-contracts';
import { MAX_PARTS_PER_PAGE } from '../../core/limits.ts';
import { parseCount } from '../../core/list-parameters.ts';
import { readVersionId } from '../../core/version-id.ts';
import { openVersion } from '../encryption/object-encryption.ts';
import { findAddressedObject } from '../find-object.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendXml } from '../send-answer.ts';

export const getObjectAttributes = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const { query } = exchange;
  const wanted = readWantedAttributes(exchange);
  const page = readPartsPage(exchange);
  const versionId = readVersionId(query);
  const version = await openVersion(exchange, context, await findAddressedObject(exchange, context, versionId));
  const answer: ObjectAttributesAnswer = {
    etag: wanted.has('ETag') ? version.etag : undefined,
    checksum: wanted.has('Checksum') ? version.checksum : undefined,
    parts: wanted.has('ObjectParts') ? selectParts(version, page) : undefined,
    storageClass: wanted.has('StorageClass') ? (version.storageClass ?? 'STANDARD') : undefined,
    sizeBytes: wanted.has('ObjectSize') ? version.sizeBytes : undefined,
  };
  const headers = ['Last-Modified', formatHttpDate(version.lastModifiedMs)];
  if (version.versionId !== 'null' || versionId !== undefined) headers.push('x-amz-version-id', version.versionId);
  sendXml(exchange, context, 200, writeObjectAttributes(answer), headers);
};

const ATTRIBUTES = new Set(['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize']);

/** @throws S3Error `InvalidRequest` when the header is absent, `InvalidArgument` when it names something else */
const readWantedAttributes = (exchange: S3Exchange): ReadonlySet<string> => {
  const header = exchange.header('x-amz-object-attributes') ?? exchange.query.get('x-amz-object-attributes') ?? '';
  const names = header
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) {
    throw new S3Error('InvalidRequest', {
      message:
        'The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty',
    });
  }
  if (!names.every((name) => ATTRIBUTES.has(name))) {
    throw invalidArgument('Invalid attribute name specified.', 'x-amz-object-attributes', header);
  }
  return new Set(names);
};

interface PartsPage {
  readonly maxParts: number;
  readonly partNumberMarker: number;
}

/** @throws S3Error `InvalidArgument` */
const readPartsPage = (exchange: S3Exchange): PartsPage => ({
  maxParts: parseCount(exchange.header('x-amz-max-parts'), 'x-amz-max-parts', MAX_PARTS_PER_PAGE, MAX_PARTS_PER_PAGE),
  partNumberMarker: parseCount(
    exchange.header('x-amz-part-number-marker'),
    'x-amz-part-number-marker',
    Number.MAX_SAFE_INTEGER,
    0,
  ),
});

/** Only an object that came in parts has any. */
const selectParts = (version: ObjectVersion, page: PartsPage): AttributedParts | undefined => {
  const { parts, checksum } = version;
  if (parts === undefined || parts.length === 0) return undefined;
  const { maxParts, partNumberMarker } = page;
  const after = parts.filter((part) => part.partNumber > partNumberMarker);
  const shown = after.slice(0, maxParts);
  return {
    partsCount: parts.length,
    partNumberMarker,
    nextPartNumberMarker: shown.at(-1)?.partNumber ?? partNumberMarker,
    maxParts,
    isTruncated: shown.length < after.length,
    parts: shown.map((part) => ({ ...part, checksum: partChecksum(part, checksum) })),
  };
};

const partChecksum = (part: CompletedPart, whole: ObjectChecksum | undefined) =>
  part.checksum === undefined || whole === undefined ? undefined : { algorithm: whole.algorithm, value: part.checksum };

import { escapeXml } from '../xml/xml-escape.ts';
import { wrapDocument } from './s3-namespace.ts';
import { type ResultChecksum, writeChecksum } from './write-object-results.ts';

/** The parts of a multipart object, one page of them. */
export interface AttributedParts {
  readonly partsCount: number;
  readonly partNumberMarker: number;
  readonly nextPartNumberMarker: number;
  readonly maxParts: number;
  readonly isTruncated: boolean;
  readonly parts: readonly {
    readonly partNumber: number;
    readonly sizeBytes: number;
    readonly checksum: ResultChecksum | undefined;
  }[];
}

/** GetObjectAttributes: what was not asked for is undefined. */
export interface ObjectAttributesAnswer {
  /** Bare; this document alone shows it without quotes. */
  readonly etag: string | undefined;
  readonly checksum: ResultChecksum | undefined;
  readonly parts: AttributedParts | undefined;
  readonly storageClass: string | undefined;
  readonly sizeBytes: number | undefined;
}

/** GetObjectAttributesResponse. */
export const writeObjectAttributes = (answer: ObjectAttributesAnswer): string => {
  let body = '';
  if (answer.etag !== undefined) body += `<ETag>${escapeXml(answer.etag)}</ETag>`;
  if (answer.checksum !== undefined) body += `<Checksum>${writeChecksum(answer.checksum)}</Checksum>`;
  if (answer.parts !== undefined) body += writeParts(answer.parts);
  if (answer.storageClass !== undefined) body += `<StorageClass>${answer.storageClass}</StorageClass>`;
  if (answer.sizeBytes !== undefined) body += `<ObjectSize>${answer.sizeBytes}</ObjectSize>`;
  return wrapDocument('GetObjectAttributesResponse', body);
};

const writeParts = (page: AttributedParts): string => {
  let body =
    `<PartsCount>${page.partsCount}</PartsCount><PartNumberMarker>${page.partNumberMarker}</PartNumberMarker>` +
    `<NextPartNumberMarker>${page.nextPartNumberMarker}</NextPartNumberMarker><MaxParts>${page.maxParts}</MaxParts>` +
    `<IsTruncated>${page.isTruncated}</IsTruncated>`;
  for (const part of page.parts) {
    body +=
      `<Part><PartNumber>${part.partNumber}</PartNumber><Size>${part.sizeBytes}</Size>` +
      `${writeChecksum(part.checksum)}</Part>`;
  }
  return `<ObjectParts>${body}</ObjectParts>`;
};

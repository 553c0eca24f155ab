import { escapeXml } from '../xml/xml-escape.ts';
import { nameEncoder } from './encode-listed-name.ts';
import { formatXmlTime, wrapDocument } from './s3-namespace.ts';
import { type OwnerNames, writeCommonPrefixes, writeOwner } from './write-list-objects.ts';
import { type ResultChecksum, writeChecksum } from './write-object-results.ts';

/** InitiateMultipartUploadResult. */
export const writeCreateUpload = (bucket: string, key: string, uploadId: string): string =>
  wrapDocument(
    'InitiateMultipartUploadResult',
    `<Bucket>${escapeXml(bucket)}</Bucket><Key>${escapeXml(key)}</Key><UploadId>${escapeXml(uploadId)}</UploadId>`,
  );

export interface CompleteResult {
  readonly location: string;
  readonly bucket: string;
  readonly key: string;
  readonly etag: string;
  readonly checksum: ResultChecksum | undefined;
}

/** CompleteMultipartUploadResult. */
export const writeCompleteUpload = (result: CompleteResult): string =>
  wrapDocument(
    'CompleteMultipartUploadResult',
    `<Location>${escapeXml(result.location)}</Location><Bucket>${escapeXml(result.bucket)}</Bucket>` +
      `<Key>${escapeXml(result.key)}</Key><ETag>&quot;${result.etag}&quot;</ETag>${writeChecksum(result.checksum)}`,
  );

export interface PartEntry {
  readonly partNumber: number;
  readonly sizeBytes: number;
  readonly etag: string;
  readonly lastModifiedMs: number;
  readonly checksum?: ResultChecksum;
}

export interface ListParts {
  readonly bucket: string;
  readonly key: string;
  readonly uploadId: string;
  readonly ownerId: string;
  readonly initiatorId: string;
  readonly storageClass: string;
  readonly partNumberMarker: number;
  readonly nextPartNumberMarker: number | undefined;
  readonly maxParts: number;
  readonly isTruncated: boolean;
  readonly encodingType: string | undefined;
  readonly checksumAlgorithm: string | undefined;
  readonly checksumType: string | undefined;
  readonly parts: readonly PartEntry[];
}

/** ListPartsResult. */
export const writeListParts = (page: ListParts, ownerNames: OwnerNames): string => {
  const encode = nameEncoder(page.encodingType);
  let body =
    `<Bucket>${escapeXml(page.bucket)}</Bucket><Key>${encode(page.key)}</Key><UploadId>${escapeXml(page.uploadId)}</UploadId>` +
    writeOwner('Initiator', page.initiatorId, ownerNames) +
    writeOwner('Owner', page.ownerId, ownerNames) +
    `<StorageClass>${page.storageClass}</StorageClass><PartNumberMarker>${page.partNumberMarker}</PartNumberMarker>`;
  if (page.nextPartNumberMarker !== undefined) {
    body += `<NextPartNumberMarker>${page.nextPartNumberMarker}</NextPartNumberMarker>`;
  }
  body += `<MaxParts>${page.maxParts}</MaxParts><IsTruncated>${page.isTruncated}</IsTruncated>`;
  if (page.encodingType !== undefined) body += `<EncodingType>${escapeXml(page.encodingType)}</EncodingType>`;
  if (page.checksumAlgorithm !== undefined) body += `<ChecksumAlgorithm>${page.checksumAlgorithm}</ChecksumAlgorithm>`;
  if (page.checksumType !== undefined) body += `<ChecksumType>${page.checksumType}</ChecksumType>`;
  for (const part of page.parts) {
    body +=
      `<Part><PartNumber>${part.partNumber}</PartNumber><LastModified>${formatXmlTime(part.lastModifiedMs)}</LastModified>` +
      `<ETag>&quot;${part.etag}&quot;</ETag><Size>${part.sizeBytes}</Size>${writeChecksum(part.checksum)}</Part>`;
  }
  return wrapDocument('ListPartsResult', body);
};

export interface UploadEntry {
  readonly key: string;
  readonly uploadId: string;
  readonly initiatorId: string;
  readonly ownerId: string;
  readonly storageClass: string;
  readonly initiatedAtMs: number;
  readonly checksumAlgorithm?: string;
  readonly checksumType?: string;
}

export interface ListUploads {
  readonly bucket: string;
  readonly prefix: string;
  readonly delimiter: string | undefined;
  readonly keyMarker: string;
  readonly uploadIdMarker: string;
  readonly nextKeyMarker: string | undefined;
  readonly nextUploadIdMarker: string | undefined;
  readonly maxUploads: number;
  readonly isTruncated: boolean;
  readonly encodingType: string | undefined;
  readonly uploads: readonly UploadEntry[];
  readonly commonPrefixes: readonly string[];
}

/** ListMultipartUploadsResult. */
export const writeListUploads = (page: ListUploads, ownerNames: OwnerNames): string => {
  const encode = nameEncoder(page.encodingType);
  let body =
    `<Bucket>${escapeXml(page.bucket)}</Bucket><KeyMarker>${encode(page.keyMarker)}</KeyMarker>` +
    `<UploadIdMarker>${escapeXml(page.uploadIdMarker)}</UploadIdMarker>`;
  if (page.nextKeyMarker !== undefined) body += `<NextKeyMarker>${encode(page.nextKeyMarker)}</NextKeyMarker>`;
  if (page.nextUploadIdMarker !== undefined) {
    body += `<NextUploadIdMarker>${escapeXml(page.nextUploadIdMarker)}</NextUploadIdMarker>`;
  }
  body += `<Prefix>${encode(page.prefix)}</Prefix>`;
  if (page.delimiter !== undefined && page.delimiter !== '') body += `<Delimiter>${encode(page.delimiter)}</Delimiter>`;
  if (page.encodingType !== undefined) body += `<EncodingType>${escapeXml(page.encodingType)}</EncodingType>`;
  body += `<MaxUploads>${page.maxUploads}</MaxUploads><IsTruncated>${page.isTruncated}</IsTruncated>`;
  for (const upload of page.uploads) {
    body +=
      `<Upload><Key>${encode(upload.key)}</Key><UploadId>${escapeXml(upload.uploadId)}</UploadId>` +
      writeOwner('Initiator', upload.initiatorId, ownerNames) +
      writeOwner('Owner', upload.ownerId, ownerNames) +
      `<StorageClass>${upload.storageClass}</StorageClass><Initiated>${formatXmlTime(upload.initiatedAtMs)}</Initiated>`;
    if (upload.checksumAlgorithm !== undefined)
      body += `<ChecksumAlgorithm>${upload.checksumAlgorithm}</ChecksumAlgorithm>`;
    if (upload.checksumType !== undefined) body += `<ChecksumType>${upload.checksumType}</ChecksumType>`;
    body += '</Upload>';
  }
  return wrapDocument('ListMultipartUploadsResult', body + writeCommonPrefixes(page.commonPrefixes, encode));
};

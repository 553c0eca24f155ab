import { escapeXml } from '../xml/xml-escape.ts';
import { nameEncoder } from './encode-listed-name.ts';
import { formatXmlTime, wrapDocument } from './s3-namespace.ts';
import {
  type ListedEntry,
  type OwnerNames,
  writeCommonPrefixes,
  writeListedChecksum,
  writeOwner,
  writeRestoreStatus,
} from './write-list-objects.ts';

/** A version or a delete marker, which has neither size nor ETag. */
export interface ListedVersionEntry extends ListedEntry {
  readonly versionId: string;
  readonly isLatest: boolean;
  readonly isDeleteMarker: boolean;
}

export interface ListObjectVersions {
  readonly bucket: string;
  readonly prefix: string;
  readonly delimiter: string;
  readonly keyMarker: string;
  readonly versionIdMarker: string;
  readonly nextKeyMarker: string | undefined;
  readonly nextVersionIdMarker: string | undefined;
  readonly maxKeys: number;
  readonly isTruncated: boolean;
  readonly encodingType: string | undefined;
  readonly versions: readonly ListedVersionEntry[];
  readonly commonPrefixes: readonly string[];
}

/** ListVersionsResult: versions and delete markers in one order, interleaved. */
export const writeListVersions = (page: ListObjectVersions, ownerNames: OwnerNames): string => {
  const encode = nameEncoder(page.encodingType);
  let body =
    `<Name>${escapeXml(page.bucket)}</Name><Prefix>${encode(page.prefix)}</Prefix><KeyMarker>${encode(page.keyMarker)}</KeyMarker>` +
    `<VersionIdMarker>${escapeXml(page.versionIdMarker)}</VersionIdMarker>`;
  if (page.nextKeyMarker !== undefined) body += `<NextKeyMarker>${encode(page.nextKeyMarker)}</NextKeyMarker>`;
  if (page.nextVersionIdMarker !== undefined) {
    body += `<NextVersionIdMarker>${escapeXml(page.nextVersionIdMarker)}</NextVersionIdMarker>`;
  }
  body += `<MaxKeys>${page.maxKeys}</MaxKeys>`;
  if (page.delimiter !== '') body += `<Delimiter>${encode(page.delimiter)}</Delimiter>`;
  if (page.encodingType !== undefined) body += `<EncodingType>${escapeXml(page.encodingType)}</EncodingType>`;
  body += `<IsTruncated>${page.isTruncated}</IsTruncated>`;
  for (const version of page.versions) {
    const { key, versionId, isLatest, lastModifiedMs, ownerId } = version;
    const shared =
      `<Key>${encode(key)}</Key><VersionId>${escapeXml(versionId)}</VersionId><IsLatest>${isLatest}</IsLatest>` +
      `<LastModified>${formatXmlTime(lastModifiedMs)}</LastModified>`;
    const owner = writeOwner('Owner', ownerId, ownerNames);
    body += version.isDeleteMarker
      ? `<DeleteMarker>${shared}${owner}</DeleteMarker>`
      : `<Version>${shared}<ETag>&quot;${version.etag}&quot;</ETag>${writeListedChecksum(version)}<Size>${version.sizeBytes}</Size>${owner}` +
        `<StorageClass>${version.storageClass}</StorageClass>${writeRestoreStatus(version)}</Version>`;
  }
  return wrapDocument('ListVersionsResult', body + writeCommonPrefixes(page.commonPrefixes, encode));
};

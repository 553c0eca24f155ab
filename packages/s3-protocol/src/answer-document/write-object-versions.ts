import { escapeXml } from '../xml/xml-escape.ts';
import { type NameEncoder, nameEncoder } from './encode-listed-name.ts';
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
  body += writeVersions(page.versions, encode, ownerNames);
  return wrapDocument('ListVersionsResult', body + writeCommonPrefixes(page.commonPrefixes, encode));
};

const writeVersions = (
  versions: readonly ListedVersionEntry[],
  encode: NameEncoder,
  ownerNames: OwnerNames,
): string => {
  let text = '';
  // Versions of one key follow each other, and one owner has most of a bucket.
  let shownKey = '';
  let keyElement = '<Key></Key>';
  let ownerId: string | undefined;
  let owner = '';
  for (const version of versions) {
    if (version.key !== shownKey) {
      shownKey = version.key;
      keyElement = `<Key>${encode(shownKey)}</Key>`;
    }
    if (version.ownerId !== ownerId) {
      ownerId = version.ownerId;
      owner = writeOwner('Owner', ownerId, ownerNames);
    }
    const shared =
      `${keyElement}<VersionId>${escapeXml(version.versionId)}</VersionId><IsLatest>${version.isLatest}</IsLatest>` +
      `<LastModified>${formatXmlTime(version.lastModifiedMs)}</LastModified>`;
    text += version.isDeleteMarker
      ? `<DeleteMarker>${shared}${owner}</DeleteMarker>`
      : `<Version>${shared}<ETag>&quot;${version.etag}&quot;</ETag>${writeListedChecksum(version)}<Size>${version.sizeBytes}</Size>${owner}` +
        `<StorageClass>${version.storageClass}</StorageClass>${writeRestoreStatus(version)}</Version>`;
  }
  return text;
};

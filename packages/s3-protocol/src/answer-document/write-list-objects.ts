/** ListBucketResult of ListObjects and ListObjectsV2. A page of 1,000 keys is one string built front to back. */
import { escapeXml } from '../xml/xml-escape.ts';
import { type NameEncoder, nameEncoder } from './encode-listed-name.ts';
import { formatXmlTime, wrapDocument } from './s3-namespace.ts';

export interface ListedEntry {
  readonly key: string;
  readonly sizeBytes: number;
  /** Bare. */
  readonly etag: string;
  readonly lastModifiedMs: number;
  readonly storageClass: string;
  readonly ownerId: string;
  readonly checksumAlgorithm?: string;
  readonly checksumType?: string;
  /** Known only when the listing was asked for it. */
  readonly restore?: { readonly isOngoing: boolean; readonly expiresAtMs?: number };
}

interface ListPage {
  readonly bucket: string;
  readonly prefix: string;
  readonly delimiter: string | undefined;
  readonly maxKeys: number;
  readonly encodingType: string | undefined;
  readonly isTruncated: boolean;
  readonly objects: readonly ListedEntry[];
  readonly commonPrefixes: readonly string[];
}

export interface ListObjectsV1 extends ListPage {
  /** Shows the prefix as it came, whatever the encoding. */
  readonly showsPlainPrefix?: boolean;
  readonly marker: string;
  readonly nextMarker: string | undefined;
}

export interface ListObjectsV2 extends ListPage {
  readonly startAfter: string | undefined;
  readonly continuationToken: string | undefined;
  readonly nextContinuationToken: string | undefined;
  readonly fetchOwner: boolean;
}

/** The display name of an owner; undefined when it is not known. */
export type OwnerNames = (ownerId: string) => ShownOwner;

/** An owner as answers name it. */
export interface ShownOwner {
  /** Canonical id. */
  readonly id: string;
  readonly displayName: string | undefined;
}

export const writeListObjectsV1 = (page: ListObjectsV1, ownerNames: OwnerNames): string => {
  const encode = nameEncoder(page.encodingType);
  const prefix = page.showsPlainPrefix === true ? escapeXml(page.prefix) : encode(page.prefix);
  let body = `<Name>${escapeXml(page.bucket)}</Name><Prefix>${prefix}</Prefix><Marker>${encode(page.marker)}</Marker>`;
  if (page.nextMarker !== undefined) body += `<NextMarker>${encode(page.nextMarker)}</NextMarker>`;
  body += writeCommonFields(page, encode) + writeContents(page.objects, encode, ownerNames);
  return wrapDocument('ListBucketResult', body + writeCommonPrefixes(page.commonPrefixes, encode));
};

export const writeListObjectsV2 = (page: ListObjectsV2, ownerNames: OwnerNames): string => {
  const encode = nameEncoder(page.encodingType);
  let body = `<Name>${escapeXml(page.bucket)}</Name><Prefix>${encode(page.prefix)}</Prefix>`;
  if (page.startAfter !== undefined) body += `<StartAfter>${encode(page.startAfter)}</StartAfter>`;
  if (page.continuationToken !== undefined) {
    body += `<ContinuationToken>${escapeXml(page.continuationToken)}</ContinuationToken>`;
  }
  if (page.nextContinuationToken !== undefined) {
    body += `<NextContinuationToken>${escapeXml(page.nextContinuationToken)}</NextContinuationToken>`;
  }
  body += `<KeyCount>${page.objects.length + page.commonPrefixes.length}</KeyCount>${writeCommonFields(page, encode)}`;
  body += writeContents(page.objects, encode, page.fetchOwner ? ownerNames : undefined);
  return wrapDocument('ListBucketResult', body + writeCommonPrefixes(page.commonPrefixes, encode));
};

const writeCommonFields = (page: ListPage, encode: NameEncoder): string => {
  let fields = `<MaxKeys>${page.maxKeys}</MaxKeys>`;
  if (page.delimiter !== undefined && page.delimiter !== '')
    fields += `<Delimiter>${encode(page.delimiter)}</Delimiter>`;
  if (page.encodingType !== undefined) fields += `<EncodingType>${escapeXml(page.encodingType)}</EncodingType>`;
  return `${fields}<IsTruncated>${page.isTruncated}</IsTruncated>`;
};

const writeContents = (
  objects: readonly ListedEntry[],
  encode: NameEncoder,
  ownerNames: OwnerNames | undefined,
): string => {
  let contents = '';
  let ownerId: string | undefined;
  let owner = '';
  for (const object of objects) {
    if (ownerNames !== undefined && object.ownerId !== ownerId) {
      ownerId = object.ownerId;
      owner = writeOwner('Owner', ownerId, ownerNames);
    }
    contents +=
      `<Contents><Key>${encode(object.key)}</Key><LastModified>${formatXmlTime(object.lastModifiedMs)}</LastModified>` +
      `<ETag>&quot;${object.etag}&quot;</ETag>${writeListedChecksum(object)}<Size>${object.sizeBytes}</Size>${owner}` +
      `<StorageClass>${object.storageClass}</StorageClass>`;
    if (object.restore !== undefined) contents += writeRestoreStatus(object);
    contents += '</Contents>';
  }
  return contents;
};

/** ChecksumAlgorithm and ChecksumType of a listed object. */
export const writeListedChecksum = (object: ListedEntry): string => {
  if (object.checksumAlgorithm === undefined) return '';
  const type = object.checksumType === undefined ? '' : `<ChecksumType>${object.checksumType}</ChecksumType>`;
  return `<ChecksumAlgorithm>${object.checksumAlgorithm}</ChecksumAlgorithm>${type}`;
};

/** RestoreStatus of an archived object that is brought back, or is about to be. */
export const writeRestoreStatus = ({ restore }: ListedEntry): string => {
  if (restore === undefined) return '';
  const expiry =
    restore.expiresAtMs === undefined
      ? ''
      : `<RestoreExpiryDate>${formatXmlTime(restore.expiresAtMs)}</RestoreExpiryDate>`;
  return `<RestoreStatus><IsRestoreInProgress>${restore.isOngoing}</IsRestoreInProgress>${expiry}</RestoreStatus>`;
};

/** An Owner or Initiator element. */
export const writeOwner = (element: string, ownerId: string, ownerNames: OwnerNames): string =>
  `<${element}>${writeOwnerFields(ownerNames(ownerId))}</${element}>`;

/** ID and, where it is known, DisplayName. */
export const writeOwnerFields = ({ id, displayName }: ShownOwner): string =>
  `<ID>${escapeXml(id)}</ID>${displayName === undefined ? '' : `<DisplayName>${escapeXml(displayName)}</DisplayName>`}`;

/** The CommonPrefixes elements of any listing. */
export const writeCommonPrefixes = (prefixes: readonly string[], encode: NameEncoder): string => {
  let text = '';
  for (const prefix of prefixes) text += `<CommonPrefixes><Prefix>${encode(prefix)}</Prefix></CommonPrefixes>`;
  return text;
};

import { escapeXml, XML_DECLARATION } from '../xml/xml-escape.ts';
import { formatXmlTime, S3_NAMESPACE, wrapDocument } from './s3-namespace.ts';

/** A checksum inside a result document. */
export interface ResultChecksum {
  readonly algorithm: string;
  readonly value: string;
  readonly type?: string;
}

/** `ChecksumX` and, when known, `ChecksumType`. */
export const writeChecksum = (checksum: ResultChecksum | undefined): string => {
  if (checksum === undefined) return '';
  const element = `Checksum${checksum.algorithm}`;
  const type = checksum.type === undefined ? '' : `<ChecksumType>${checksum.type}</ChecksumType>`;
  return `<${element}>${checksum.value}</${element}>${type}`;
};

export interface CopyResult {
  readonly etag: string;
  readonly lastModifiedMs: number;
  readonly checksum: ResultChecksum | undefined;
}

/** @param root `CopyObjectResult` or `CopyPartResult` */
export const writeCopyResult = (root: 'CopyObjectResult' | 'CopyPartResult', result: CopyResult): string =>
  wrapDocument(
    root,
    `<LastModified>${formatXmlTime(result.lastModifiedMs)}</LastModified><ETag>&quot;${result.etag}&quot;</ETag>` +
      writeChecksum(result.checksum),
  );

export interface DeletedEntry {
  readonly key: string;
  readonly versionId?: string | undefined;
  readonly deleteMarkerVersionId?: string | undefined;
}

export interface DeleteFailure {
  readonly key: string;
  readonly versionId?: string | undefined;
  readonly code: string;
  readonly message: string;
}

/** DeleteResult; the caller leaves `deleted` empty for a quiet request. */
export const writeDeleteResult = (deleted: readonly DeletedEntry[], failures: readonly DeleteFailure[]): string => {
  let body = '';
  for (const entry of deleted) {
    body += `<Deleted><Key>${escapeXml(entry.key)}</Key>${writeVersionId(entry.versionId)}`;
    if (entry.deleteMarkerVersionId !== undefined) {
      body += `<DeleteMarker>true</DeleteMarker><DeleteMarkerVersionId>${escapeXml(entry.deleteMarkerVersionId)}</DeleteMarkerVersionId>`;
    }
    body += '</Deleted>';
  }
  for (const failure of failures) {
    body +=
      `<Error><Key>${escapeXml(failure.key)}</Key>${writeVersionId(failure.versionId)}<Code>${escapeXml(failure.code)}</Code>` +
      `<Message>${escapeXml(failure.message)}</Message></Error>`;
  }
  return wrapDocument('DeleteResult', body);
};

const writeVersionId = (versionId: string | undefined): string =>
  versionId === undefined ? '' : `<VersionId>${escapeXml(versionId)}</VersionId>`;

/** A document that says no more than its root: an empty configuration. */
export const writeEmptyDocument = (root: string): string => `${XML_DECLARATION}<${root} xmlns="${S3_NAMESPACE}"/>`;

import { bareEtag } from '../conditional/etag-condition.ts';
import { parseHttpDate } from '../conditional/http-date.ts';
import { S3Error } from '../error/s3-error.ts';
import { MAX_DELETE_OBJECTS } from '../limits.ts';
import { parseXml } from '../xml/parse-xml.ts';
import type { XmlElement } from '../xml/xml-element.ts';
import { childrenOf, parseWholeNumber, requireRoot, requireText, textOf } from '../xml/xml-reader.ts';

export interface ObjectToDelete {
  readonly key: string;
  readonly versionId?: string;
  readonly condition?: {
    readonly ifMatch?: string;
    readonly ifMatchSizeBytes?: number;
    readonly ifMatchLastModifiedMs?: number;
  };
}

export interface DeleteObjectsDocument {
  readonly objects: readonly ObjectToDelete[];
  /** Successes are then left out of the answer. */
  readonly isQuiet: boolean;
}

/** @throws S3Error `MalformedXML`, also for none or more than 1,000 objects (s3.md rule 51) */
export const parseDeleteObjects = (body: Uint8Array): DeleteObjectsDocument => {
  const root = requireRoot(parseXml(body), 'Delete');
  const objects = childrenOf(root, 'Object').map(readObject);
  if (objects.length === 0 || objects.length > MAX_DELETE_OBJECTS) throw new S3Error('MalformedXML');
  return { objects, isQuiet: textOf(root, 'Quiet')?.trim() === 'true' };
};

/** Each once, and nothing besides: what is not understood may be what must not be deleted. */
const OBJECT_ELEMENTS: ReadonlySet<string> = new Set(['Key', 'VersionId', 'ETag', 'Size', 'LastModifiedTime']);

const readObject = (element: XmlElement): ObjectToDelete => {
  for (const [at, { name }] of element.children.entries()) {
    const isRepeated = element.children.findIndex((child) => child.name === name) !== at;
    if (isRepeated || !OBJECT_ELEMENTS.has(name)) throw new S3Error('MalformedXML');
  }
  const key = requireText(element, 'Key');
  if (key === '') throw new S3Error('MalformedXML');
  const versionId = textOf(element, 'VersionId');
  const etag = textOf(element, 'ETag');
  const size = textOf(element, 'Size');
  const modified = textOf(element, 'LastModifiedTime');
  const modifiedMs = modified === undefined ? undefined : parseHttpDate(modified.trim());
  if (modified !== undefined && modifiedMs === undefined) throw new S3Error('MalformedXML');
  const condition = {
    ...(etag === undefined ? undefined : { ifMatch: bareEtag(etag) }),
    ...(size === undefined ? undefined : { ifMatchSizeBytes: parseWholeNumber(size) }),
    ...(modifiedMs === undefined ? undefined : { ifMatchLastModifiedMs: modifiedMs }),
  };
  return {
    key,
    ...(versionId === undefined || versionId === '' ? undefined : { versionId }),
    ...(Object.keys(condition).length === 0 ? undefined : { condition }),
  };
};

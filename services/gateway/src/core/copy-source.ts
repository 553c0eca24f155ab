import {
  decodeUriComponent,
  headerValue,
  invalidArgument,
  parseQuery,
  type RequestHeaders,
  validateKey,
} from '@needlestack/s3-protocol';

export interface CopySource {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | undefined;
}

/**
 * x-amz-copy-source: bucket and key URL-encoded, leading slash optional, `?versionId=` after the encoded key (s3.md rule 31).
 *
 * @throws S3Error `InvalidArgument`, `InvalidURI`, `KeyTooLongError`
 */
export const readCopySource = (headers: RequestHeaders): CopySource | undefined => {
  const header = headerValue(headers, 'x-amz-copy-source');
  if (header === undefined) return undefined;
  const text = header.startsWith('/') ? header.slice(1) : header;
  const question = text.indexOf('?');
  const path = question < 0 ? text : text.slice(0, question);
  const slash = findSeparator(path);
  if (slash === undefined) {
    throw invalidArgument(
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
      'x-amz-copy-source',
      header,
    );
  }
  const bucket = decodePiece(path.slice(0, slash.at), header);
  const key = decodePiece(path.slice(slash.at + slash.length), header);
  if (key === '')
    throw invalidArgument(
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
      'x-amz-copy-source',
      header,
    );
  validateKey(key);
  const versionId = question < 0 ? undefined : parseQuery(text.slice(question + 1)).get('versionId');
  return { bucket, key, versionId };
};

const decodePiece = (text: string, header: string): string => {
  try {
    return decodeUriComponent(text);
  } catch {
    throw invalidArgument('Copy Source must be URL-encoded.', 'x-amz-copy-source', header);
  }
};

/** Some clients encode the slash between bucket and key as well. */
const findSeparator = (path: string): { readonly at: number; readonly length: number } | undefined => {
  const plain = path.indexOf('/');
  if (plain > 0) return { at: plain, length: 1 };
  const encoded = path.search(/%2f/i);
  return encoded > 0 ? { at: encoded, length: 3 } : undefined;
};

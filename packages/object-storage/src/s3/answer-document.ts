import type { IncomingMessage } from 'node:http';
import { parseXml, type XmlElement } from '@needlestack/s3-protocol';
import { DOCUMENT_BYTES_MAX } from '../limits.ts';
import { ObjectStorageError } from '../object-storage-error.ts';
import { type Asked, unavailable } from './http-connections.ts';

const SHOWN_CHARACTERS = 80;

/** A short answer, whole. @throws ObjectStorageError `unavailable` when it breaks off, `backend` when it is not short */
export async function readAnswer(incoming: IncomingMessage, asked: Asked): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let lengthBytes = 0;
  try {
    for await (const piece of incoming) {
      if (!Buffer.isBuffer(piece)) continue;
      pieces.push(piece);
      lengthBytes += piece.length;
      if (lengthBytes > DOCUMENT_BYTES_MAX) break;
    }
  } catch (error) {
    throw unavailable(asked, error);
  }
  if (lengthBytes > DOCUMENT_BYTES_MAX) {
    throw new ObjectStorageError('backend', `the answer is longer than ${DOCUMENT_BYTES_MAX} bytes`, asked);
  }
  return Buffer.concat(pieces);
}

/** The document of an answer that succeeded. @throws ObjectStorageError `backend` when it is not the XML that was expected */
export function parseAnswer(
  document: Buffer,
  root: string,
  { statusCode = 0, headers }: Pick<IncomingMessage, 'statusCode' | 'headers'>,
  asked: Asked,
): XmlElement {
  let found = 'no well-formed XML';
  let cause: unknown;
  try {
    const element = parseXml(document);
    if (element.name === root) return element;
    found = `<${element.name}>`;
  } catch (error) {
    cause = error;
  }
  const type = headers['content-type'] ?? 'no content type';
  throw new ObjectStorageError(
    'backend',
    `${statusCode} with ${found} where <${root}> was expected (${type}): ${excerptOf(document)}`,
    { ...asked, status: statusCode },
    { cause },
  );
}

/** For operations whose success has no document. @throws ObjectStorageError `backend` when there is one: whoever wrote it did not do them */
export function requireNoDocument(
  document: Buffer,
  { statusCode = 0, headers }: Pick<IncomingMessage, 'statusCode' | 'headers'>,
  asked: Asked,
): void {
  if (document.length === 0) return;
  const type = headers['content-type'] ?? 'no content type';
  const message = `${statusCode} with a document where none was expected (${type}): ${excerptOf(document)}`;
  throw new ObjectStorageError('backend', message, { ...asked, status: statusCode });
}

/** The beginning of a document on one line, for messages. */
export function excerptOf(document: Buffer): string {
  const text = document
    .subarray(0, SHOWN_CHARACTERS * 4)
    .toString()
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim();
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}

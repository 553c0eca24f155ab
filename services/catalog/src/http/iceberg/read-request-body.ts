import type { IncomingMessage } from 'node:http';
import { isJsonObject, type JsonObject, parseJson } from '@needlestack/iceberg-format';
import { REQUEST_BYTES_MAX } from '../../core/tables/limits.ts';
import { TableError } from '../../core/tables/table-error.ts';
import { decodeBody } from './iceberg-operation.ts';

/** All bytes of the body; refuses with `too-large`. */
export async function readRequestBytes(request: IncomingMessage): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > REQUEST_BYTES_MAX) throw tooLarge();
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  // Leaving the loop must not destroy the connection: the client is to read why.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    const bytes: Buffer = Buffer.from(chunk);
    sizeBytes += bytes.length;
    if (sizeBytes > REQUEST_BYTES_MAX) throw tooLarge();
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function tooLarge(): TableError {
  return new TableError('too-large', `The request body exceeds ${REQUEST_BYTES_MAX} bytes`);
}

/** The body as a JSON object, numbers unharmed; the content type does not matter. Refuses with `bad-request`. */
export function parseRequestBody(bytes: Buffer): JsonObject {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new TableError('bad-request', 'The request body is not UTF-8');
  }
  const body = decodeBody(() => parseJson(text));
  if (!isJsonObject(body)) throw new TableError('bad-request', 'The request body must be a JSON object');
  return body;
}

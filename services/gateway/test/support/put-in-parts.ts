import type { Answer, TestClient } from './test-client.ts';

/** The document of CompleteMultipartUpload: part numbers with their ETags. */
export const completeDocument = (parts: readonly (readonly [number, string])[]): string =>
  `<CompleteMultipartUpload>${parts
    .map(([number, etag]) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`)
    .join('')}</CompleteMultipartUpload>`;

/** Uploads the bodies as parts 1, 2, … and completes; the answer of Complete. @param headers of CreateMultipartUpload */
export const putInParts = async (
  client: TestClient,
  path: string,
  bodies: readonly Buffer[],
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> => {
  const created = await client.call('POST', path, { query: 'uploads', headers });
  const uploadId = created.element('UploadId') ?? '';
  const parts: (readonly [number, string])[] = [];
  for (const [index, body] of bodies.entries()) {
    const part = await client.call('PUT', path, { query: `partNumber=${index + 1}&uploadId=${uploadId}`, body });
    parts.push([index + 1, part.headers.etag ?? '']);
  }
  return client.call('POST', path, { query: `uploadId=${uploadId}`, body: completeDocument(parts) });
};

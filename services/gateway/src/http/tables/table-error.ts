import type { ServerResponse } from 'node:http';
import { S3Error } from '@needlestack/s3-protocol';
import { toS3Error } from '../to-s3-error.ts';

/** Anything thrown at the table doors, as an S3 error to be shown in Iceberg's shape. */
export const toTableError = (error: unknown): S3Error => toS3Error(error);

/** Names of the Iceberg REST specification by status. */
const TYPES: Readonly<Record<number, string>> = {
  400: 'BadRequestException',
  401: 'NotAuthorizedException',
  403: 'ForbiddenException',
  503: 'ServiceUnavailableException',
};

/**
 * The catalog did not answer. When nothing was sent yet, clients may try again (503); otherwise a commit may have landed, which only
 * 502 and its like tell them: on 503 some send a commit again, on 4xx they delete its files.
 */
export const sendCatalogFailure = (response: ServerResponse, cause: NodeJS.ErrnoException): void => {
  if (cause.code === 'ECONNREFUSED') {
    sendTableError(response, new S3Error('ServiceUnavailable'));
    return;
  }
  if (response.headersSent) {
    response.destroy();
    return;
  }
  sendErrorBody(response, 502, 'CommitStateUnknownException', 'The catalog did not answer; the outcome is unknown.');
};

/** `{ error: { message, type, code } }`, and nothing beside (catalog.md, rule 6). */
export const sendTableError = (response: ServerResponse, error: S3Error): void => {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  // Without a signature the client is unknown (401); with one that fails it is refused (403).
  const isAnonymous = error.code === 'AccessDenied' && Object.keys(error.details).length === 0;
  const code = isAnonymous ? 401 : error.status;
  const type = TYPES[code] ?? 'InternalServerError';
  const message = isAnonymous ? 'The request is not signed.' : `${error.code}: ${error.message}`;
  sendErrorBody(response, code, type, message);
};

const sendErrorBody = (response: ServerResponse, code: number, type: string, message: string): void => {
  const body = JSON.stringify({ error: { message, type, code } });
  response.writeHead(code, ['Content-Type', 'application/json', 'Content-Length', String(Buffer.byteLength(body))]);
  response.end(body);
};

import type { CatalogPort } from '@needlestack/service-contracts';
import type { RandomBytes } from '../ports.ts';
import type { Transactions } from '../transactions.ts';
import { abortUpload } from '../uploads/abort-upload.ts';
import { completeUpload } from '../uploads/complete-upload.ts';
import { createUpload } from '../uploads/create-upload.ts';
import { forgetCompletedUploads } from '../uploads/forget-completed-uploads.ts';
import { listParts } from '../uploads/list-parts.ts';
import { listUploads } from '../uploads/list-uploads.ts';
import { putPart } from '../uploads/put-part.ts';
import { findUpload } from '../uploads/require-upload.ts';

const UPLOAD_ID_RANDOM_BYTES = 10;

export interface UploadCalls
  extends Pick<
    CatalogPort,
    'createUpload' | 'getUpload' | 'putPart' | 'listParts' | 'listUploads' | 'completeUpload' | 'abortUpload'
  > {
  /** One bounded step of forgetting old answers of completed uploads; gives where the next one begins. */
  forgetCompletedUploads(afterRow: Buffer | undefined): Promise<Buffer | undefined>;
}

export function makeUploadCalls(transactions: Transactions, randomBytes: RandomBytes): UploadCalls {
  return {
    createUpload: (request) => {
      const random = randomBytes(UPLOAD_ID_RANDOM_BYTES);
      return transactions.write((tx, context) => createUpload(tx, request, random, context));
    },
    getUpload: async (bucket, key, uploadId) =>
      (await transactions.read((tx) => findUpload(tx, { bucket, key, uploadId }))).upload,
    putPart: (request) => transactions.write((tx, context) => putPart(tx, request, context)),
    listParts: (request) => transactions.read((tx) => listParts(tx, request)),
    listUploads: (request) => transactions.read((tx) => listUploads(tx, request)),
    completeUpload: (request) =>
      transactions.write(
        (tx, context) => completeUpload(tx, request, context),
        request.condition === undefined ? undefined : 'ConditionalRequestConflict',
      ),
    abortUpload: (bucket, key, uploadId) =>
      transactions.write((tx, context) => abortUpload(tx, { bucket, key, uploadId }, context)),
    forgetCompletedUploads: (afterRow) =>
      transactions.write((tx, { nowMs }) => forgetCompletedUploads(tx, afterRow, nowMs)),
  };
}

/** An upload from an HTML form, up to its file: fields are read and bounded, the file is left to be pulled. */
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { Busboy, type BusboyInstance } from '@fastify/busboy';
import { type FormFields, S3Error } from '@needlestack/s3-protocol';
import { FORM_FIELD_BYTES_MAX, FORM_FIELDS_BYTES_MAX, FORM_FIELDS_MAX } from '../../core/limits.ts';
import { ClientGoneError } from '../bodies/pump-body.ts';

export interface PostForm {
  /** By name in lower case; the first of repeated ones counts. */
  readonly fields: FormFields;
  readonly fileName: string;
  /** Bytes of the file; what follows it in the form is ignored. Fails with ClientGoneError or S3Error. */
  readonly file: Readable;
  /** Reads what is left of the request, so that the connection can be used again. */
  finish(): Promise<void>;
}

/**
 * @throws S3Error `PreconditionFailed` (a body of another type), `MalformedPOSTRequest`, `InvalidArgument` (no file),
 * `MaxPostPreDataLengthExceededError`
 */
export const readPostForm = (request: IncomingMessage): Promise<PostForm> =>
  new Promise((resolve, reject) => {
    requireFormType(request.headers['content-type']);
    const parser = makeParser(request);
    const fields = new Map<string, string>();
    let fieldsBytes = 0;
    let file: Readable | undefined;
    const ended = Promise.withResolvers<void>();
    // Whoever waits for the end hears of it; when nobody does, the failure was told already.
    ended.promise.catch(() => undefined);

    const fail = (error: Error): void => {
      request.unpipe(parser);
      ended.reject(error);
      if (file === undefined) reject(error);
      else file.destroy(error);
    };
    parser.on('field', (name, value, isNameCut, isValueCut) => {
      // The file is the last that counts.
      if (file !== undefined) return;
      fieldsBytes += name.length + value.length;
      if (isNameCut || isValueCut || fieldsBytes > FORM_FIELDS_BYTES_MAX) {
        fail(new S3Error('MaxPostPreDataLengthExceededError'));
        return;
      }
      const known = name.toLowerCase();
      if (!fields.has(known)) fields.set(known, value);
    });
    parser.on('file', (_name, stream, fileName) => {
      if (file !== undefined) {
        stream.resume();
        return;
      }
      file = stream;
      resolve({
        fields,
        fileName: fileName ?? '',
        file: stream,
        finish: () => {
          stream.resume();
          return ended.promise;
        },
      });
    });
    parser.on('fieldsLimit', () => {
      if (file === undefined) fail(new S3Error('MaxPostPreDataLengthExceededError'));
    });
    parser.on('error', (cause) => fail(new S3Error('MalformedPOSTRequest', { cause })));
    parser.on('finish', () => {
      ended.resolve();
      if (file === undefined) reject(noFile());
    });
    request.on('close', () => {
      if (!request.complete) fail(new ClientGoneError('the connection closed in the middle of the form'));
    });
    request.pipe(parser);
  });

const FORM_TYPE = 'multipart/form-data';

const requireFormType = (contentType: string | undefined): void => {
  if (contentType?.split(';', 1)[0]?.trim().toLowerCase() === FORM_TYPE) return;
  throw new S3Error('PreconditionFailed', {
    details: { Condition: `Bucket POST must be of the enclosure-type ${FORM_TYPE}` },
  });
};

const makeParser = (request: IncomingMessage): BusboyInstance => {
  try {
    return new Busboy({
      headers: { ...request.headers, 'content-type': request.headers['content-type'] ?? '' },
      // Clients give names of files to fields as well.
      isPartAFile: (field) => field?.toLowerCase() === 'file',
      limits: { fieldSize: FORM_FIELD_BYTES_MAX, fieldNameSize: 256, fields: FORM_FIELDS_MAX, files: 1 },
    });
  } catch (cause) {
    throw new S3Error('MalformedPOSTRequest', { cause });
  }
};

const noFile = (): S3Error =>
  new S3Error('InvalidArgument', {
    message: 'POST requires exactly one file upload per request.',
    details: { ArgumentName: 'file', ArgumentValue: '0' },
  });

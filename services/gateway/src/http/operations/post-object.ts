import type { Readable } from 'node:stream';
import {
  encodeUriPath,
  type FileBounds,
  type FormFields,
  invalidArgument,
  readContentMd5,
  readRequestChecksum,
  S3Error,
  validateKey,
  writePostResponse,
} from '@needlestack/s3-protocol';
import type { Compatibility } from '../../core/compatibility.ts';
import { type BodyPlan, malformedChecksumCode } from '../../core/plan-body.ts';
import { authorizeExchange } from '../access/authorize-exchange.ts';
import { ClientGoneError } from '../bodies/pump-body.ts';
import type { BodySource } from '../bodies/receive-object.ts';
import type { GatewayContext } from '../gateway-context.ts';
import { authenticateForm } from '../post-form/authenticate-form.ts';
import { headersOfForm } from '../post-form/headers-of-form.ts';
import { type PostForm, readPostForm } from '../post-form/read-post-form.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendEmpty, sendXml } from '../send-answer.ts';
import { type StoredObject, storeObject } from './put-object.ts';

/** An upload from an HTML form. Who asks, for which key, and what may be sent, says the form; its policy is what was signed. */
export const postObject = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  if (exchange.proven !== undefined) {
    throw new S3Error('InvalidArgument', { message: 'A form is signed by its policy, not by headers.' });
  }
  exchange.invite();
  const form = await readPostForm(exchange.request);
  try {
    const fields = completeFields(form, exchange.bucket);
    const { principal, bounds } = await authenticateForm(fields, context);
    const upload = exchange.asUpload(fields.get('key') ?? '', headersOfForm(fields, exchange.headers));
    upload.setCaller(principal, { kind: 'unsigned' }, undefined);
    exchange.setCaller(principal, { kind: 'unsigned' }, undefined);
    await authorizeExchange(upload, 'PostObject', context);
    const source = readFile(form.file, bounds);
    const stored = await storeObject(upload, context, { eventName: 'ObjectCreated:Post', plan: planFile, source });
    await form.finish();
    answer(upload, context, fields, stored);
  } catch (error) {
    // Nobody pulls the file any more: what is left of the request is read away.
    form.finish().catch(() => undefined);
    throw error;
  }
};

/** Stands in a key for the name of the file. */
const FILE_NAME = /\$\{filename\}/g;

/** @throws S3Error `InvalidArgument`, `KeyTooLongError`, `InvalidURI` */
const completeFields = ({ fields, fileName }: PostForm, bucket: string): FormFields => {
  const key = fields.get('key');
  if (key === undefined || key === '') {
    throw invalidArgument(
      "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields.",
      'key',
      '',
    );
  }
  const fullKey = key.replaceAll(FILE_NAME, () => fileName);
  validateKey(fullKey);
  return new Map([...fields, ['bucket', bucket], ['key', fullKey]]);
};

const planFile = ({ headers, query }: S3Exchange, compatibility: Compatibility): BodyPlan => ({
  sizeBytes: undefined,
  chunked: undefined,
  sha256: undefined,
  contentMd5: readContentMd5(headers),
  checksum: readRequestChecksum(headers, query, malformedChecksumCode(compatibility)),
});

const readFile =
  (file: Readable, { minBytes, maxBytes }: FileBounds): BodySource =>
  async (take) => {
    let sizeBytes = 0;
    for await (const bytes of bytesOf(file)) {
      sizeBytes += bytes.length;
      if (sizeBytes > maxBytes) {
        throw new S3Error('EntityTooLarge', {
          details: { ProposedSize: String(sizeBytes), MaxSizeAllowed: String(maxBytes) },
        });
      }
      const taking = take(bytes);
      if (taking !== undefined) await taking;
    }
    if (sizeBytes < minBytes) {
      throw new S3Error('EntityTooSmall', {
        details: { ProposedSize: String(sizeBytes), MinSizeAllowed: String(minBytes) },
      });
    }
  };

/** @throws S3Error `MalformedPOSTRequest` for a form that ends before its file does; ClientGoneError */
async function* bytesOf(file: Readable): AsyncIterable<Buffer> {
  try {
    yield* file as AsyncIterable<Buffer>;
  } catch (error) {
    throw error instanceof S3Error || error instanceof ClientGoneError
      ? error
      : new S3Error('MalformedPOSTRequest', { cause: error });
  }
}

/** As the form wishes: a page to go to, a document, or nothing. */
const answer = (
  upload: S3Exchange,
  context: GatewayContext,
  fields: FormFields,
  { etag, headers }: StoredObject,
): void => {
  const { bucket, key } = upload;
  const redirect = redirectTo(fields.get('success_action_redirect') ?? fields.get('redirect'), { bucket, key, etag });
  const location = upload.locationOf(`/${bucket}/${encodeUriPath(key)}`);
  if (redirect !== undefined) sendEmpty(upload, context, 303, [...headers, 'Location', redirect]);
  else if (fields.get('success_action_status') === '201') {
    const document = writePostResponse({ location, bucket, key, etag });
    sendXml(upload, context, 201, document, [...headers, 'Location', location]);
  } else {
    const status = fields.get('success_action_status') === '200' ? 200 : 204;
    sendEmpty(upload, context, status, [...headers, 'Location', location]);
  }
};

/** An address that is none is left out, as S3 does. */
const redirectTo = (
  text: string | undefined,
  { bucket, key, etag }: { readonly bucket: string; readonly key: string; readonly etag: string },
): string | undefined => {
  if (text === undefined || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  url.searchParams.append('bucket', bucket);
  url.searchParams.append('key', key);
  url.searchParams.append('etag', `"${etag}"`);
  return url.href;
};

import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { formatFileId } from '@needlestack/needle-format';
import type { Master } from '../core/master.ts';
import { newCookie } from '../core/new-cookie.ts';
import { readWriteRequest } from '../core/write-wish.ts';
import { jsonAnswer, type MasterAnswer, type MasterRoute } from './http-answer.ts';
import { readWriteParams } from './read-write-params.ts';

/** Headers of the upload that the volume server needs as they are. */
const PASSED_HEADERS = ['content-type', 'content-length', 'content-encoding', 'content-disposition', 'content-md5'];

const passHeaders = (raw: IncomingMessage): Headers => {
  const headers = new Headers();
  for (const name of PASSED_HEADERS) {
    const value = raw.headers[name];
    if (typeof value === 'string') headers.set(name, value);
  }
  return headers;
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** The volume server's answer as the client of `/submit` expects it. */
const rewriteAnswer = async (upload: Response, fid: string, publicUrl: string): Promise<MasterAnswer> => {
  const text = await upload.text();
  if (!upload.ok) return jsonAnswer({ error: text === '' ? `upload failed with status ${upload.status}` : text }, 500);
  const stored: unknown = text === '' ? {} : JSON.parse(text);
  const { name, size, eTag } = isRecord(stored) ? stored : {};
  return jsonAnswer({ eTag, fid, fileName: name, fileUrl: `${publicUrl}/${fid}`, size }, 201);
};

/** Assigns a file id and hands the upload on to its volume server. */
export const submit =
  (master: Master): MasterRoute =>
  async ({ method, params, raw, signal }) => {
    if (method !== 'POST') return jsonAnswer({ error: 'Only submit via POST!' }, 405);
    const wish = readWriteRequest(readWriteParams(params), master.settings.defaultReplication);
    const expectedBytes = Number(raw.headers['content-length'] ?? 0);
    const { volumeId, firstKey, servers } = await master.assigner.assign(wish, 1, expectedBytes, signal);
    const fid = formatFileId({ volumeId, key: firstKey, cookie: newCookie(master.random) });
    const ttl = params.get('ttl');
    const query = ttl === null ? '' : `?ttl=${encodeURIComponent(ttl)}`;
    const upload = await fetch(`http://${servers[0].url}/${fid}${query}`, {
      method: 'POST',
      headers: passHeaders(raw),
      body: Readable.toWeb(raw),
      duplex: 'half',
      signal,
    });
    return rewriteAnswer(upload, fid, servers[0].identity.publicUrl);
  };

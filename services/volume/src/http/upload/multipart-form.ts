import { readDispositionFileName } from '../download/content-disposition.ts';
import { HttpError } from '../http-error.ts';

export interface FormPart {
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  readonly fieldName: string;
  /** Undefined for a plain field. */
  readonly fileName: string | undefined;
  /** A view of the body. */
  readonly data: Buffer;
}

const PARTS_MAX = 100;
const PART_HEADER_BYTES_MAX = 16 * 1024;
const LINE_END = Buffer.from('\r\n');
const HEADERS_END = Buffer.from('\r\n\r\n');

/**
 * All parts of a multipart/form-data body.
 * @throws HttpError 400
 */
export function parseMultipartForm(contentType: string, body: Buffer): readonly FormPart[] {
  if (!/^multipart\//i.test(contentType)) throw new HttpError(400, "request Content-Type isn't multipart/form-data");
  const match = /;\s*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  const boundary = match?.[1] ?? match?.[2];
  if (boundary === undefined) throw new HttpError(400, 'no multipart boundary param in Content-Type');
  const delimiter = Buffer.from(`--${boundary}`);
  let at = body.indexOf(delimiter);
  const parts: FormPart[] = [];
  while (at >= 0) {
    const start = at + delimiter.length;
    if (body.subarray(start, start + 2).toString('latin1') === '--') return parts;
    const headersEnd = body.indexOf(HEADERS_END, start);
    const next = findDelimiter(body, delimiter, start);
    if (headersEnd < 0 || next < 0 || headersEnd > next || parts.length === PARTS_MAX) break;
    if (headersEnd - start > PART_HEADER_BYTES_MAX) break;
    const dataEnd = next - LINE_END.length;
    parts.push(
      toPart(
        body.toString('utf8', start + 2, headersEnd),
        body.subarray(headersEnd + HEADERS_END.length, Math.max(dataEnd, headersEnd + HEADERS_END.length)),
      ),
    );
    at = next;
  }
  throw new HttpError(400, 'multipart: NextPart: EOF');
}

/** The next delimiter that opens a line. */
function findDelimiter(body: Buffer, delimiter: Buffer, from: number): number {
  for (let at = body.indexOf(delimiter, from); at >= 0; at = body.indexOf(delimiter, at + 1)) {
    if (body[at - 1] === 0x0a && body[at - 2] === 0x0d) return at;
  }
  return -1;
}

function toPart(headerText: string, data: Buffer): FormPart {
  const headers = new Map<string, string>();
  // A line that begins with white space goes on with the one before it (RFC 5322, section 2.2.3).
  for (const line of headerText.replace(/\r\n[ \t]+/g, ' ').split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon < 0 && line !== '') {
      throw new HttpError(400, `malformed MIME header: missing colon: ${JSON.stringify(line)}`);
    }
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  const disposition = headers.get('content-disposition') ?? '';
  const fileName = /;\s*filename\*?\s*=/i.test(disposition) ? (readDispositionFileName(disposition) ?? '') : undefined;
  const fieldName = /;\s*name="?([^";]*)"?/i.exec(disposition)?.[1] ?? '';
  return { headers, fieldName, fileName, data };
}

/** Request documents: size, depth and number of elements are bounded, document types and entities of their own refused. */
import { S3Error } from '../error/s3-error.ts';
import { MAX_XML_BODY_BYTES, MAX_XML_DEPTH, MAX_XML_ELEMENTS } from '../limits.ts';
import { parseAnyXml } from './parse-any-xml.ts';
import { scanPlainXml } from './scan-plain-xml.ts';
import type { XmlElement } from './xml-element.ts';

const malformed = (): S3Error => new S3Error('MalformedXML');
const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The root element of a document.
 *
 * @throws S3Error `MalformedXML` for anything that is not one well-formed element in UTF-8 within the limits,
 * `MaxMessageLengthExceeded` when the document is too long, `MissingRequestBodyError` when it is empty
 */
export const parseXml = (body: Uint8Array): XmlElement => {
  if (body.length === 0) throw new S3Error('MissingRequestBodyError');
  if (body.length > MAX_XML_BODY_BYTES) {
    throw new S3Error('MaxMessageLengthExceeded', { details: { MaxMessageLengthBytes: String(MAX_XML_BODY_BYTES) } });
  }
  const text = decodeBody(body);
  const plain = scanPlainXml(text);
  if (plain !== undefined) return plain;
  if (text.includes('<!DOCTYPE') || text.includes('<!ENTITY')) throw malformed();
  checkNesting(text);
  const root = parseAnyXml(text);
  if (root === undefined) throw malformed();
  return root;
};

const decodeBody = (body: Uint8Array): string => {
  try {
    return STRICT_UTF8.decode(body).trim();
  } catch {
    throw malformed();
  }
};

/** Bounds depth and number of elements before anything is built, with one pass over the tags. */
const checkNesting = (text: string): void => {
  let depth = 0;
  let elements = 0;
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at + 1)) {
    const next = text.charCodeAt(at + 1);
    if (next === 0x2f) {
      depth--;
    } else if (next !== 0x3f && next !== 0x21) {
      elements++;
      depth++;
      const close = text.indexOf('>', at);
      if (close > 0 && text.charCodeAt(close - 1) === 0x2f) depth--;
      if (depth > MAX_XML_DEPTH || elements > MAX_XML_ELEMENTS) throw malformed();
    } else if (text.startsWith('<![CDATA[', at)) {
      const close = text.indexOf(']]>', at);
      if (close < 0) throw malformed();
      at = close;
    }
  }
};

/**
 * Request documents. The parser is fast-xml-parser, asked for text as it stands: document types are refused before it sees them,
 * entities are the five of XML and numeric ones, decoded here; size, depth and number of elements are bounded.
 */
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { S3Error } from '../error/s3-error.ts';
import { MAX_XML_BODY_BYTES, MAX_XML_DEPTH, MAX_XML_ELEMENTS } from '../limits.ts';

/** An element with its namespace prefix removed. Attributes are not kept: no request of S3 gives them a meaning we serve. */
export interface XmlElement {
  readonly name: string;
  /** Text and CDATA directly inside, joined; white space kept. */
  readonly text: string;
  readonly children: readonly XmlElement[];
}

const TEXT = '#text';
const CDATA = '#cdata';

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: true,
  removeNSPrefix: true,
  parseTagValue: false,
  trimValues: false,
  processEntities: false,
  htmlEntities: false,
  cdataPropName: CDATA,
  ignoreDeclaration: true,
  ignorePiTags: true,
});

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
  if (text.includes('<!DOCTYPE') || text.includes('<!ENTITY')) throw malformed();
  checkNesting(text);
  const roots = parseNodes(text);
  const [root] = roots;
  if (root === undefined || roots.length !== 1) throw malformed();
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

const parseNodes = (text: string): XmlElement[] => {
  let nodes: unknown;
  try {
    if (XMLValidator.validate(text) !== true) throw malformed();
    nodes = parser.parse(text);
  } catch (error) {
    throw error instanceof S3Error ? error : malformed();
  }
  return readElements(nodes).children;
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** The ordered form of the parser: a list of objects with one key each, the element's name or the marker of text. */
const readElements = (nodes: unknown): { text: string; children: XmlElement[] } => {
  let text = '';
  const children: XmlElement[] = [];
  if (!Array.isArray(nodes)) return { text, children };
  for (const node of nodes as readonly unknown[]) {
    if (!isRecord(node)) continue;
    const [name] = Object.keys(node);
    if (name === undefined) continue;
    if (name === TEXT) text += decodeEntities(String(node[TEXT]));
    else if (name === CDATA) text += rawText(node[CDATA]);
    else children.push({ name, ...readElements(node[name]) });
  }
  return { text, children };
};

const rawText = (nodes: unknown): string => {
  if (!Array.isArray(nodes)) return '';
  return (nodes as readonly unknown[]).map((node) => (isRecord(node) ? String(node[TEXT] ?? '') : '')).join('');
};

const ENTITY = /&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|([a-zA-Z]+));|&/g;
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const decodeEntities = (text: string): string => (text.includes('&') ? text.replace(ENTITY, decodeEntity) : text);

const decodeEntity = (
  _whole: string,
  hex: string | undefined,
  decimal: string | undefined,
  name: string | undefined,
): string => {
  if (name !== undefined) {
    const character = Object.hasOwn(NAMED, name) ? NAMED[name] : undefined;
    if (character !== undefined) return character;
  } else if (hex !== undefined || decimal !== undefined) {
    const codePoint = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    const isSurrogate = codePoint >= 0xd800 && codePoint <= 0xdfff;
    if (codePoint > 0 && codePoint <= 0x10ffff && !isSurrogate) return String.fromCodePoint(codePoint);
  }
  throw malformed();
};

/**
 * Documents of any form. The parser is fast-xml-parser, asked for text as it stands: document types are refused before it sees them,
 * entities are decoded here.
 */
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { S3Error } from '../error/s3-error.ts';
import { decodeEntities } from './decode-entities.ts';
import type { XmlElement } from './xml-element.ts';

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

/**
 * The one element that a document of any form holds; undefined when there are none or several.
 *
 * @throws S3Error `MalformedXML`
 */
export const parseAnyXml = (text: string): XmlElement | undefined => {
  let nodes: unknown;
  try {
    if (XMLValidator.validate(text) !== true) throw new S3Error('MalformedXML');
    nodes = parser.parse(text);
  } catch (error) {
    throw error instanceof S3Error ? error : new S3Error('MalformedXML', { cause: error });
  }
  const roots = readElements(nodes).children;
  return roots.length === 1 ? roots[0] : undefined;
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

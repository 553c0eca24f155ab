import { MAX_XML_DEPTH, MAX_XML_ELEMENTS } from '../limits.ts';
import { decodeEntities } from './decode-entities.ts';
import type { XmlElement } from './xml-element.ts';

interface OpenElement {
  readonly name: string;
  text: string;
  readonly children: XmlElement[];
}

const DECLARATION = /^<\?xml version="1\.0"(?: encoding="(?:UTF|utf)-8")?(?: standalone="(?:yes|no)")? ?\?>\s*/;
/** A tag and the text up to the next one. Printable ASCII, tabs and line feeds only: the rest is for the parser to judge. */
const TAG = /<(\/?)([A-Za-z][A-Za-z0-9]*)((?: xmlns="[!#-%'-;=-~]*")?)>([\t\n -;=?-~]*)/y;
const NOT_PLAIN = undefined;

/**
 * Reads a document of the form in which clients write nearly all of theirs: elements and plain text, nothing else but a declaration and
 * one namespace. In one pass, several times as fast as the parser. Undefined for any other document, well-formed or not, and for one that
 * is deeper or has more elements than may be.
 *
 * @param text trimmed
 * @throws S3Error `MalformedXML` for an entity that is none
 */
export const scanPlainXml = (text: string): XmlElement | undefined => {
  const open: OpenElement[] = [];
  let elements = 0;
  TAG.lastIndex = DECLARATION.exec(text)?.[0].length ?? 0;
  for (let tag = TAG.exec(text); tag !== null; tag = TAG.exec(text)) {
    const [, slash, name = '', namespace, after = ''] = tag;
    if (slash === '') {
      elements += 1;
      if (elements > MAX_XML_ELEMENTS || open.length === MAX_XML_DEPTH) return NOT_PLAIN;
      open.push({ name, text: decodeEntities(after), children: [] });
      continue;
    }
    const closed = open.pop();
    if (closed?.name !== name || namespace !== '') return NOT_PLAIN;
    const parent = open.at(-1);
    if (parent === undefined) return TAG.lastIndex === text.length && after === '' ? closed : NOT_PLAIN;
    parent.children.push(closed);
    parent.text += decodeEntities(after);
  }
  return NOT_PLAIN;
};

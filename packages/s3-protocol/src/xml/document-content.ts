/** Configuration documents as plain content, for the packages that own their meaning. */
import { wrapDocument } from '../answer-document/s3-namespace.ts';
import { parseXml } from './parse-xml.ts';
import type { XmlElement } from './xml-element.ts';
import { escapeXml } from './xml-escape.ts';
import { requireRoot } from './xml-reader.ts';

/** Element names are keys, a repeated element is a list, text is a string, an empty element is ''. */
export interface DocumentContent {
  readonly [element: string]: DocumentValue | readonly DocumentValue[] | undefined;
}

export type DocumentValue = string | DocumentContent;

/** @throws S3Error `MalformedXML`, also when the root has another name */
export const readDocument = (body: Uint8Array, root: string): DocumentContent => {
  const element = requireRoot(parseXml(body), root);
  return element.children.length === 0 ? {} : contentOf(element);
};

const contentOf = (element: XmlElement): DocumentContent => {
  const content: Record<string, DocumentValue | DocumentValue[]> = Object.create(null);
  for (const child of element.children) {
    const value = child.children.length === 0 ? child.text : contentOf(child);
    const known = content[child.name];
    if (known === undefined) content[child.name] = value;
    else if (Array.isArray(known)) known.push(value);
    else content[child.name] = [known, value];
  }
  return content;
};

/** The document, with declaration and namespace. */
export const writeDocument = (root: string, content: DocumentContent): string =>
  wrapDocument(root, writeContent(content));

const writeContent = (content: DocumentContent): string => {
  let text = '';
  for (const [name, value] of Object.entries(content)) {
    if (value === undefined) continue;
    for (const one of isList(value) ? value : [value]) {
      text += `<${name}>${typeof one === 'string' ? escapeXml(one) : writeContent(one)}</${name}>`;
    }
  }
  return text;
};

const isList = (value: DocumentValue | readonly DocumentValue[]): value is readonly DocumentValue[] =>
  Array.isArray(value);

import { S3Error } from '../error/s3-error.ts';
import { parseXml } from '../xml/parse-xml.ts';
import type { XmlElement } from '../xml/xml-element.ts';
import { childOf, requireRoot, textOf } from '../xml/xml-reader.ts';

/** An element tree as a plain object; leaves are text as it stands (a delimiter may be white space). */
export interface DocumentTree {
  readonly [element: string]: string | DocumentTree;
}

export interface SelectDocumentRequest {
  readonly expression: string;
  readonly expressionType: string;
  readonly inputSerialization: DocumentTree;
  readonly outputSerialization: DocumentTree;
  readonly requestProgressEnabled: boolean;
  readonly scanRange: { readonly Start?: string; readonly End?: string } | undefined;
}

/** @throws S3Error `MalformedXML` */
export const parseSelect = (body: Uint8Array): SelectDocumentRequest => {
  const root = requireRoot(parseXml(body), 'SelectObjectContentRequest', 'SelectRequest');
  const expression = textOf(root, 'Expression');
  const input = childOf(root, 'InputSerialization');
  const output = childOf(root, 'OutputSerialization');
  if (expression === undefined || input === undefined || output === undefined) throw new S3Error('MalformedXML');
  const progress = childOf(root, 'RequestProgress');
  return {
    expression,
    expressionType: textOf(root, 'ExpressionType')?.trim() ?? '',
    inputSerialization: toTree(input),
    outputSerialization: toTree(output),
    requestProgressEnabled: progress !== undefined && textOf(progress, 'Enabled')?.trim().toLowerCase() === 'true',
    scanRange: readScanRange(childOf(root, 'ScanRange')),
  };
};

const readScanRange = (element: XmlElement | undefined): SelectDocumentRequest['scanRange'] => {
  if (element === undefined) return undefined;
  const start = textOf(element, 'Start');
  const end = textOf(element, 'End');
  return { ...(start === undefined ? undefined : { Start: start }), ...(end === undefined ? undefined : { End: end }) };
};

const toTree = (element: XmlElement): DocumentTree => {
  const tree: Record<string, string | DocumentTree> = Object.create(null);
  for (const child of element.children) {
    // `<CSV/>` chooses a format with nothing set: an empty tree. Any other empty element is empty text.
    const isFormat = child.name === 'CSV' || child.name === 'JSON' || child.name === 'Parquet';
    tree[child.name] = child.children.length > 0 || isFormat ? toTree(child) : child.text;
  }
  return tree;
};

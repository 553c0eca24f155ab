/** Reading typed values out of a parsed document; what does not fit is MalformedXML. */
import { S3Error } from '../error/s3-error.ts';
import type { XmlElement } from './xml-element.ts';

/** The first child of that name. */
export const childOf = (element: XmlElement, name: string): XmlElement | undefined =>
  element.children.find((child) => child.name === name);

/** All children of that name, in order. */
export const childrenOf = (element: XmlElement, name: string): readonly XmlElement[] =>
  element.children.filter((child) => child.name === name);

/** Text of the first child of that name, as it stands. */
export const textOf = (element: XmlElement, name: string): string | undefined => childOf(element, name)?.text;

/** @throws S3Error `MalformedXML` when the child is missing */
export const requireText = (element: XmlElement, name: string): string => {
  const text = textOf(element, name);
  if (text === undefined) throw new S3Error('MalformedXML');
  return text;
};

/** @throws S3Error `MalformedXML` when the root has another name */
export const requireRoot = (root: XmlElement, ...names: readonly string[]): XmlElement => {
  if (!names.includes(root.name)) throw new S3Error('MalformedXML');
  return root;
};

const WHOLE_NUMBER = /^\s*(\d{1,15})\s*$/;

/** @throws S3Error `MalformedXML` when it is not a whole number */
export const parseWholeNumber = (text: string): number => {
  const match = WHOLE_NUMBER.exec(text);
  if (match === null) throw new S3Error('MalformedXML');
  return Number(match[1]);
};

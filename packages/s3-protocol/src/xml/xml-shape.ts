/**
 * Shapes: what an element holds, said once, read and written from the same words. Whatever does not fit a shape is MalformedXML: an
 * element that no field knows, one that comes twice where it may come once, a missing one, text that is no value of its kind.
 */
import { formatXmlTime } from '../answer-document/s3-namespace.ts';
import { S3Error } from '../error/s3-error.ts';
import { parseIsoTime } from './iso-time.ts';
import type { XmlElement } from './xml-element.ts';
import { escapeXml } from './xml-escape.ts';
import { childrenOf } from './xml-reader.ts';

/** What stands inside an element. */
export interface Shape<T> {
  /** @throws S3Error `MalformedXML` */
  read(element: XmlElement): T;
  /** The inside of the element as text. */
  write(value: T): string;
}

/** One or several children of a name within their parent. */
export interface Field<T> {
  readonly element: string;
  /** @throws S3Error `MalformedXML` */
  readFrom(parent: XmlElement): T;
  /** The children with their tags; empty when there are none. */
  writeOut(value: T): string;
}

type Fields = Readonly<Record<string, Field<unknown>>>;

/** The value that a shape reads. */
export type Shaped<S> = S extends Shape<infer T> ? T : never;

const malformed = (): S3Error => new S3Error('MalformedXML');
const TEXT_ONLY = (element: XmlElement): string => {
  if (element.children.length > 0) throw malformed();
  return element.text;
};

const wrap = (name: string, inside: string): string => `<${name}>${inside}</${name}>`;

/** Text as it stands, white space too. */
export const text = (): Shape<string> => ({ read: TEXT_ONLY, write: escapeXml });

/** A word of a closed set. */
export const oneOf = <const T extends string>(...words: readonly T[]): Shape<T> => ({
  read: (element) => {
    const found = TEXT_ONLY(element).trim();
    const word = words.find((one) => one === found);
    if (word === undefined) throw malformed();
    return word;
  },
  write: (word) => word,
});

const INTEGER = /^\s*([+-]?\d{1,15})\s*$/;

/** A whole number of either sign. What range it must lie in is the configuration's affair, which has a better error for it. */
export const integer = (): Shape<number> => ({
  read: (element) => {
    const match = INTEGER.exec(TEXT_ONLY(element));
    if (match === null) throw malformed();
    return Number(match[1]);
  },
  write: String,
});

export const boolean = (): Shape<boolean> => ({
  read: (element) => {
    const word = TEXT_ONLY(element).trim().toLowerCase();
    if (word !== 'true' && word !== 'false') throw malformed();
    return word === 'true';
  },
  write: String,
});

/** A time of ISO 8601, a date alone included, as milliseconds since the epoch. Without a zone it is UTC. */
export const isoTime = (): Shape<number> => ({
  read: (element) => {
    const timeMs = parseIsoTime(TEXT_ONLY(element).trim());
    if (timeMs === undefined) throw malformed();
    return timeMs;
  },
  write: formatXmlTime,
});

/** An element of which it only counts that it is there. */
export const anything = (): Shape<true> => ({ read: () => true, write: () => '' });

/** An element that must be there. */
export const required = <T>(element: string, shape: Shape<T>): Field<T> => ({
  element,
  readFrom: (parent) => {
    const found = childrenOf(parent, element);
    const [only] = found;
    if (only === undefined || found.length > 1) throw malformed();
    return shape.read(only);
  },
  writeOut: (value) => wrap(element, shape.write(value)),
});

/** An element that may be missing. */
export const optional = <T>(element: string, shape: Shape<T>): Field<T | undefined> => ({
  element,
  readFrom: (parent) => {
    const found = childrenOf(parent, element);
    const [only] = found;
    if (found.length > 1) throw malformed();
    return only === undefined ? undefined : shape.read(only);
  },
  writeOut: (value) => (value === undefined ? '' : wrap(element, shape.write(value))),
});

/** An element that may come any number of times, in order. */
export const repeated = <T>(element: string, shape: Shape<T>): Field<readonly T[]> => ({
  element,
  readFrom: (parent) => childrenOf(parent, element).map((child) => shape.read(child)),
  writeOut: (values) => values.map((value) => wrap(element, shape.write(value))).join(''),
});

/** An element that holds these fields and nothing else. They are written in the order in which they stand here. */
export const record = <const F extends Fields>(
  fields: F,
): Shape<{ readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never }> => {
  type Value = { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never };
  const names = new Set(Object.values(fields).map(({ element }) => element));
  return {
    read: (element) => {
      if (element.children.some(({ name }) => !names.has(name))) throw malformed();
      const value: Record<string, unknown> = {};
      for (const [key, field] of Object.entries(fields)) value[key] = field.readFrom(element);
      return value as Value;
    },
    write: (value) => {
      const values: Readonly<Record<string, unknown>> = value;
      let inside = '';
      for (const [key, field] of Object.entries(fields)) inside += field.writeOut(values[key]);
      return inside;
    },
  };
};

/** A list with an element of its own around it: `<RoutingRules><RoutingRule>…`. Nothing else may stand in it. */
export const listOf = <T>(element: string, shape: Shape<T>): Shape<readonly T[]> => {
  const items = repeated(element, shape);
  return {
    read: (parent) => {
      if (parent.children.some(({ name }) => name !== element)) throw malformed();
      return items.readFrom(parent);
    },
    write: items.writeOut,
  };
};

/** Answers of the query APIs as XML. */
import { escapeXml, XML_DECLARATION } from '@needlestack/s3-protocol';
import type { QueryError } from './query-error.ts';

/** Elements by name. A list is its members, a map its entries; what is undefined is left out. */
export interface AnswerTree {
  readonly [name: string]: AnswerValue;
}
export type AnswerValue =
  | string
  | number
  | boolean
  | undefined
  | AnswerTree
  | readonly AnswerValue[]
  | ReadonlyMap<string, number>;

const renderValue = (value: AnswerValue): string => {
  if (value === undefined) return '';
  if (typeof value !== 'object') return escapeXml(String(value));
  if (value instanceof Map)
    return [...value].map(([key, number]) => `<entry>${renderValue({ key, value: number })}</entry>`).join('');
  if (isList(value)) return value.map((member) => `<member>${renderValue(member)}</member>`).join('');
  return Object.entries(value)
    .filter(([, child]) => child !== undefined)
    .map(([name, child]) => `<${name}>${renderValue(child)}</${name}>`)
    .join('');
};

const isList = (value: object): value is readonly AnswerValue[] => Array.isArray(value);

export interface AnswerPlace {
  readonly namespace: string;
  readonly requestId: string;
}

/** @param result undefined for an action that answers nothing */
export const renderAnswer = (action: string, result: AnswerTree | undefined, place: AnswerPlace): string => {
  const inner = result === undefined ? '' : `<${action}Result>${renderValue(result)}</${action}Result>`;
  const metadata = `<ResponseMetadata><RequestId>${escapeXml(place.requestId)}</RequestId></ResponseMetadata>`;
  return `${XML_DECLARATION}<${action}Response xmlns="${place.namespace}">${inner}${metadata}</${action}Response>`;
};

export const renderQueryError = (error: QueryError, place: AnswerPlace): string => {
  const fields = renderValue({
    Error: { Type: error.status < 500 ? 'Sender' : 'Receiver', Code: error.code, Message: error.message },
    RequestId: place.requestId,
  });
  return `${XML_DECLARATION}<ErrorResponse xmlns="${place.namespace}">${fields}</ErrorResponse>`;
};

export const showTime = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 19)}Z`;

import type { Answer, CallOptions } from '../support/test-client.ts';
import type { RefusalStore } from './refusal-store.ts';

export type Asking = (store: RefusalStore) => Promise<Answer>;

/** One request that must be refused: with what, and what the document says besides. */
export interface Refusal {
  /** Of the S3 reference; `4` and `5` are sections. */
  readonly rule: string;
  readonly what: string;
  readonly status: number;
  /** Undefined where the answer has no body. */
  readonly code: string | undefined;
  readonly ask: Asking;
  readonly elements: Readonly<Record<string, string | RegExp>>;
}

type Row = readonly [
  what: string,
  status: number,
  code: string | undefined,
  ask: Asking,
  elements?: Readonly<Record<string, string | RegExp>>,
];

/** The refusals of one rule. */
export const ofRule = (rule: number | string, rows: readonly Row[]): readonly Refusal[] =>
  rows.map(([what, status, code, ask, elements = {}]) => ({ rule: String(rule), what, status, code, ask, elements }));

/** The owner asks. */
export const call =
  (method: string, path: string, options: CallOptions = {}): Asking =>
  ({ root }) =>
    root.call(method, path, options);

/** PUT of an object with these headers. */
export const put = (headers: Readonly<Record<string, string>>, options: CallOptions = {}): Asking =>
  call('PUT', '/bucket/refused', { body: 'refused', ...options, headers });

/** PUT of a document. */
export const configure = (path: string, query: string, body: string, headers: Record<string, string> = {}): Asking =>
  call('PUT', path, { query, body, headers });

/** A PUT in HTTP's own chunks, whose length nobody knows. */
export const withoutLength: Asking = ({ store }) => {
  const { client } = store;
  const path = '/bucket/refused';
  const { 'content-length': _none, ...headers } = client.signHeaders('PUT', path, { 'transfer-encoding': 'chunked' });
  return client.send('PUT', path, headers, [Buffer.from('x')]);
};

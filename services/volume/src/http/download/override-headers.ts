import type { NeedleExchange } from '../needle-exchange.ts';

/** Headers that a query may give another value, by the parameter's name in lower case. */
const OVERRIDES: ReadonlyMap<string, string> = new Map(
  ['Cache-Control', 'Content-Disposition', 'Content-Encoding', 'Content-Language', 'Content-Type', 'Expires'].map(
    (name) => [`response-${name.toLowerCase()}`, name],
  ),
);

/** What headers may hold (RFC 9110); a line break would split the answer. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]+$/;

/** `response-content-type=text/css` and its like; the first of several counts, as it does for every parameter. */
export function overrideHeaders({ query, headers }: NeedleExchange): void {
  const seen = new Set<string>();
  for (const [parameter, value] of query) {
    const name = OVERRIDES.get(parameter.toLowerCase());
    if (name === undefined || seen.has(name)) continue;
    seen.add(name);
    if (VALUE.test(value)) headers.set(name, value);
  }
}

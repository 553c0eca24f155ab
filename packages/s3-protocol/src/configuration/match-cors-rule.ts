import type { CorsConfiguration, CorsRule } from './cors-configuration.ts';

/** What a page asks for. */
export interface CorsQuestion {
  readonly origin: string;
  readonly method: string;
  /** Names of Access-Control-Request-Headers, in lower case; none for an actual request. */
  readonly headers: readonly string[];
}

/** The first rule that allows origin, method and all headers. */
export const matchCorsRule = ({ rules }: CorsConfiguration, question: CorsQuestion): CorsRule | undefined =>
  rules.find(
    (rule) =>
      rule.allowedMethods.includes(question.method) &&
      rule.allowedOrigins.some((pattern) => matchesOneWildcard(pattern, question.origin)) &&
      question.headers.every((header) =>
        rule.allowedHeaders.some((pattern) => matchesOneWildcard(pattern.toLowerCase(), header)),
      ),
  );

/** `*` stands for any text, the empty one included; there is at most one. */
const matchesOneWildcard = (pattern: string, found: string): boolean => {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === found;
  return (
    found.length >= pattern.length - 1 &&
    found.startsWith(pattern.slice(0, star)) &&
    found.endsWith(pattern.slice(star + 1))
  );
};

/** What every answer of a bucket with rules varies by. */
export const CORS_VARY = 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method';

/** The headers with which an answer lets the page in, flat: name, value, name, value. */
export const corsHeaders = (rule: CorsRule, question: CorsQuestion): readonly string[] => {
  // An origin that matched a lone star is let in without credentials, whoever it is.
  const isForEveryone = rule.allowedOrigins.find((pattern) => matchesOneWildcard(pattern, question.origin)) === '*';
  const headers = [
    'Access-Control-Allow-Origin',
    isForEveryone ? '*' : question.origin,
    'Access-Control-Allow-Methods',
    rule.allowedMethods.join(', '),
  ];
  if (question.headers.length > 0) headers.push('Access-Control-Allow-Headers', question.headers.join(', '));
  if (rule.exposeHeaders.length > 0) headers.push('Access-Control-Expose-Headers', rule.exposeHeaders.join(', '));
  if (rule.maxAgeSeconds !== undefined) headers.push('Access-Control-Max-Age', String(rule.maxAgeSeconds));
  if (!isForEveryone) headers.push('Access-Control-Allow-Credentials', 'true');
  headers.push('Vary', CORS_VARY);
  return headers;
};

import { CORS_CONFIGURATION, corsHeaders, matchCorsRule } from '../index.ts';

const cors = CORS_CONFIGURATION.parse(
  Buffer.from(`<CORSConfiguration>
    <CORSRule><AllowedOrigin>https://*.example</AllowedOrigin><AllowedMethod>PUT</AllowedMethod><AllowedHeader>X-Amz-*</AllowedHeader>
      <ExposeHeader>ETag</ExposeHeader><ExposeHeader>x-a</ExposeHeader><MaxAgeSeconds>60</MaxAgeSeconds></CORSRule>
    <CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod><AllowedMethod>HEAD</AllowedMethod></CORSRule>
  </CORSConfiguration>`),
);
const asks = (origin: string, method: string, ...headers: readonly string[]) => ({ origin, method, headers });

test.each([
  [asks('https://a.example', 'PUT'), 0],
  [asks('https://.example', 'PUT'), 0],
  [asks('http://a.example', 'PUT'), undefined],
  [asks('https://a.example.org', 'PUT'), undefined],
  [asks('https://a.example', 'PUT', 'x-amz-date', 'x-amz-acl'), 0],
  [asks('https://a.example', 'PUT', 'content-type'), undefined],
  [asks('anything', 'GET'), 1],
  [asks('anything', 'GET', 'x-amz-date'), undefined],
  [asks('https://a.example', 'DELETE'), undefined],
])('%j is allowed by rule %s', (question, at) => {
  const rule = matchCorsRule(cors, question);
  expect(rule === undefined ? undefined : cors.rules.indexOf(rule)).toBe(at);
});

test('an origin that is named gets itself and credentials, any origin a star without them', () => {
  const named = asks('https://a.example', 'PUT', 'x-amz-date');
  const open = asks('null', 'HEAD');
  const headersOf = (question: typeof named): readonly string[] => {
    const rule = matchCorsRule(cors, question);
    return rule === undefined ? [] : corsHeaders(rule, question);
  };
  expect(headersOf(named)).toEqual([
    ...['Access-Control-Allow-Origin', 'https://a.example', 'Access-Control-Allow-Methods', 'PUT'],
    ...['Access-Control-Allow-Headers', 'x-amz-date', 'Access-Control-Expose-Headers', 'ETag, x-a'],
    ...['Access-Control-Max-Age', '60', 'Access-Control-Allow-Credentials', 'true'],
    ...['Vary', 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method'],
  ]);
  expect(headersOf(open)).toEqual([
    ...['Access-Control-Allow-Origin', '*', 'Access-Control-Allow-Methods', 'GET, HEAD'],
    ...['Vary', 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method'],
  ]);
});

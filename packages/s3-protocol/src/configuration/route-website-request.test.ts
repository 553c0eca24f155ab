import { redirectFailure, redirectRequest, WEBSITE_CONFIGURATION, websiteKey } from '../index.ts';

const site = (text: string) =>
  WEBSITE_CONFIGURATION.parse(Buffer.from(`<WebsiteConfiguration>${text}</WebsiteConfiguration>`));
const INDEX = '<IndexDocument><Suffix>index.html</Suffix></IndexDocument>';
const withRules = (...rules: readonly string[]) =>
  site(`${INDEX}<RoutingRules>${rules.map((rule) => `<RoutingRule>${rule}</RoutingRule>`).join('')}</RoutingRules>`);
const ORIGIN = { protocol: 'http', host: 'site.example:8080' } as const;

test('a path that ends in a slash is its index document', () => {
  const configuration = site(INDEX);
  expect(['', 'docs/', 'docs/a'].map((key) => websiteKey(configuration, key))).toEqual([
    'index.html',
    'docs/index.html',
    'docs/a',
  ]);
});

test('everything to another host', () => {
  const to = (protocol: string) =>
    site(`<RedirectAllRequestsTo><HostName>other.example</HostName>${protocol}</RedirectAllRequestsTo>`);
  expect(redirectRequest(to(''), 'a b/ü', ORIGIN)).toEqual({
    status: 301,
    location: 'http://other.example/a%20b/%C3%BC',
  });
  expect(redirectRequest(to('<Protocol>https</Protocol>'), '', ORIGIN)?.location).toBe('https://other.example/');
});

test('a prefix is replaced', () => {
  const configuration = withRules(
    '<Condition><KeyPrefixEquals>docs/</KeyPrefixEquals></Condition><Redirect><ReplaceKeyPrefixWith>documents/</ReplaceKeyPrefixWith></Redirect>',
  );
  expect(redirectRequest(configuration, 'docs/a', ORIGIN)).toEqual({
    status: 301,
    location: 'http://site.example:8080/documents/a',
  });
  expect(redirectRequest(configuration, 'other', ORIGIN)).toBeUndefined();
});

test('a rule about an error waits for it; the first that fits wins', () => {
  const configuration = withRules(
    '<Condition><KeyPrefixEquals>a/</KeyPrefixEquals><HttpErrorCodeReturnedEquals>404</HttpErrorCodeReturnedEquals></Condition><Redirect><HostName>h</HostName><HttpRedirectCode>302</HttpRedirectCode><ReplaceKeyWith>gone</ReplaceKeyWith><Protocol>https</Protocol></Redirect>',
    '<Condition><HttpErrorCodeReturnedEquals>404</HttpErrorCodeReturnedEquals></Condition><Redirect><ReplaceKeyPrefixWith>report/</ReplaceKeyPrefixWith></Redirect>',
  );
  expect(redirectRequest(configuration, 'a/x', ORIGIN)).toBeUndefined();
  expect(redirectFailure(configuration, 'a/x', ORIGIN, 404)).toEqual({ status: 302, location: 'https://h/gone' });
  expect(redirectFailure(configuration, 'b', ORIGIN, 404)?.location).toBe('http://site.example:8080/report/b');
  expect(redirectFailure(configuration, 'b', ORIGIN, 403)).toBeUndefined();
});

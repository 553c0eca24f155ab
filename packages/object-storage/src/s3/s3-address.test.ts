import { followRedirect, resolveAddress, type S3AddressOptions } from './s3-address.ts';

const AWS: S3AddressOptions = {
  endpoint: undefined,
  bucket: 'media',
  region: 'us-east-1',
  pathStyle: false,
  followsRedirects: true,
};
const OWN: S3AddressOptions = { ...AWS, endpoint: 'https://store.example:9000/s3/', pathStyle: true };

const shown = (address: ReturnType<typeof followRedirect>) =>
  address === undefined ? undefined : `${address.url.origin}${address.basePath} ${address.region}`;
const hints = { status: 301, headers: {}, region: undefined, endpoint: undefined };

test('path style where an endpoint is given, a host name for the bucket otherwise', () => {
  expect(shown(resolveAddress(AWS))).toBe('https://media.s3.us-east-1.amazonaws.com us-east-1');
  expect(shown(resolveAddress({ ...AWS, region: 'eu-west-7', pathStyle: true }))).toBe(
    'https://s3.eu-west-7.amazonaws.com/media eu-west-7',
  );
  expect(shown(resolveAddress(OWN))).toBe('https://store.example:9000/s3/media us-east-1');
  expect(() => resolveAddress({ ...OWN, endpoint: 'ftp://store' })).toThrow('must use http or https');
});

test('another region: another host at AWS, the same host elsewhere', () => {
  const said = { ...hints, headers: { 'x-amz-bucket-region': 'eu-west-7' } };
  expect(shown(followRedirect(resolveAddress(AWS), AWS, 'k', said))).toBe(
    'https://media.s3.eu-west-7.amazonaws.com eu-west-7',
  );
  expect(shown(followRedirect(resolveAddress(OWN), OWN, 'k', { ...said, status: 400 }))).toBe(
    'https://store.example:9000/s3/media eu-west-7',
  );
  expect(followRedirect(resolveAddress(OWN), OWN, 'k', { ...said, status: 404 })).toBeUndefined();
  const same = { ...hints, headers: { 'x-amz-bucket-region': 'us-east-1' } };
  expect(followRedirect(resolveAddress(AWS), AWS, 'k', same)).toBeUndefined();
  expect(followRedirect(resolveAddress(AWS), AWS, 'k', { ...hints, region: 'evil.example/' })).toBeUndefined();
});

test('a location: what stands before the key is the place of the bucket', () => {
  const follow = (location: string, key = 'a b/c', options = OWN) =>
    shown(followRedirect(resolveAddress(options), options, key, { ...hints, status: 307, headers: { location } }));
  expect(follow('https://other.example/x/media/a%20b/c')).toBe('https://other.example/x/media us-east-1');
  expect(follow('https://media.s3-eu.example/a%20b/c?x=1')).toBe('https://media.s3-eu.example us-east-1');
  expect(follow('https://other.example/media/', '')).toBe('https://other.example/media us-east-1');
  expect(follow('https://other.example/login')).toBeUndefined();
  // What went through TLS does not go without.
  expect(follow('http://other.example/media/a%20b/c')).toBeUndefined();
  expect(follow('https://store.example:9000/s3/media/a%20b/c')).toBeUndefined();
});

test('one that must not be sent elsewhere may still be told its region', () => {
  const strict = { ...OWN, followsRedirects: false };
  const home = resolveAddress(strict);
  const location = 'https://169.254.169.254/s3/media/k';
  expect(followRedirect(home, strict, 'k', { ...hints, headers: { location } })).toBeUndefined();
  expect(followRedirect(home, strict, 'k', { ...hints, endpoint: 'inner.example' })).toBeUndefined();
  const told = { location, 'x-amz-bucket-region': 'eu-west-7' };
  expect(shown(followRedirect(home, strict, 'k', { ...hints, headers: told }))).toBe(
    'https://store.example:9000/s3/media eu-west-7',
  );
});

test('an endpoint in the document', () => {
  const follow = (endpoint: string) => shown(followRedirect(resolveAddress(AWS), AWS, 'k', { ...hints, endpoint }));
  expect(follow('media.s3-us-west-2.amazonaws.com')).toBe('https://media.s3-us-west-2.amazonaws.com us-east-1');
  expect(follow('s3.example')).toBe('https://s3.example/media us-east-1');
  expect(follow('s3.example/path')).toBeUndefined();
});

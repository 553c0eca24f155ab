/** Listings of objects and versions, page by page, against the model. */
import assert from 'node:assert/strict';
import type { ModelRun } from './model-run.ts';

const PREFIXES = ['', 'a', 'a/', 'b', 'x'];
const DELIMITERS = ['', '/', 'b', '//'];
const decoded = (text: string | undefined): string => decodeURIComponent(text ?? '');
const keysIn = (text: string): string[] => [...text.matchAll(/<Key>([^<]*)</g)].map(([, key]) => decoded(key));
const prefixesIn = (text: string): string[] =>
  [...text.matchAll(/<CommonPrefixes><Prefix>([^<]*)</g)].map(([, common]) => decoded(common));

const pickQuery = ({ random }: ModelRun) => {
  const prefix = random.pick(PREFIXES);
  const delimiter = random.pick(DELIMITERS);
  const maxKeys = 1 + random.between(0, 6);
  const query = `encoding-type=url&max-keys=${maxKeys}&prefix=${encodeURIComponent(prefix)}&delimiter=${encodeURIComponent(delimiter)}`;
  return { prefix, delimiter, maxKeys, query };
};

export const listObjects = async (run: ModelRun): Promise<void> => {
  const { prefix, delimiter, maxKeys, query } = pickQuery(run);
  const keys: string[] = [];
  const prefixes: string[] = [];
  for (let token = ''; ; ) {
    const after = token === '' ? '' : `&continuation-token=${token}`;
    const page = await run.client.call('GET', `/${run.bucket}`, { query: `list-type=2&${query}${after}` });
    assert.equal(page.status, 200);
    keys.push(...keysIn(page.text));
    prefixes.push(...prefixesIn(page.text));
    const count = keysIn(page.text).length + prefixesIn(page.text).length;
    assert.equal(page.element('KeyCount'), String(count));
    if (page.element('IsTruncated') !== 'true') break;
    assert.equal(count, maxKeys);
    token = page.element('NextContinuationToken') ?? '';
  }
  assert.deepEqual({ keys, prefixes }, run.model.list(prefix, delimiter));
};

export const listObjectsV1 = async (run: ModelRun): Promise<void> => {
  const { prefix, delimiter, query } = pickQuery(run);
  const keys: string[] = [];
  const prefixes: string[] = [];
  for (let marker = ''; ; ) {
    const page = await run.client.call('GET', `/${run.bucket}`, {
      query: `${query}&marker=${encodeURIComponent(marker)}`,
    });
    assert.equal(page.status, 200);
    keys.push(...keysIn(page.text));
    prefixes.push(...prefixesIn(page.text));
    if (page.element('IsTruncated') !== 'true') break;
    const next = page.element('NextMarker');
    // NextMarker is told with a delimiter alone.
    assert.equal(next !== undefined, delimiter !== '');
    marker = next === undefined ? (keys.at(-1) ?? '') : decoded(next);
  }
  assert.deepEqual({ keys, prefixes }, run.model.list(prefix, delimiter));
};

export const listVersions = async (run: ModelRun): Promise<void> => {
  const { prefix, delimiter, query } = pickQuery(run);
  const versions: string[] = [];
  const prefixes: string[] = [];
  for (let markers = ''; ; ) {
    const page = await run.client.call('GET', `/${run.bucket}`, { query: `versions&${query}${markers}` });
    assert.equal(page.status, 200);
    prefixes.push(...prefixesIn(page.text));
    for (const [, kind, inside = ''] of page.text.matchAll(/<(Version|DeleteMarker)>(.*?)<\/\1>/g)) {
      const of = (name: string): string => new RegExp(`<${name}>([^<]*)<`).exec(inside)?.[1] ?? '';
      versions.push(
        `${kind === 'Version' ? 'version' : 'marker'} ${decoded(of('Key'))} ${of('VersionId')} ${of('IsLatest')}`,
      );
    }
    if (page.element('IsTruncated') !== 'true') break;
    markers = `&key-marker=${page.element('NextKeyMarker') ?? ''}&version-id-marker=${page.element('NextVersionIdMarker') ?? ''}`;
  }
  assert.deepEqual({ versions, prefixes }, run.model.listVersions(prefix, delimiter));
};

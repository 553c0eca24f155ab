/** The page of clients tells what their tests expect, and names tests that are there. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { KNOWN_CLIENTS } from '../clients/support/known-clients.ts';
import { renderClientSettings, renderClients } from './support/client-tables.ts';
import { ROOT, readDocument } from './support/documents.ts';
import { readPart } from './support/generated-parts.ts';

const PAGE = readDocument('docs/reference/clients.md');

test('the tables are made from what the tests of clients expect', () => {
  expect(readPart(PAGE, 'clients')).toBe(renderClients(KNOWN_CLIENTS));
  expect(readPart(PAGE, 'settings')).toBe(renderClientSettings(KNOWN_CLIENTS));
});

test.each(KNOWN_CLIENTS)('$name has a version and tests', ({ name, origin, test: file }) => {
  expect(origin).toMatch(/ \d[\w.-]*$/);
  const path = join(ROOT, 'test-e2e/clients', file);
  expect(existsSync(path)).toBe(true);
  expect(readDocument(`test-e2e/clients/${file}`)).toContain(`'${name}'`);
});

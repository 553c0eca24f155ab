/** `node test-e2e/docs/write-generated.ts` writes the generated parts of docs/reference anew. */
import { writeFileSync } from 'node:fs';
import { COMPATIBILITY_SWITCHES, S3_OPERATIONS } from '@needlestack/gateway-service';
import { KNOWN_CLIENTS } from '../clients/support/known-clients.ts';
import { renderClientSettings, renderClients } from './support/client-tables.ts';
import { ROOT, readDocument } from './support/documents.ts';
import {
  renderFlags,
  renderServedOperations,
  renderSurface,
  renderSwitches,
  replacePart,
} from './support/generated-parts.ts';
import { S3_SURFACE } from './support/s3-surface.ts';

function rewrite(path: string, name: string, text: string): void {
  writeFileSync(`${ROOT}/${path}`, replacePart(readDocument(path), name, text));
}

rewrite('docs/reference/ports-and-flags.md', 'flags', await renderFlags());
rewrite('docs/reference/s3-operations.md', 'served', renderServedOperations(S3_OPERATIONS));
rewrite('docs/reference/s3-operations.md', 'surface', renderSurface(S3_SURFACE, S3_OPERATIONS));
rewrite('docs/reference/compatibility.md', 'switches', renderSwitches(COMPATIBILITY_SWITCHES));
rewrite('docs/reference/clients.md', 'clients', renderClients(KNOWN_CLIENTS));
rewrite('docs/reference/clients.md', 'settings', renderClientSettings(KNOWN_CLIENTS));

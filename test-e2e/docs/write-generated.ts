/** `node test-e2e/docs/write-generated.ts` writes the generated parts of docs/reference anew. */
import { writeFileSync } from 'node:fs';
import { S3_OPERATIONS } from '@needlestack/gateway-service';
import { ROOT, readDocument } from './support/documents.ts';
import { renderFlags, renderServedOperations, replacePart } from './support/generated-parts.ts';

function rewrite(path: string, name: string, text: string): void {
  writeFileSync(`${ROOT}/${path}`, replacePart(readDocument(path), name, text));
}

rewrite('docs/reference/ports-and-flags.md', 'flags', await renderFlags());
rewrite('docs/reference/s3-operations.md', 'served', renderServedOperations(S3_OPERATIONS));

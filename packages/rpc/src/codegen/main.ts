// Writes src/wire from /proto. Run it after any change there.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { generateWireFiles } from './generate-wire-files.ts';

for (const [name, text] of generateWireFiles()) {
  writeFileSync(fileURLToPath(new URL(`../wire/${name}`, import.meta.url)), text);
}

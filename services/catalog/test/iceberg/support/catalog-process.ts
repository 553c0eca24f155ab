/** A catalog in a process of its own, to be killed: `node catalog-process.ts <directory>` prints its URL and serves. */
import { startCatalog } from './start-catalog.ts';

const directory = process.argv[2];
if (directory === undefined) throw new Error('a directory is wanted');
const { url } = await startCatalog({ directory });
process.stdout.write(`${url}\n`);

/** Takes a directory, says so, and waits to be killed. */
import { holdDirectory } from '../../src/index.ts';

holdDirectory(process.argv[2] ?? '');
process.stdout.write('held\n');
setInterval(() => undefined, 60_000);

/**
 * `node packages/object-storage/bench/writer-sequences.ts [sequences] [first seed]`: random sequences of flushes, 1 B to 40 MiB, through
 * BufferedMultipartWriter, each compared byte by byte. Prints figures; ends with 1 at the first that differs, and names its seed.
 */
import { MemoryStorage } from '../src/index.ts';
import { runWriterSequences } from '../testing/writer-sequences.ts';

const [sequences = '1000', firstSeed = '1'] = process.argv.slice(2);
const startMs = performance.now();
const figures = await runWriterSequences(new MemoryStorage(), Number(sequences), Number(firstSeed));
const seconds = Number(((performance.now() - startMs) / 1_000).toFixed(1));
console.log(JSON.stringify({ ...figures, firstSeed: Number(firstSeed), seconds }));

/** Appends to an object until it is killed. @param argv[2] endpoint of a store */
import { BufferedMultipartWriter, S3Storage } from '../../src/index.ts';

const storage = new S3Storage({
  bucket: 'bucket',
  endpoint: process.argv[2] ?? '',
  credentials: { accessKeyId: 'AKID', secretAccessKey: 's' },
});
const writer = new BufferedMultipartWriter(storage, 'k', { partSizeBytes: 5 * 2 ** 20 });
const piece = Buffer.alloc(2 ** 20, 7);
for (;;) await writer.append(piece);

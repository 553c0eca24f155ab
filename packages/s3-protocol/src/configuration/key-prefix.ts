import { S3Error } from '../error/s3-error.ts';
import { MAX_KEY_BYTES } from '../limits.ts';
import { type Shape, text } from '../xml/xml-shape.ts';

const TEXT = text();

/** The beginning of keys, in a configuration. Its reading throws S3Error `InvalidRequest` where no key is as long. */
export const keyPrefix = (): Shape<string> => ({
  read: (element) => {
    const prefix = TEXT.read(element);
    if (prefix.length * 3 <= MAX_KEY_BYTES || Buffer.byteLength(prefix) <= MAX_KEY_BYTES) return prefix;
    throw new S3Error('InvalidRequest', { message: `The maximum size of a prefix is ${MAX_KEY_BYTES}.` });
  },
  write: TEXT.write,
});

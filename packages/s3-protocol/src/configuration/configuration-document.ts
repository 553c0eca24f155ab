import { wrapDocument } from '../answer-document/s3-namespace.ts';
import { S3Error } from '../error/s3-error.ts';
import { MAX_CONFIGURATION_BYTES } from '../limits.ts';
import { parseXml } from '../xml/parse-xml.ts';
import { requireRoot } from '../xml/xml-reader.ts';
import type { Shape } from '../xml/xml-shape.ts';

/** A configuration of a bucket: the document that PUT takes, GET answers, and the catalog keeps. */
export interface ConfigurationDocument<T> {
  readonly root: string;
  /** @throws S3Error `MalformedXML`, `MaxMessageLengthExceeded`, and what the configuration's own rules say */
  parse(body: Uint8Array): T;
  write(configuration: T): string;
}

/** @param check what the shape cannot say; throws S3Error */
export const configurationDocument = <T>(
  root: string,
  shape: Shape<T>,
  check: (configuration: T) => void,
): ConfigurationDocument<T> => ({
  root,
  parse: (body) => {
    if (body.length > MAX_CONFIGURATION_BYTES) {
      throw new S3Error('MaxMessageLengthExceeded', {
        details: { MaxMessageLengthBytes: String(MAX_CONFIGURATION_BYTES) },
      });
    }
    const configuration = shape.read(requireRoot(parseXml(body), root));
    check(configuration);
    return configuration;
  },
  write: (configuration) => wrapDocument(root, shape.write(configuration)),
});

/**
 * Configurations of which a bucket may have many, each under an id: inventory, analytics, metrics, intelligent-tiering. A bucket's are
 * kept together as the document in which S3 lists them.
 */
import { wrapDocument } from '../answer-document/s3-namespace.ts';
import { invalidArgument } from '../error/s3-error.ts';
import { MAX_CONFIGURATION_ID_CHARS } from '../limits.ts';
import { parseXml } from '../xml/parse-xml.ts';
import { requireRoot } from '../xml/xml-reader.ts';
import { boolean, listOf, optional, record, repeated, required, type Shape, text } from '../xml/xml-shape.ts';
import { type ConfigurationDocument, configurationDocument } from './configuration-document.ts';

export interface NamedConfiguration {
  readonly id: string;
}

/** One page of a bucket's configurations of a kind. */
export interface NamedConfigurationPage<T> {
  readonly configurations: readonly T[];
  readonly isTruncated: boolean;
  readonly continuationToken: string | undefined;
  readonly nextContinuationToken: string | undefined;
}

export interface NamedConfigurationDocument<T extends NamedConfiguration> extends ConfigurationDocument<T> {
  readonly writeList: (page: NamedConfigurationPage<T>) => string;
  /** All that a bucket has, as they are kept. */
  readonly parseAll: (stored: Uint8Array) => readonly T[];
  readonly writeAll: (configurations: readonly T[]) => string;
}

const CONFIGURATION_ID = /^[a-zA-Z0-9_.-]+$/;

/** @throws S3Error `InvalidArgument` */
export const checkConfigurationId = (id: string): void => {
  if (id === '' || id.length > MAX_CONFIGURATION_ID_CHARS || !CONFIGURATION_ID.test(id)) {
    throw invalidArgument('The specified configuration id is not valid.', 'id', id);
  }
};

/**
 * @param root of one configuration
 * @param listRoot of the list of them
 */
export const namedConfigurationDocument = <T extends NamedConfiguration>(
  root: string,
  listRoot: string,
  shape: Shape<T>,
  check: (configuration: T) => void,
): NamedConfigurationDocument<T> => {
  const one = configurationDocument(root, shape, (configuration) => {
    checkConfigurationId(configuration.id);
    check(configuration);
  });
  const listShape = record({
    continuationToken: optional('ContinuationToken', text()),
    configurations: repeated(root, shape),
    isTruncated: required('IsTruncated', boolean()),
    nextContinuationToken: optional('NextContinuationToken', text()),
  });
  const all = listOf(root, shape);
  return {
    ...one,
    writeList: (page) => wrapDocument(listRoot, listShape.write(page)),
    parseAll: (stored) => all.read(requireRoot(parseXml(stored), listRoot)),
    writeAll: (configurations) => wrapDocument(listRoot, all.write(configurations)),
  };
};

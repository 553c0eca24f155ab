import { invalidArgument, S3Error } from '@needlestack/s3-protocol';
import type { S3Exchange } from '../s3-exchange.ts';

const HEADER = 'x-amz-transition-default-minimum-object-size';
const DEFAULT = 'all_storage_classes_128K';

/** What answers about lifecycle rules say of the smallest objects that a transition moves: S3's default, as there are no transitions. */
export const MINIMUM_SIZE_HEADERS: readonly string[] = [HEADER, DEFAULT];

/** @throws S3Error `NotImplemented` for the other choice, which would have to be kept; `InvalidArgument` for what is none */
export const readMinimumSize = (exchange: S3Exchange): readonly string[] => {
  const asked = exchange.header(HEADER);
  if (asked === undefined || asked === DEFAULT) return MINIMUM_SIZE_HEADERS;
  if (asked === 'varies_by_storage_class') throw new S3Error('NotImplemented', { details: { Header: HEADER } });
  throw invalidArgument('Invalid default minimum object size.', HEADER, asked);
};

import { S3Error } from '../error/s3-error.ts';

/** Bytes `offsetBytes` to `offsetBytes + lengthBytes - 1` of an object. */
export interface ByteRange {
  readonly offsetBytes: number;
  readonly lengthBytes: number;
}

const SINGLE_RANGE = /^bytes=(\d*)-(\d*)$/i;

/**
 * The range of a Range header against an object of `sizeBytes` (s3.md rule 29). Undefined means: answer the whole object, which
 * is what everything but one well-formed range gets.
 *
 * @throws S3Error `InvalidRange` when the range is well-formed but no byte of the object lies in it
 */
export const resolveRange = (header: string | undefined, sizeBytes: number): ByteRange | undefined => {
  if (header === undefined) return undefined;
  const match = SINGLE_RANGE.exec(header);
  if (match === null) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '') {
    if (last === '') return undefined;
    const suffixBytes = Math.min(Number(last), sizeBytes);
    if (suffixBytes === 0) throw unsatisfiable(header, sizeBytes);
    return { offsetBytes: sizeBytes - suffixBytes, lengthBytes: suffixBytes };
  }
  const start = Number(first);
  const end = last === '' ? Number.POSITIVE_INFINITY : Number(last);
  if (end < start) return undefined;
  if (start >= sizeBytes) throw unsatisfiable(header, sizeBytes);
  return { offsetBytes: start, lengthBytes: Math.min(end, sizeBytes - 1) - start + 1 };
};

const unsatisfiable = (range: string, sizeBytes: number): S3Error =>
  new S3Error('InvalidRange', {
    details: { RangeRequested: range, ActualObjectSize: String(sizeBytes) },
    headers: ['Content-Range', `bytes */${sizeBytes}`],
  });

/** Content-Range of an answer: `bytes 0-9/100`. */
export const contentRange = (range: ByteRange, sizeBytes: number): string =>
  `bytes ${range.offsetBytes}-${range.offsetBytes + range.lengthBytes - 1}/${sizeBytes}`;

const COPY_RANGE = /^bytes=(\d+)-(\d+)$/;

/**
 * x-amz-copy-source-range: both ends must be given and lie inside the source (s3.md rule 31).
 *
 * @throws S3Error `InvalidArgument` for another form, `InvalidRange` past the end
 */
export const resolveCopyRange = (header: string | undefined, sizeBytes: number): ByteRange | undefined => {
  if (header === undefined) return undefined;
  const match = COPY_RANGE.exec(header);
  const first = Number(match?.[1]);
  const last = Number(match?.[2]);
  if (match === null || last < first) {
    throw new S3Error('InvalidArgument', {
      message:
        'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
      details: { ArgumentName: 'x-amz-copy-source-range', ArgumentValue: header },
    });
  }
  if (last >= sizeBytes) throw unsatisfiable(header, sizeBytes);
  return { offsetBytes: first, lengthBytes: last - first + 1 };
};

import { TableError, type TableErrorCode } from '../../core/tables/table-error.ts';
import type { IcebergAnswer } from './iceberg-answer.ts';

interface WireError {
  readonly status: number;
  /** By these names clients choose what to do (Iceberg REST, ErrorModel). */
  readonly type: string;
}

const WIRE_ERRORS: Readonly<Record<TableErrorCode, WireError>> = {
  'bad-request': { status: 400, type: 'BadRequestException' },
  unauthorized: { status: 401, type: 'NotAuthorizedException' },
  forbidden: { status: 403, type: 'ForbiddenException' },
  'no-such-warehouse': { status: 404, type: 'NoSuchWarehouseException' },
  'no-such-namespace': { status: 404, type: 'NoSuchNamespaceException' },
  'no-such-table': { status: 404, type: 'NoSuchTableException' },
  'no-such-file': { status: 404, type: 'NotFoundException' },
  'no-such-route': { status: 404, type: 'NoSuchEndpointException' },
  'method-not-allowed': { status: 405, type: 'UnsupportedOperationException' },
  'already-exists': { status: 409, type: 'AlreadyExistsException' },
  'namespace-not-empty': { status: 409, type: 'NamespaceNotEmptyException' },
  'commit-failed': { status: 409, type: 'CommitFailedException' },
  'too-large': { status: 413, type: 'BadRequestException' },
  unprocessable: { status: 422, type: 'UnprocessableEntityException' },
  unavailable: { status: 503, type: 'ServiceUnavailableException' },
  'state-unknown': { status: 500, type: 'CommitStateUnknownException' },
};

/** Seconds after which a busy catalog may be asked again. */
const RETRY_AFTER_S = '1';

/** The error answer: the refusal's own words, and for anything else a 500 that gives nothing away. */
export function answerError(error: unknown): IcebergAnswer {
  if (!(error instanceof TableError))
    return errorAnswer({ status: 500, type: 'InternalServerError' }, 'Internal Server Error');
  const answer = errorAnswer(WIRE_ERRORS[error.code], error.message);
  return error.code === 'unavailable' ? { ...answer, headers: { 'retry-after': RETRY_AFTER_S } } : answer;
}

function errorAnswer({ status, type }: WireError, message: string): IcebergAnswer {
  return { status, body: { error: { message, type, code: status } } };
}

/** Refusals that a repetition of the same request may be answered with; the rest may end otherwise next time. */
export function isSettled(error: unknown): error is TableError {
  if (!(error instanceof TableError)) return false;
  const { status } = WIRE_ERRORS[error.code];
  return status >= 400 && status < 500 && ![401, 403, 413].includes(status);
}

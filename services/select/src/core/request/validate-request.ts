import type { SelectRequest } from '@needlestack/service-contracts';
import { EXPRESSION_MAX_BYTES } from '../limits.ts';
import { SelectFailure } from '../select-failure.ts';
import type { InputFormat } from './input-format.ts';
import { readInputFormat } from './read-input-format.ts';
import { readOutputFormat } from './read-output-format.ts';
import { resolveScanRange, type ScanRange } from './scan-range.ts';
import type { SelectPlan } from './select-plan.ts';

/** Everything about a request that can be judged without its SQL or its bytes. Throws the Request group of failures. */
export const validateRequest = (request: SelectRequest): SelectPlan => {
  if (request.expression.trim() === '') throw new SelectFailure('MissingRequiredParameter', 'Expression is empty');
  if (Buffer.byteLength(request.expression) > EXPRESSION_MAX_BYTES) {
    throw new SelectFailure('ExpressionTooLong', `the expression is longer than ${EXPRESSION_MAX_BYTES} bytes`);
  }
  if (request.expressionType.trim() === '')
    throw new SelectFailure('MissingRequiredParameter', 'ExpressionType is missing');
  if (request.expressionType.trim().toUpperCase() !== 'SQL') {
    throw new SelectFailure('InvalidExpressionType', 'ExpressionType must be SQL');
  }
  const input = readInputFormat(request.inputSerialization);
  const output = readOutputFormat(request.outputSerialization);
  return {
    expression: request.expression,
    input,
    output,
    scanRange:
      request.scanRange === undefined ? undefined : rangeOf(request.scanRange, input, request.object.sizeBytes),
    isProgressWanted: request.requestProgressEnabled,
  };
};

const rangeOf = (range: NonNullable<SelectRequest['scanRange']>, input: InputFormat, sizeBytes: number): ScanRange => {
  const conflict =
    input.compression !== 'NONE'
      ? 'compression'
      : input.kind === 'JSON' && input.type === 'DOCUMENT'
        ? 'JSON documents'
        : input.kind === 'CSV' && input.allowQuotedRecordDelimiter
          ? 'AllowQuotedRecordDelimiter'
          : undefined;
  if (conflict !== undefined) {
    throw new SelectFailure('InvalidRequestParameter', `ScanRange cannot be used with ${conflict}`);
  }
  return resolveScanRange(range, sizeBytes);
};

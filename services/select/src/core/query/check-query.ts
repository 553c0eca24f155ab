import { CsvScope } from '../input/csv-scope.ts';
import { JsonScope } from '../input/json-scope.ts';
import type { SelectPlan } from '../request/select-plan.ts';
import { SelectFailure } from '../select-failure.ts';
import type { SelectNode } from '../sql/ast/select-node.ts';
import { parseSelect } from '../sql/parse-select.ts';
import { timestampFromEpochMs } from '../value/timestamp.ts';
import { compileQuery } from './compile-query.ts';

/**
 * Parses the statement and checks all that can be checked without a byte of the object; only names of a header line stay open.
 * Throws what parsing and compiling throw.
 */
export const checkQuery = (plan: SelectPlan): SelectNode => {
  const select = parseSelect(plan.expression);
  const { alias } = select.from;
  if (plan.input.kind === 'CSV') {
    if (select.from.steps.length > 0) {
      throw new SelectFailure('ParseInvalidPathComponent', 'FROM takes no path in CSV');
    }
    const header = plan.input.header === 'USE' ? 'unknown' : 'none';
    compileQuery(select, new CsvScope(alias, header), timestampFromEpochMs(0));
  } else {
    compileQuery(select, new JsonScope(alias), timestampFromEpochMs(0));
  }
  return select;
};

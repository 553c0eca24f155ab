/** The aggregates. All skip NULL and MISSING; without any value COUNT is 0 and the others are NULL. */
import { SelectFailure } from '../select-failure.ts';
import type { AggregateName } from '../sql/ast/expression-node.ts';
import { applyArithmetic, toDecimal } from '../value/arithmetic.ts';
import { orderOf } from '../value/compare-values.ts';
import { addDecimals, decimalOf, divideDecimals } from '../value/decimal.ts';
import {
  FloatValue,
  floatOf,
  isInt,
  isNumeric,
  isUnknown,
  type NumericValue,
  typeNameOf,
  type Value,
} from '../value/value.ts';

export interface Accumulator {
  add(value: Value): void;
  result(): Value;
}

/** An empty accumulator. COUNT(*) is a COUNT that is given a value for each row. */
export const createAccumulator = (name: AggregateName): Accumulator => {
  switch (name) {
    case 'COUNT':
      return new CountAccumulator();
    case 'SUM':
      return new SumAccumulator();
    case 'AVG':
      return new AverageAccumulator();
    case 'MIN':
      return new ExtremeAccumulator(name, -1);
    case 'MAX':
      return new ExtremeAccumulator(name, 1);
  }
};

class CountAccumulator implements Accumulator {
  #count = 0;

  add(value: Value): void {
    if (!isUnknown(value)) this.#count += 1;
  }

  result(): Value {
    return this.#count;
  }
}

const numberFor = (name: AggregateName, value: Value): NumericValue => {
  if (isNumeric(value)) return value;
  throw new SelectFailure('InvalidDataType', `${name} of ${typeNameOf(value)}: a number is expected`);
};

class SumAccumulator implements Accumulator {
  #sum: Value = null;

  add(value: Value): void {
    if (isUnknown(value)) return;
    const number = numberFor('SUM', value);
    this.#sum = this.#sum === null ? number : applyArithmetic('+', this.#sum, number);
  }

  result(): Value {
    return this.#sum;
  }
}

/** The average of ints is a decimal; their sum may go beyond 64 bits. */
class AverageAccumulator implements Accumulator {
  #sum: NumericValue = 0;
  #count = 0;

  add(value: Value): void {
    if (isUnknown(value)) return;
    const number = numberFor('AVG', value);
    this.#count += 1;
    this.#sum = this.#plus(number);
  }

  #plus(number: NumericValue): NumericValue {
    const sum = this.#sum;
    if (typeof sum === 'number' && typeof number === 'number' && Number.isSafeInteger(sum + number))
      return sum + number;
    if (sum instanceof FloatValue || number instanceof FloatValue) {
      const total = applyArithmetic('+', sum, number);
      return isNumeric(total) ? total : sum;
    }
    return addDecimals(toDecimal(sum), toDecimal(number));
  }

  result(): Value {
    if (this.#count === 0) return null;
    const sum = this.#sum;
    if (sum instanceof FloatValue) return floatOf(sum.value / this.#count);
    const total = isInt(sum) ? decimalOf(BigInt(sum), 0) : sum;
    return divideDecimals(total, decimalOf(BigInt(this.#count), 0));
  }
}

class ExtremeAccumulator implements Accumulator {
  readonly #name: AggregateName;
  /** The sign that the order of a better value against the best has. */
  readonly #sign: number;
  #best: Value = null;

  constructor(name: AggregateName, sign: number) {
    this.#name = name;
    this.#sign = sign;
  }

  add(value: Value): void {
    if (isUnknown(value)) return;
    const order = orderOf(value, this.#best === null ? value : this.#best);
    if (Number.isNaN(order)) {
      const best = this.#best === null ? '' : ` beside ${typeNameOf(this.#best)}`;
      throw new SelectFailure(
        'InvalidDataType',
        `${this.#name} of ${typeNameOf(value)}${best}: the values have no order`,
      );
    }
    if (this.#best === null || order * this.#sign > 0) this.#best = value;
  }

  result(): Value {
    return this.#best;
  }
}

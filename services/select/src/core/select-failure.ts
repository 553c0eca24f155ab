import type { SelectErrorCode } from './select-error-code.ts';

/** How a query ends that cannot go on. The message is for the client: it names what was found and what was expected. */
export class SelectFailure extends Error {
  override readonly name = 'SelectFailure';
  readonly code: SelectErrorCode;

  constructor(code: SelectErrorCode, message: string) {
    // A client's mistake is no place in our code: its stack trace would cost more than the refusal.
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    super(message);
    Error.stackTraceLimit = limit;
    this.code = code;
  }
}

/** Anything caught, as a failure: what is not one already is an InternalError that tells nothing of its cause. */
export const toSelectFailure = (caught: unknown): SelectFailure =>
  caught instanceof SelectFailure
    ? caught
    : new SelectFailure('InternalError', 'We encountered an internal error. Please try again.');

import type { SimpleAnswer, SimpleS3 } from '../support/simple-s3.ts';

/** What was done, as the models tell it. */
export interface Acted<Operation> {
  readonly operation: Operation;
  /** False: no answer came, or one that says nothing (5xx). */
  readonly isCertain: boolean;
}

/** Nothing listened: the request never left, so that nothing can come of it. */
export class UnsentError extends Error {}

/** Undefined when no whole answer came. @throws UnsentError */
export async function askStore(
  s3: SimpleS3,
  ...request: Parameters<SimpleS3['send']>
): Promise<SimpleAnswer | undefined> {
  try {
    return await s3.send(...request);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED') throw new UnsentError();
    return undefined;
  }
}

export function isCertain(answer: SimpleAnswer | undefined): answer is SimpleAnswer {
  return answer !== undefined && answer.status < 500;
}

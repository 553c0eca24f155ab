/** What an S3 call failed with, in the words of the wire. */
export interface CallFailure {
  readonly code: string;
  readonly status: number;
}

/** Code and HTTP status of the error that the SDK call ends with. Fails the test when the call succeeds. */
export async function errorOf(call: Promise<unknown>): Promise<CallFailure> {
  const error = await call.then(
    () => {
      throw new Error('the call succeeded, an error was expected');
    },
    (failure: unknown) => failure,
  );
  if (!(error instanceof Error) || !('$metadata' in error)) throw error;
  const { $metadata } = error as { $metadata: { httpStatusCode?: number } };
  return { code: error.name, status: $metadata.httpStatusCode ?? 0 };
}

/** What a person typed wrong on the command line, in the environment or in the options file. The message is for that person. */
export class FlagError extends Error {
  override readonly name = 'FlagError';
  /** The status with which the process ends, as Go's flag package has it. */
  readonly exitCode = 2;
}

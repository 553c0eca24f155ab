/** A policy that cannot be taken. The message is the one that S3 answers with `MalformedPolicy`; `detail` names the part at fault. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
  readonly detail: string | undefined;

  constructor(message: string, detail?: string) {
    super(message);
    this.detail = detail;
  }
}

/** An LDAP directory as the store asks it: who is it that knows this password, and in which groups? */

export interface DirectoryLogin {
  /** The user's DN in its one spelling. */
  readonly dn: string;
  /** The same for groups; those whose DNs cannot be read have no policies and are left out. */
  readonly groupDns: readonly string[];
}

export interface LoginDirectory {
  /** The account that its users belong to. */
  readonly accountId: string;
  /** @throws DirectoryError */
  logIn(username: string, password: string): Promise<DirectoryLogin>;
}

/**
 * - `wrong-credentials`: nobody of that name, more than one, or another password; who asks is not told which
 * - `unreachable`: the directory does not answer as it should
 * - `busy`: too many wait for it already
 */
export type DirectoryErrorCode = 'wrong-credentials' | 'unreachable' | 'busy';

export class DirectoryError extends Error {
  override readonly name = 'DirectoryError';
  readonly code: DirectoryErrorCode;

  constructor(code: DirectoryErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

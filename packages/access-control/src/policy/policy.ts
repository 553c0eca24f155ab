/** A policy as it is evaluated: parsed, checked and compiled once, then kept as long as the text is the same. */
import type { Condition } from './condition.ts';
import type { PolicyText } from './policy-text.ts';
import type { TextPattern } from './wildcard.ts';

export type PolicyVersion = '2008-10-17' | '2012-10-17';

/** Whom a statement of a resource policy means. */
export interface PrincipalSet {
  /** `"*"` or `{ "AWS": "*" }`: everyone, also without signature. */
  readonly isEveryone: boolean;
  /** Account ids: all of the account, as far as the account itself lets them. */
  readonly accounts: ReadonlySet<string>;
  readonly arns: ReadonlySet<string>;
  readonly canonicalUsers: ReadonlySet<string>;
  readonly services: ReadonlySet<string>;
  readonly federated: ReadonlySet<string>;
}

export interface Statement {
  /** Place in the document, from 0. */
  readonly index: number;
  readonly sid: string | undefined;
  readonly effect: 'Allow' | 'Deny';
  /** Undefined in policies of identities. */
  readonly principals: { readonly set: PrincipalSet; readonly isNot: boolean } | undefined;
  readonly actions: { readonly patterns: readonly TextPattern[]; readonly isNot: boolean };
  /** Undefined where the policy stands at its resource alone (trust policies). */
  readonly resources: { readonly texts: readonly PolicyText[]; readonly isNot: boolean } | undefined;
  readonly conditions: readonly Condition[];
}

export interface Policy {
  readonly version: PolicyVersion;
  readonly id: string | undefined;
  readonly statements: readonly Statement[];
  /** Every condition key that a condition or a variable asks for, up to and with its slash: `s3:existingobjecttag/`. */
  readonly keysUsed: ReadonlySet<string>;
  /** Statements that name an action, by action; filled as actions are asked for. */
  readonly byAction: Map<string, readonly Statement[]>;
}

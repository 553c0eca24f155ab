import { type Policy, type PolicyKind, parsePolicy } from '@needlestack/access-control';
import { MAX_COMPILED_POLICIES, STORED_POLICY_BYTES_MAX } from '../limits.ts';

/**
 * Compiles documents that were checked when they were stored; the same text once. One that cannot be read any more throws: nobody may
 * do more because a denial was not understood.
 */
export class PolicyCompiler {
  readonly #known: Readonly<Record<PolicyKind, Map<string, Policy>>> = {
    identity: new Map(),
    resource: new Map(),
    trust: new Map(),
  };

  /** @throws PolicyError */
  compile(document: string, kind: PolicyKind): Policy {
    const known = this.#known[kind];
    const found = known.get(document);
    if (found !== undefined) return found;
    const policy = parsePolicy(document, {
      kind,
      maxBytes: STORED_POLICY_BYTES_MAX,
      allowsRepeatedSids: true,
      allowsShortArns: true,
      ignoresPrincipals: true,
    });
    if (known.size >= MAX_COMPILED_POLICIES) known.clear();
    known.set(document, policy);
    return policy;
  }
}

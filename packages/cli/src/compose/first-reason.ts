/** The part of a service that says whether it can work. */
interface Judged {
  readonly readiness: { reasons(): readonly string[] };
}

/** Why the first of these services that is not ready is not, with its name; undefined when all are. */
export function firstReason(services: Readonly<Record<string, Judged>>): string | undefined {
  for (const [name, { readiness }] of Object.entries(services)) {
    const [reason] = readiness.reasons();
    if (reason !== undefined) return `${name}: ${reason}`;
  }
  return undefined;
}

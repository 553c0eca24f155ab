import type { KnownClient } from '../../clients/support/known-clients.ts';

/** What each client was seen to send, one row each. */
export function renderClients(clients: readonly KnownClient[]): string {
  const rows = clients.map(({ name, origin, test, ways }) => {
    const payloads = (['http', 'https'] as const).map((transport) =>
      ways.payloads
        .filter((payload) => payload.startsWith(`${transport}: `))
        .map((payload) => payload.slice(transport.length + 2))
        .join(', '),
    );
    const cells = [
      `[${name}](../../test-e2e/clients/${test})`,
      origin,
      ways.addresses.join(', '),
      ways.signatures.join(', '),
      ...payloads,
      ways.checksums.join(', '),
    ];
    return `| ${cells.join(' | ')} |\n`;
  });
  return `| client | tested | buckets in | signatures | bodies over HTTP | over TLS | checksums |\n|---|---|---|---|---|---|---|\n${rows.join('')}`;
}

/** What to tell each client; those that need nothing are left out. */
export function renderClientSettings(clients: readonly KnownClient[]): string {
  const rows = clients.filter(({ settings }) => settings !== '');
  return `| client | |\n|---|---|\n${rows.map(({ name, settings }) => `| ${name} | ${settings} |\n`).join('')}`;
}

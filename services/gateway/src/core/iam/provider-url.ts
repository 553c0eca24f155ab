const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * The name of an identity provider: its URL without scheme. Keys come over the network, so it must be https, or http on this machine.
 * Undefined for what is no such URL.
 *
 * @param takesHttp everywhere
 */
export const readProviderUrl = (url: string, takesHttp = false): string | undefined => {
  if (!URL.canParse(url)) return undefined;
  const { protocol, hostname, search, hash, username } = new URL(url);
  const isAllowed = protocol === 'https:' || (protocol === 'http:' && (takesHttp || LOOPBACK.has(hostname)));
  if (!isAllowed || search !== '' || hash !== '' || username !== '') return undefined;
  return nameOfIssuer(url);
};

export const nameOfIssuer = (issuer: string): string => issuer.replace(/^https?:\/\//, '').replace(/\/$/, '');

/** Where a provider of that name is asked. */
export const urlOfProvider = (name: string): string => {
  const { hostname } = new URL(`https://${name}`);
  return `${LOOPBACK.has(hostname) ? 'http' : 'https'}://${name}`;
};

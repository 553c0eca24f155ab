/** What a website answers, by its configuration alone. */
import { encodeUriPath } from '../address/uri-encoding.ts';
import type { RoutingRule, WebsiteConfiguration } from './website-configuration.ts';

export interface WebsiteRedirect {
  readonly status: number;
  readonly location: string;
}

/** How the client reached the site: where a redirect does not say otherwise, it leads there again. */
export interface WebsiteOrigin {
  readonly protocol: 'http' | 'https';
  /** With its port. */
  readonly host: string;
}

/** The key of a page: a path that ends in `/`, the root included, is its index document. */
export const websiteKey = (configuration: WebsiteConfiguration, key: string): string =>
  key === '' || key.endsWith('/') ? `${key}${configuration.index?.suffix ?? ''}` : key;

/** Where a request goes before anything is looked up, if it goes elsewhere. @param key as in the path, decoded */
export const redirectRequest = (
  configuration: WebsiteConfiguration,
  key: string,
  origin: WebsiteOrigin,
): WebsiteRedirect | undefined => {
  const { redirectAll } = configuration;
  if (redirectAll !== undefined) {
    const protocol = redirectAll.protocol ?? origin.protocol;
    return { status: 301, location: `${protocol}://${redirectAll.hostName}/${encodeUriPath(key)}` };
  }
  return redirectBy(configuration, key, origin, undefined);
};

/** Where an answer that failed goes instead, if a rule waits for its status. */
export const redirectFailure = (
  configuration: WebsiteConfiguration,
  key: string,
  origin: WebsiteOrigin,
  status: number,
): WebsiteRedirect | undefined => redirectBy(configuration, key, origin, status);

const redirectBy = (
  { routingRules = [] }: WebsiteConfiguration,
  key: string,
  origin: WebsiteOrigin,
  status: number | undefined,
): WebsiteRedirect | undefined => {
  const rule = routingRules.find(({ condition }) => {
    const errorCode = condition?.errorCode;
    if ((errorCode === undefined ? undefined : Number(errorCode)) !== status) return false;
    return key.startsWith(condition?.keyPrefix ?? '');
  });
  return rule === undefined ? undefined : applyRule(rule, key, origin);
};

const applyRule = ({ condition, redirect }: RoutingRule, key: string, origin: WebsiteOrigin): WebsiteRedirect => {
  const { replaceKeyWith, replaceKeyPrefixWith } = redirect;
  const prefix = condition?.keyPrefix ?? '';
  let target = key;
  if (replaceKeyWith !== undefined) target = replaceKeyWith;
  else if (replaceKeyPrefixWith !== undefined) target = replaceKeyPrefixWith + key.slice(prefix.length);
  return {
    status: Number(redirect.redirectCode ?? 301),
    location: `${redirect.protocol ?? origin.protocol}://${redirect.hostName ?? origin.host}/${encodeUriPath(target)}`,
  };
};

/** PutBucketWebsite: index and error documents, redirects by rules, or all requests sent elsewhere. */
import { invalidArgument, S3Error } from '../error/s3-error.ts';
import { MAX_ROUTING_RULES } from '../limits.ts';
import { listOf, optional, record, required, type Shaped, text } from '../xml/xml-shape.ts';
import { configurationDocument } from './configuration-document.ts';

const ROUTING_RULE = record({
  condition: optional(
    'Condition',
    record({
      keyPrefix: optional('KeyPrefixEquals', text()),
      errorCode: optional('HttpErrorCodeReturnedEquals', text()),
    }),
  ),
  redirect: required(
    'Redirect',
    record({
      protocol: optional('Protocol', text()),
      hostName: optional('HostName', text()),
      replaceKeyPrefixWith: optional('ReplaceKeyPrefixWith', text()),
      replaceKeyWith: optional('ReplaceKeyWith', text()),
      redirectCode: optional('HttpRedirectCode', text()),
    }),
  ),
});

const SHAPE = record({
  redirectAll: optional(
    'RedirectAllRequestsTo',
    record({ hostName: required('HostName', text()), protocol: optional('Protocol', text()) }),
  ),
  index: optional('IndexDocument', record({ suffix: optional('Suffix', text()) })),
  error: optional('ErrorDocument', record({ key: optional('Key', text()) })),
  routingRules: optional('RoutingRules', listOf('RoutingRule', ROUTING_RULE)),
});

export type RoutingRule = Shaped<typeof ROUTING_RULE>;
export type WebsiteConfiguration = Shaped<typeof SHAPE>;

const checkConfiguration = ({ redirectAll, index, error, routingRules }: WebsiteConfiguration): void => {
  if (redirectAll !== undefined) {
    if (index !== undefined || error !== undefined || routingRules !== undefined) {
      throw invalid('RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.');
    }
    if (redirectAll.hostName === '') throw new S3Error('MalformedXML');
    checkProtocol(redirectAll.protocol);
    return;
  }
  const suffix = index?.suffix;
  if (suffix === undefined || suffix === '') {
    throw invalidArgument(
      'A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty',
      'IndexDocument',
      suffix ?? 'null',
    );
  }
  if (suffix.includes('/')) {
    throw invalidArgument('The IndexDocument Suffix is not well formed', 'IndexDocument', suffix);
  }
  if (error !== undefined && (error.key === undefined || error.key === '')) {
    throw invalidArgument('The ErrorDocument Key is not well formed', 'ErrorDocument', error.key ?? 'null');
  }
  checkRoutingRules(routingRules);
};

const checkRoutingRules = (rules: readonly RoutingRule[] | undefined): void => {
  if (rules === undefined) return;
  if (rules.length === 0) throw new S3Error('MalformedXML');
  if (rules.length > MAX_ROUTING_RULES) {
    throw invalid(
      `${rules.length} routing rules provided, the number of routing rules in a website configuration is limited to ${MAX_ROUTING_RULES}.`,
    );
  }
  for (const { condition, redirect } of rules) {
    if (condition !== undefined) checkCondition(condition);
    checkRedirect(redirect);
  }
};

const checkCondition = ({ keyPrefix, errorCode }: NonNullable<RoutingRule['condition']>): void => {
  if (keyPrefix === undefined && errorCode === undefined) {
    throw invalid(
      "Condition cannot be empty. To redirect all requests without a condition, the condition element shouldn't be present.",
    );
  }
  if (errorCode !== undefined && !/^[45]\d\d$/.test(errorCode)) {
    throw invalid(`The provided HTTP error code (${errorCode}) is not valid. Valid codes are 4XX or 5XX.`);
  }
};

const checkRedirect = (redirect: RoutingRule['redirect']): void => {
  const { protocol, redirectCode, replaceKeyPrefixWith, replaceKeyWith } = redirect;
  if (Object.values(redirect).every((value) => value === undefined)) throw new S3Error('MalformedXML');
  checkProtocol(protocol);
  if (replaceKeyPrefixWith !== undefined && replaceKeyWith !== undefined) {
    throw invalid('You can only define ReplaceKeyPrefix or ReplaceKey but not both.');
  }
  if (redirectCode !== undefined && !/^3(?:0[1-9]|[1-9]\d)$/.test(redirectCode)) {
    throw invalid(`The provided HTTP redirect code (${redirectCode}) is not valid. Valid codes are 3XX except 300.`);
  }
};

const checkProtocol = (protocol: string | undefined): void => {
  if (protocol === undefined || protocol === 'http' || protocol === 'https') return;
  throw invalid(
    'Invalid protocol, protocol can be http or https. If not defined the protocol will be selected automatically.',
  );
};

const invalid = (message: string): S3Error => new S3Error('InvalidRequest', { message });

export const WEBSITE_CONFIGURATION = configurationDocument('WebsiteConfiguration', SHAPE, checkConfiguration);

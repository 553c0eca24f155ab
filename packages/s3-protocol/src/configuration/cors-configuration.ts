/** PutBucketCors: which pages of other origins may talk to the bucket. */
import { S3Error } from '../error/s3-error.ts';
import { MAX_CORS_RULES, MAX_RULE_ID_CHARS } from '../limits.ts';
import { isHeaderName } from '../metadata/header-name.ts';
import { integer, optional, record, repeated, type Shaped, text } from '../xml/xml-shape.ts';
import { configurationDocument } from './configuration-document.ts';

const CORS_RULE = record({
  id: optional('ID', text()),
  allowedOrigins: repeated('AllowedOrigin', text()),
  allowedMethods: repeated('AllowedMethod', text()),
  allowedHeaders: repeated('AllowedHeader', text()),
  maxAgeSeconds: optional('MaxAgeSeconds', integer()),
  exposeHeaders: repeated('ExposeHeader', text()),
});

const SHAPE = record({ rules: repeated('CORSRule', CORS_RULE) });

export type CorsRule = Shaped<typeof CORS_RULE>;
export type CorsConfiguration = Shaped<typeof SHAPE>;

export const CORS_METHODS: readonly string[] = ['GET', 'PUT', 'POST', 'DELETE', 'HEAD'];

const checkConfiguration = ({ rules }: CorsConfiguration): void => {
  if (rules.length === 0) throw new S3Error('MalformedXML');
  if (rules.length > MAX_CORS_RULES) {
    throw invalid(`The number of CORS rules should not exceed allowed limit of ${MAX_CORS_RULES} rules.`);
  }
  for (const rule of rules) checkRule(rule);
};

const checkRule = (rule: CorsRule): void => {
  const { id, allowedOrigins, allowedMethods } = rule;
  if (id !== undefined && id.length > MAX_RULE_ID_CHARS) {
    throw invalid(`ID length should not exceed allowed limit of ${MAX_RULE_ID_CHARS}`);
  }
  if (allowedOrigins.length === 0 || allowedMethods.length === 0) throw new S3Error('MalformedXML');
  for (const method of allowedMethods) {
    if (!CORS_METHODS.includes(method)) {
      throw invalid(`Found unsupported HTTP method in CORS config. Unsupported method is ${method}`);
    }
  }
  for (const origin of allowedOrigins) checkWildcards('AllowedOrigin', origin);
  for (const header of rule.allowedHeaders) {
    checkWildcards('AllowedHeader', header);
    checkCharacters('AllowedHeader', header);
  }
  for (const header of rule.exposeHeaders) {
    checkCharacters('ExposeHeader', header);
    if (!header.includes('*')) continue;
    throw invalid(`ExposeHeader "${header}" contains wildcard. We currently do not support wildcard for ExposeHeader.`);
  }
};

const checkWildcards = (element: string, pattern: string): void => {
  if (pattern === '') throw new S3Error('MalformedXML');
  if (pattern.indexOf('*') !== pattern.lastIndexOf('*')) {
    throw invalid(`${element} "${pattern}" can not have more than one wildcard.`);
  }
};

/** A star is among what names of headers are made of. */
const checkCharacters = (element: string, header: string): void => {
  if (isHeaderName(header)) return;
  throw invalid(`${element} "${header}" contains invalid character.`);
};

const invalid = (message: string): S3Error => new S3Error('InvalidRequest', { message });

export const CORS_CONFIGURATION = configurationDocument('CORSConfiguration', SHAPE, checkConfiguration);

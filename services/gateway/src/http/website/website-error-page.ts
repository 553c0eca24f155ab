import { ERROR_CATALOG, type ErrorDefinition, escapeXml, type S3Error } from '@needlestack/s3-protocol';

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  412: 'Precondition Failed',
  416: 'Requested Range Not Satisfiable',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
};

export interface ErrorPageFacts {
  readonly requestId: string;
  readonly hostId: string;
  /** Why the site's own error document could not be shown. */
  readonly documentError?: S3Error | undefined;
}

/** What a site shows that has no error document of its own: what the XML of S3 says, for people. */
export const writeErrorPage = (error: S3Error, { requestId, hostId, documentError }: ErrorPageFacts): string => {
  const title = `${error.status} ${REASONS[error.status] ?? ''}`.trim();
  const own = [...describe(error), ['RequestId', requestId], ['HostId', hostId]];
  const second =
    documentError === undefined
      ? ''
      : `<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>${writeList(describe(documentError))}`;
  return `<html>\n<head><title>${title}</title></head>\n<body>\n<h1>${title}</h1>\n${writeList(own)}${second}<hr/>\n</body>\n</html>\n`;
};

const describe = (error: S3Error): (readonly [string, string])[] => {
  const { elements }: ErrorDefinition = ERROR_CATALOG[error.code];
  const details = elements.flatMap((name) => {
    const value = error.details[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return [['Code', error.code], ['Message', error.message], ...details];
};

const writeList = (facts: readonly (readonly [string, string] | readonly string[])[]): string =>
  `<ul>\n${facts.map(([name = '', value = '']) => `<li>${name}: ${escapeXml(value)}</li>\n`).join('')}</ul>\n`;

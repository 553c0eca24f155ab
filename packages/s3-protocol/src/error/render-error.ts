import { escapeXml, XML_DECLARATION } from '../xml/xml-escape.ts';
import { ERROR_CATALOG, type ErrorDefinition } from './error-catalog.ts';
import type { S3Error } from './s3-error.ts';

/**
 * The error document of S3: Code, Message, the code's extra elements, Resource, RequestId, HostId.
 *
 * @param resource the raw path of the request as the client sent it
 */
export const renderError = (error: S3Error, resource: string, requestId: string, hostId: string): string =>
  `${XML_DECLARATION}${renderErrorElement(error, resource, requestId, hostId)}`;

/** The `Error` element alone, for answers whose declaration was sent already (s3.md rule 32). */
export const renderErrorElement = (error: S3Error, resource: string, requestId: string, hostId: string): string => {
  const definition: ErrorDefinition = ERROR_CATALOG[error.code];
  let extra = '';
  for (const element of definition.elements) {
    const value = error.details[element];
    if (value !== undefined) extra += `<${element}>${escapeXml(value)}</${element}>`;
  }
  return (
    `<Error><Code>${error.code}</Code><Message>${escapeXml(error.message)}</Message>${extra}` +
    `<Resource>${escapeXml(resource)}</Resource><RequestId>${requestId}</RequestId><HostId>${hostId}</HostId></Error>`
  );
};

/** An error document whose code another service chose (those of S3 Select are its own closed set). */
export const renderForeignError = (
  error: { readonly code: string; readonly message: string },
  resource: string,
  requestId: string,
  hostId: string,
): string =>
  `${XML_DECLARATION}<Error><Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message>` +
  `<Resource>${escapeXml(resource)}</Resource><RequestId>${requestId}</RequestId><HostId>${hostId}</HostId></Error>`;

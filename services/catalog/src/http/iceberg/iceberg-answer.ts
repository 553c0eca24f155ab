import type { ServerResponse } from 'node:http';
import { type JsonObject, writeJson } from '@needlestack/iceberg-format';

/** What goes back to the client; no body for 204, 304 and HEAD. */
export interface IcebergAnswer {
  readonly status: number;
  readonly body?: JsonObject | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

export const NO_CONTENT: IcebergAnswer = { status: 204 };

export function sendAnswer(response: ServerResponse, answer: IcebergAnswer, isHead: boolean): void {
  const bytes = answer.body === undefined || isHead ? undefined : Buffer.from(writeJson(answer.body));
  response.writeHead(answer.status, {
    ...answer.headers,
    ...(bytes === undefined ? {} : { 'content-type': 'application/json', 'content-length': bytes.length }),
  });
  response.end(bytes);
}

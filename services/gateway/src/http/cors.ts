/** Requests that pages of other origins make: the question before them, and the headers with which every answer lets the page in. */
import {
  CORS_METHODS,
  type CorsConfiguration,
  type CorsQuestion,
  corsHeaders,
  decodeHeaderText,
  isHeaderName,
  matchCorsRule,
  S3Error,
} from '@needlestack/s3-protocol';
import type { GatewayContext } from './gateway-context.ts';
import type { S3Exchange } from './s3-exchange.ts';
import { sendEmpty } from './send-answer.ts';

type CorsContext = Pick<GatewayContext, 'catalog' | 'configurations' | 'hostId'>;

const findRules = async (
  bucketName: string,
  context: CorsContext,
): Promise<CorsConfiguration | 'no-bucket' | undefined> => {
  const bucket = bucketName === '' ? undefined : await context.catalog.getBucket(bucketName);
  return bucket === undefined ? 'no-bucket' : context.configurations.cors.find(bucket);
};

/**
 * Notes on the exchange with which headers its answer, a refusal too, lets the page of its Origin in. Only for requests that name one.
 */
export const admitOrigin = async (exchange: S3Exchange, context: CorsContext): Promise<void> => {
  const origin = exchange.header('origin');
  if (origin === undefined) return;
  const rules = await findRules(exchange.bucket, context);
  if (rules === undefined || rules === 'no-bucket') return;
  // A request that says for which method it asks is answered for that one, as in S3.
  const method = exchange.header('access-control-request-method') ?? exchange.method;
  const question: CorsQuestion = { origin, method, headers: [] };
  const rule = matchCorsRule(rules, question);
  if (rule !== undefined) exchange.addAnswerHeaders(corsHeaders(rule, question));
};

/**
 * OPTIONS: whether a page may make the request that it names. No signature is asked for.
 *
 * @throws S3Error `BadRequest` without Origin or method, or with what are no headers, `AccessForbidden` when no rule allows it
 */
export const answerPreflight = async (exchange: S3Exchange, context: CorsContext): Promise<void> => {
  const question = readQuestion(exchange);
  const rules = await findRules(exchange.bucket, context);
  if (rules === 'no-bucket') throw forbidden(exchange, question, 'Bucket not found');
  if (rules === undefined) throw forbidden(exchange, question, 'CORS is not enabled for this bucket.');
  const rule = matchCorsRule(rules, question);
  if (rule === undefined) {
    throw forbidden(
      exchange,
      question,
      'This CORS request is not allowed. This is usually because the evalution of Origin, request method / ' +
        "Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
    );
  }
  sendEmpty(exchange, context, 200, corsHeaders(rule, question));
};

const readQuestion = (exchange: S3Exchange): CorsQuestion => {
  const origin = exchange.header('origin');
  if (origin === undefined || origin === '') {
    throw new S3Error('BadRequest', { message: 'Insufficient information. Origin request header needed.' });
  }
  const method = exchange.header('access-control-request-method');
  if (method === undefined || !CORS_METHODS.includes(method)) {
    throw new S3Error('BadRequest', { message: `Invalid Access-Control-Request-Method: ${method ?? 'null'}` });
  }
  const headers = (exchange.header('access-control-request-headers') ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  const unfit = headers.find((name) => !isHeaderName(name));
  if (unfit !== undefined) {
    throw new S3Error('BadRequest', { message: `Invalid Access-Control-Request-Headers: ${decodeHeaderText(unfit)}` });
  }
  return { origin, method, headers };
};

const forbidden = (exchange: S3Exchange, { method }: CorsQuestion, why: string): S3Error =>
  new S3Error('AccessForbidden', {
    message: `CORSResponse: ${why}`,
    details: { Method: method, ResourceType: exchange.key === '' ? 'BUCKET' : 'OBJECT' },
  });

import { type Response, ResponseReader } from './response-reader.ts';

/** Feeds an answer in pieces of every size, as a network may cut it. */
function readCut(answer: string, rule: 'keep' | 'count' | 'none', pieceBytes: number): Response[] {
  const responses: Response[] = [];
  const reader = new ResponseReader((response) => responses.push(response));
  reader.expect(rule);
  const bytes = Buffer.from(answer, 'latin1');
  for (let at = 0; at < bytes.length; at += pieceBytes) reader.take(Buffer.from(bytes.subarray(at, at + pieceBytes)));
  return responses;
}

const WITH_LENGTH = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nETag: "x"\r\n\r\nhello';
const CHUNKED =
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;note=1\r\nlo\r\n0\r\nTrailer: a\r\n\r\n';
const NO_BODY = 'HTTP/1.1 204 No Content\r\nServer: x\r\n\r\n';

for (const [name, answer] of [
  ['Content-Length', WITH_LENGTH],
  ['chunked', CHUNKED],
] as const)
  test(`a body framed by ${name} is read whole, however it is cut`, () => {
    for (let pieceBytes = 1; pieceBytes <= answer.length; pieceBytes += 1) {
      const responses = readCut(answer, 'keep', pieceBytes);
      expect(responses.map(({ status, bodyBytes, body }) => [status, bodyBytes, body?.toString()])).toEqual([
        [200, 5, 'hello'],
      ]);
    }
  });

test('an answer without a body ends with its head', () => {
  for (let pieceBytes = 1; pieceBytes <= NO_BODY.length; pieceBytes += 1)
    expect(readCut(NO_BODY, 'count', pieceBytes).map(({ status, bodyBytes }) => [status, bodyBytes])).toEqual([
      [204, 0],
    ]);
});

test('the length that an answer to HEAD announces is not waited for', () => {
  const [response] = readCut('HTTP/1.1 200 OK\r\nContent-Length: 4096\r\n\r\n', 'none', 7);
  expect(response?.status).toBe(200);
});

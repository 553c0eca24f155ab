/**
 * A store that takes everything and keeps nothing: as fast as a socket can be read and written in Node. `node loopback-double.ts` prints
 * its port. Objects have the size that their key says (`size-<bytes>`).
 */
import { createServer, type Socket } from 'node:net';

const MIB = 2 ** 20;
const FILLER = Buffer.alloc(8 * MIB, 'needlestack ');
const ETAG = '"0123456789abcdef0123456789abcdef"';
const HEAD_END = Buffer.from('\r\n\r\n');

function answer(status: string, headers: readonly string[], body: string | Buffer = ''): (string | Buffer)[] {
  const isOwnLength = headers.some((header) => header.startsWith('content-length'));
  const length = isOwnLength ? [] : [`content-length: ${body.length}`];
  return [`HTTP/1.1 ${status}\r\n${[...headers, ...length].join('\r\n')}\r\n\r\n`, body];
}

function respond(method: string, target: string, head: string): (string | Buffer)[] {
  if (method === 'POST' && /[?&]uploads/.test(target)) {
    return answer(
      '200 OK',
      [],
      '<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>',
    );
  }
  if (method === 'POST') {
    const result = '<CompleteMultipartUploadResult><ETag>&quot;e-1&quot;</ETag></CompleteMultipartUploadResult>';
    return answer('200 OK', ['content-type: application/xml'], result);
  }
  if (method === 'PUT') return answer('200 OK', [`etag: ${ETAG}`]);
  const sizeBytes = Number(/size-(\d+)/.exec(target)?.[1] ?? 0);
  if (method === 'HEAD') return answer('200 OK', [`etag: ${ETAG}`, `content-length: ${sizeBytes}`]);
  const [, start = '0', end = '0'] = /range: bytes=(\d+)-(\d+)/i.exec(head) ?? [];
  const range = `content-range: bytes ${start}-${end}/${sizeBytes}`;
  return answer('206 Partial Content', [`etag: ${ETAG}`, range], FILLER.subarray(0, Number(end) - Number(start) + 1));
}

/** Reads heads, counts bodies away, answers in order. */
function serve(socket: Socket): (chunk: Buffer) => void {
  let head = Buffer.alloc(0);
  let bodyLeft = 0;
  let pending: (string | Buffer)[] = [];
  const send = (): void => {
    for (const piece of pending) if (piece.length > 0) socket.write(piece);
    pending = [];
  };
  return (chunk) => {
    let rest = chunk;
    while (rest.length > 0) {
      if (bodyLeft > 0) {
        const taken = Math.min(bodyLeft, rest.length);
        bodyLeft -= taken;
        rest = rest.subarray(taken);
        if (bodyLeft === 0) send();
        continue;
      }
      head = Buffer.concat([head, rest]);
      const end = head.indexOf(HEAD_END);
      if (end < 0) return;
      const text = head.subarray(0, end).toString('latin1');
      rest = head.subarray(end + HEAD_END.length);
      head = Buffer.alloc(0);
      const [method = '', target = ''] = text.split(' ', 2);
      pending = respond(method, target, text);
      bodyLeft = Number(/\r\ncontent-length: *(\d+)/i.exec(text)?.[1] ?? 0);
      if (/\r\nexpect: *100-continue/i.test(text)) socket.write('HTTP/1.1 100 Continue\r\n\r\n');
      if (bodyLeft === 0) send();
    }
  };
}

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => undefined);
  socket.on('data', serve(socket));
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(typeof address === 'object' && address !== null ? address.port : 0);
});
